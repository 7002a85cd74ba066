import ProofbackCore

/// Says what became of an age file. age has one exit code for every failure; its fixed English messages (age 1.1.1)
/// are the accepted exception to never deciding by an error's text, and this is their one place.
struct AgeJudge: Sendable {
  let keys: HeldKeys
  let head: AgeHead
  /// Public halves of what is held; found out when there is a list.
  let held: [AgeHolder]
  let listed: [Recipient]

  private enum Meaning { case noMatch, wrongPassphrase, keyLocked, keyUnusable, trailing, header, payload, payloadEnd }

  private static let messages: [(text: String, meaning: Meaning)] = [
    ("could not read passphrase for", .keyLocked), ("incorrect passphrase", .wrongPassphrase),
    ("could not read passphrase", .noMatch), ("no identity matched", .noMatch),
    ("file is passphrase-encrypted", .noMatch),
    ("trailing data after", .trailing), ("reading \"/keys/", .keyUnusable),
    ("bad header MAC", .header), ("failed to parse ssh-", .header), ("failed to parse X25519", .header),
    ("invalid ssh-", .header), ("invalid X25519", .header), ("invalid scrypt", .header),
    ("failed to decrypt file key", .header), ("failed to read header", .header), ("failed to read nonce", .payloadEnd),
    ("failed to decrypt and authenticate payload chunk", .payload), ("last chunk is empty", .payloadEnd),
    ("unexpected EOF", .payloadEnd), ("invalid armor", .payload),
  ]

  func judge(_ outcome: LayerOutcome) -> LayerJudgement {
    if outcome.end.isSuccess { return LayerJudgement(recipients(isOpen: true), wasEncrypted: true) }
    let line = outcome.errorLines.first { $0.hasPrefix("age: error: ") } ?? ""
    let meaning = Self.messages.first { line.contains($0.text) }?.meaning
    return LayerJudgement([finding(meaning, outcome)] + recipients(isOpen: false), wasEncrypted: true)
  }

  private func recipients(isOpen: Bool) -> [Finding] {
    if listed.isEmpty || head.length == nil { return [] }
    return AgeRecipients(listed, held: held).tally(head, holdsPassphrase: keys.passphrase != nil).findings(
      isOpen: isOpen)
  }

  private func finding(_ meaning: Meaning?, _ outcome: LayerOutcome) -> Finding {
    let inHeader = head.endsInsideHeader(bytesIn: outcome.bytesIn)
    let cutOff = inHeader || head.endsInsideChunk(bytesIn: outcome.bytesIn, bytesOut: outcome.bytesOut)
    switch meaning {
    case .noMatch: return noMatch
    case .wrongPassphrase:
      return DecryptFindings.wrongPassphrase.finding("encrypted with a passphrase, and the one given does not open it")
    case .keyLocked:
      return DecryptFindings.keyLocked.finding(
        holdsPassphrase
          ? "an SSH key given is protected, and no passphrase given unlocks it"
          : "an SSH key given is protected, and no passphrase was given",
        hint: "give its passphrase, or a copy of the key without: ssh-keygen -p -N '' -f COPY")
    case .keyUnusable: return DecryptFindings.keyUnusable.finding("age can't read one of the keys given")
    case .trailing: return DecryptFindings.trailingGarbage.finding("something follows the armored age file")
    case .header where inHeader: return truncated(outcome)
    case .payload where cutOff: return truncated(outcome)
    case .payloadEnd: return truncated(outcome)
    case .header: return DecryptFindings.integrity.finding("the age file's header was changed or damaged")
    case .payload:
      return DecryptFindings.integrity.finding(
        "the age file was changed or damaged", evidence: ["bytes that came out before: \(outcome.bytesOut)"])
    case nil: return DecodingFindings.unexplained("age", outcome)
    }
  }

  private func truncated(_ outcome: LayerOutcome) -> Finding {
    DecryptFindings.truncated.finding(
      "the age file ends too early",
      evidence: [
        "bytes of it: \(outcome.bytesIn)", "bytes that came out before: \(outcome.bytesOut)",
        "damage in an age file's last 64 KiB looks the same",
      ])
  }

  private var holdsPassphrase: Bool { keys.passphrase != nil || keys.ssh.contains { $0.passphrase != nil } }

  var noMatch: Finding {
    let recipients = head.recipients.map { UntrustedText.line($0, limit: 40) }.sorted()
    let evidence = recipients.prefix(20).map { "recipient of kind \($0)" } + heldNames
    let asksPassphrase = recipients.contains("scrypt")
    if !keys.holdsAny {
      return DecryptFindings.noKeyGiven.finding(
        asksPassphrase ? "encrypted with a passphrase, and none was given" : "encrypted with age, and no key was given",
        evidence: evidence)
    }
    return DecryptFindings.noSecretKey.finding(
      asksPassphrase
        ? "encrypted with a passphrase, and what is held is \(keys.described)"
        : "encrypted with age to nothing of what is held (\(keys.described))", evidence: evidence)
  }

  private var heldNames: [String] { (keys.age + keys.ssh).prefix(15).map { "held: \(UntrustedText.line($0.name))" } }
}
