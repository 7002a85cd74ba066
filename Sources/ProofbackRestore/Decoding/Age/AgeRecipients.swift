import ProofbackCore

/// Whom an age file is encrypted to, held against a list. Its header names SSH keys by a tag and age's own not at all:
/// which of those it is for shows only by what opens it.
struct AgeRecipients: Sendable {
  let listed: [Recipient]
  let held: [AgeHolder]

  init(_ listed: [Recipient], held: [AgeHolder]) {
    self.listed = listed
    self.held = held
  }

  func tally(_ head: AgeHead, holdsPassphrase: Bool) -> RecipientTally {
    var tally = RecipientTally(holdsPassphrase: holdsPassphrase)
    tally.passphrase = head.recipients.contains("scrypt")
    // What clients put in so that nobody relies on knowing all types; it opens nothing (the age specification).
    let others = head.stanzas.filter { !$0.type.hasSuffix("-grease") && !["X25519", "scrypt"].contains($0.type) }
    for stanza in others { take(stanza, &tally) }
    takeX25519(head.recipients.count { $0 == "X25519" }, &tally)
    let tags = Set(others.map(\.tag))
    tally.missing += listed.filter { recipient in SSHRecipient.tag(recipient).map { !tags.contains($0) } ?? false }
    return tally
  }

  private func take(_ stanza: AgeHead.Stanza, _ tally: inout RecipientTally) {
    let isSSH = ["ssh-ed25519", "ssh-rsa"].contains(stanza.type)
    let name = "\(UntrustedText.line(stanza.type, limit: 40)) \(UntrustedText.line(stanza.tag, limit: 40))"
    if isSSH && listed.contains(where: { SSHRecipient.tag($0) == stanza.tag }) {
      tally.found += 1
    } else if isSSH && held.contains(where: { (try? Recipient($0.recipient)).flatMap(SSHRecipient.tag) == stanza.tag })
    {
      tally.unlisted.append("an SSH key that is held (\(name))")
    } else {
      tally.intruders.append("a key of the kind \(name)")
    }
  }

  private func takeX25519(_ count: Int, _ tally: inout RecipientTally) {
    let wanted = listed.filter { $0.kind == .age }
    let opening = Set(held.filter(\.opens).map(\.recipient))
    for recipient in opening.sorted() {
      if wanted.contains(where: { $0.text == recipient }) {
        tally.found += 1
      } else {
        tally.unlisted.append(recipient)
      }
    }
    tally.hidden = max(0, count - opening.count)
    let known = Set(held.map(\.recipient))
    let absent = wanted.filter { !opening.contains($0.text) }
    tally.missing += absent.filter { known.contains($0.text) }
    let unseen = absent.filter { !known.contains($0.text) }
    // All that the header hides is accounted for: the rest is missing.
    if tally.hidden == 0 { tally.missing += unseen } else { tally.unresolved += unseen }
  }
}
