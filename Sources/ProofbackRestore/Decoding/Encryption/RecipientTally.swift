import ProofbackCore

/// Those that a layer is encrypted to, held against a list: what gpg and age each found out, and what follows from it.
struct RecipientTally: Sendable {
  /// On the list for certain not, and not held, as people read them.
  var intruders: [String] = []
  /// Not held, and not on the list under the name that the layer has for them.
  var strangers: [String] = []
  /// Opened by a key that was given, which is not on the list.
  var unlisted: [String] = []
  /// Recipients that the layer hides, and that no key held opens.
  var hidden = 0
  /// Keys held that a hidden recipient may be, without that anybody could tell.
  var perhapsHeld = 0
  /// On the list, of keys that are not held, and not seen: a stranger or a hidden one may be one of them.
  var unresolved: [Recipient] = []
  /// On the list, and for certain not among the recipients.
  var missing: [Recipient] = []
  /// Of those on the list that were found.
  var found = 0
  /// A passphrase opens it, too.
  var passphrase = false
  var holdsPassphrase = false
  /// It was the one given that opened it.
  var passphraseIsGiven = false

  /// - Parameter isOpen: whether the layer was opened; nobody is missed from one that stayed closed.
  func findings(isOpen: Bool) -> [Finding] {
    if let extra { return [extra] }
    var findings: [Finding] = []
    if !strangers.isEmpty {
      findings.append(
        EncryptionFindings.recipientUnresolved.finding(
          "\(Self.list(strangers)) may or may not be \(Self.list(unresolved.map(Self.name))) of the list",
          evidence: strangers.map { "encrypted to \($0)" }))
    }
    if hidden > 0 {
      findings.append(
        EncryptionFindings.hiddenRecipients.finding(
          "\(Quantity.text(hidden, "recipient")) of the backup \(hidden == 1 ? "is" : "are") hidden, and may be on the list or not"
        ))
    }
    if passphrase && !passphraseIsGiven && found + unlisted.count > 0 {
      findings.append(
        EncryptionFindings.hiddenRecipients.finding(
          "a passphrase opens the backup, too, and a key came first: whether it is the one given can't be told"))
    }
    guard isOpen else { return findings }
    if !unlisted.isEmpty {
      findings.append(
        EncryptionFindings.unlistedRecipient.finding(
          "encrypted to \(Self.list(unlisted)), which is given for it and not on the list of recipients"))
    }
    if strangers.isEmpty && hidden == 0 && !onlyPassphrase {
      let missing = missing + unresolved
      if !missing.isEmpty {
        findings.append(
          EncryptionFindings.missingRecipient.finding(
            "not encrypted to \(Self.list(missing.map(Self.name))), who should be able to open it"))
      }
    }
    return findings.isEmpty ? [good] : findings
  }

  private var onlyPassphrase: Bool {
    passphrase && found == 0 && strangers.isEmpty && intruders.isEmpty && unlisted.isEmpty && hidden == 0
  }

  /// What is certain: more recipients than the list and the keys held can account for.
  private var extra: Finding? {
    if !intruders.isEmpty || strangers.count > unresolved.count {
      let strangers = intruders + strangers
      return EncryptionFindings.extraRecipient.finding(
        "encrypted to \(Self.list(strangers)), \(strangers.count == 1 ? "which is not" : "not all of which are") on the list of recipients",
        evidence: strangers.map { "encrypted to \($0)" })
    }
    if hidden > unresolved.count - strangers.count + perhapsHeld {
      return EncryptionFindings.extraRecipient.finding(
        "encrypted to more recipients than the list has: \(Quantity.text(hidden, "hidden one")) can be nobody on it",
        evidence: ["a recipient that is given twice looks the same"])
    }
    if passphrase && !holdsPassphrase && found + unlisted.count > 0 {
      return EncryptionFindings.extraRecipient.finding(
        "a passphrase opens the backup, too, and none is given for it: whoever knows it can read the backup")
    }
    return nil
  }

  private var good: Finding {
    EncryptionFindings.asListed.finding(
      onlyPassphrase
        ? "encrypted with the passphrase given, which has no recipient, and to nobody else"
        : "encrypted to \(Quantity.text(found, "recipient")) of the list and to nobody else")
  }

  private static func name(_ recipient: Recipient) -> String { UntrustedText.line(recipient.text, limit: 80) }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
