import ProofbackCore

/// Whom a gpg message is encrypted to, held against a list. The message names keys, mostly subkeys, by their ids.
struct GPGRecipients: Sendable {
  let listed: [Recipient]
  let held: [HeldGPGKey]

  init(_ listed: [Recipient], held: [HeldGPGKey]) {
    self.listed = listed.filter { $0.kind == .gpgKey || $0.kind == .gpgUser }
    self.held = held
  }

  func tally(_ status: GPGStatus, holdsPassphrase: Bool) -> RecipientTally {
    var tally = RecipientTally(holdsPassphrase: holdsPassphrase)
    tally.passphrase = status.symmetric || status.hasPassphrase
    tally.passphraseIsGiven = status.began && status.openedBy == nil
    let ids = Set(status.recipients)
    let named = ids.filter { !Self.isHidden($0) }
    tally.hidden = status.recipients.count { Self.isHidden($0) }
    var opener: String?
    if let id = status.openedBy.map(Self.id), !named.contains(id), tally.hidden > 0 {
      opener = id
      tally.hidden -= 1
    }
    let seen = named.union([opener].compactMap { $0 })
    for id in seen.sorted() {
      if listed.contains(where: { names($0, id) }) {
        tally.found += 1
      } else if held.contains(where: { $0.id == id }) {
        tally.unlisted.append("key 0x" + id)
      } else {
        tally.strangers.append("key 0x" + UntrustedText.line(id, limit: 16))
      }
    }
    for recipient in listed where !seen.contains(where: { names(recipient, $0) }) {
      // Of a key that is held it is known which ids are its own.
      if isHeld(recipient) { tally.missing.append(recipient) } else { tally.unresolved.append(recipient) }
    }
    tally.perhapsHeld = Set(held.filter { $0.canEncrypt && !seen.contains($0.id) }.map(\.primary)).count
    return tally
  }

  /// Whether `recipient` of the list is the key of that id.
  private func names(_ recipient: Recipient, _ id: String) -> Bool {
    if recipient.kind == .gpgKey && Self.id(recipient.text) == id { return true }
    return held.contains { $0.id == id && isOf(recipient, $0) }
  }

  private func isHeld(_ recipient: Recipient) -> Bool { held.contains { isOf(recipient, $0) } }

  private func isOf(_ recipient: Recipient, _ key: HeldGPGKey) -> Bool {
    switch recipient.kind {
    case .gpgKey:
      let id = Self.id(recipient.text)
      return recipient.text.utf8.count == 16
        ? id == key.id || id == Self.id(key.primary) : [key.primary, key.fingerprint].contains(recipient.text)
    case .gpgUser: return key.userIDs.contains { Self.isSame(recipient.text, $0) }
    case .age, .ssh: return false
    }
  }

  /// The whole user id, or the address in it; never a part: `b@x.org` is not `ab@x.org`.
  private static func isSame(_ wanted: String, _ userID: String) -> Bool {
    let wanted = wanted.lowercased()
    let userID = userID.lowercased()
    let address = userID.split(separator: "<").last.map { $0.prefix { $0 != ">" } }
    return wanted == userID || (wanted.contains("@") && address.map(String.init) == wanted)
  }

  /// The key id in a fingerprint: its last 64 bits, from version 5 on its first.
  private static func id(_ fingerprint: String) -> String {
    String(fingerprint.utf8.count == 64 ? fingerprint.prefix(16) : fingerprint.suffix(16))
  }

  private static func isHidden(_ id: String) -> Bool { id.allSatisfy { $0 == "0" } }
}
