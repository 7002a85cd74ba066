import Foundation
import ProofbackCore

/// Says from gpg's status lines what became of a message.
struct GPGJudge: Sendable {
  let keys: HeldKeys
  let held: [HeldGPGKey]
  let now: Date
  var policy = EncryptionPolicy()

  func judge(_ outcome: LayerOutcome) -> LayerJudgement {
    let status = GPGStatus(lines: outcome.errorLines)
    if status.decrypted || isWholeWithoutProtection(status, outcome) {
      return LayerJudgement(opened(status, outcome) + recipients(status, isOpen: true), wasEncrypted: true)
    }
    let isEncrypted = status.symmetric || !status.recipients.isEmpty || status.protected != nil
    if !isEncrypted && status.plaintext { return LayerJudgement(onlyPacked(status, outcome)) }
    let failure = failure(status, outcome, isEncrypted: isEncrypted)
    return LayerJudgement([failure] + recipients(status, isOpen: false), wasEncrypted: true)
  }

  private func recipients(_ status: GPGStatus, isOpen: Bool) -> [Finding] {
    if policy.recipients.isEmpty { return [] }
    return GPGRecipients(policy.recipients, held: held).tally(status, holdsPassphrase: keys.passphrase != nil)
      .findings(isOpen: isOpen)
  }

  /// gpg writes the whole message before it says that nothing protected it.
  private func isWholeWithoutProtection(_ status: GPGStatus, _ outcome: LayerOutcome) -> Bool {
    status.protected == false && status.plaintext && status.forcedToFail && !status.endMissing && outcome.bytesOut > 0
  }

  private func opened(_ status: GPGStatus, _ outcome: LayerOutcome) -> [Finding] {
    var findings = signatures(status)
    if let id = status.openedBy?.suffix(16), let key = held.first(where: { $0.id == id }), let expires = key.expires,
      expires < now
    {
      let before = status.made.map { $0 > expires } ?? false
      findings.append(
        DecryptFindings.keyExpired.finding(
          "encrypted to key \(Self.name(key.id)), which expired on \(Self.day(expires))"
            + (before ? ", before the message was made" : ""),
          evidence: status.made.map { ["the message says that it was made on \(Self.day($0))"] } ?? []))
    }
    if status.protected == false {
      findings.append(EncryptionFindings.unauthenticated("a gpg message without integrity protection", policy))
      return findings
    }
    if status.noData {
      findings.append(DecryptFindings.trailingGarbage.finding("something that is no message follows the gpg message"))
    } else if status.armorDamaged {
      findings.append(armorDamaged)
    } else if !outcome.end.isSuccess && findings.isEmpty && !status.triedEveryKey {
      findings.append(DecodingFindings.unexplained("gpg", outcome))
    }
    return findings
  }

  /// A message without encryption: `gpg --store`, `gpg --sign`, `gpg --clearsign`.
  private func onlyPacked(_ status: GPGStatus, _ outcome: LayerOutcome) -> [Finding] {
    if status.endMissing { return [incomplete(status, outcome)] }
    let findings = signatures(status)
    if outcome.end.isSuccess || !findings.isEmpty { return findings }
    return [DecryptFindings.integrity.finding("the gpg message is damaged")]
  }

  private func signatures(_ status: GPGStatus) -> [Finding] {
    if status.badSignature {
      return [DecryptFindings.badSignature.finding("the signature in the gpg message does not fit its content")]
    }
    if status.uncheckedSignature {
      return [DecryptFindings.signatureUnchecked.finding("the gpg message is signed by someone whose key is not here")]
    }
    return []
  }

  private func failure(_ status: GPGStatus, _ outcome: LayerOutcome, isEncrypted: Bool) -> Finding {
    if status.agentBroke { return DecodingFindings.unexplained("gpg", outcome) }
    if outcome.bytesIn < Self.shortestMessage { return incomplete(status, outcome) }
    if isEncrypted && (status.protected == nil || status.passphraseIsWrong) {
      return unopened(status, outcome)
    }
    if status.endMissing { return incomplete(status, outcome) }
    if status.protected == false {
      return DecryptFindings.integrity.finding(
        "the gpg message, which has no integrity protection, is damaged")
    }
    if status.protected == true {
      return DecryptFindings.integrity.finding(
        "the gpg message fails its integrity check", evidence: ["bytes that came out before: \(outcome.bytesOut)"])
    }
    // Packets were recognised, and none that is encrypted came.
    if status.noData || outcome.end.isSuccess { return incomplete(status, outcome) }
    return DecodingFindings.unexplained("gpg", outcome)
  }

  /// Bytes of a session key's packet for a passphrase and of a data packet with nothing in it (RFC 4880, sections 5.3 and 5.13).
  private static let shortestMessage: UInt64 = 50

  /// A `=` in the midst of an armor ends what gpg reads as the message, and what follows is its checksum: that is no
  /// cut, which leaves no checksum or the whole message (gpg 2.2.40, measured at every place of a line).
  private func incomplete(_ status: GPGStatus, _ outcome: LayerOutcome) -> Finding {
    if status.armorDamaged { return armorDamaged }
    return DecryptFindings.truncated.finding(
      "the gpg message ends too early",
      evidence: ["bytes of it: \(outcome.bytesIn)", "bytes that came out before: \(outcome.bytesOut)"])
  }

  private var armorDamaged: Finding {
    DecryptFindings.integrity.finding("the armor around the gpg message is damaged")
  }

  /// No session key was found.
  private func unopened(_ status: GPGStatus, _ outcome: LayerOutcome) -> Finding {
    let evidence = evidence(status)
    if status.keyIsLocked || status.triedEveryKey && !status.lockedKeys.isEmpty { return locked(status, evidence) }
    if status.openedBy != nil && !status.began { return incomplete(status, outcome) }
    if status.keyPacketIsDamaged {
      return DecryptFindings.integrity.finding(
        "the gpg message's session key is damaged: the key that it is encrypted to is held and can't open it",
        evidence: evidence)
    }
    if !keys.holdsAny { return noKeyGiven(status) }
    // A wrong passphrase shows when the data begin; here they never did.
    if status.symmetric && keys.passphrase != nil && !status.began && !status.passphraseIsWrong {
      return incomplete(status, outcome)
    }
    if status.symmetric && keys.passphrase != nil {
      return DecryptFindings.wrongPassphrase.finding(
        "encrypted with a passphrase, and the one given does not open it", evidence: evidence)
    }
    return DecryptFindings.noSecretKey.finding(
      "encrypted \(addressees(status)), to which nothing of what is held (\(keys.described)) fits",
      evidence: evidence, hint: hint(status))
  }

  func noKeyGiven(_ status: GPGStatus) -> Finding {
    DecryptFindings.noKeyGiven.finding(
      "encrypted \(addressees(status)), and no key was given", evidence: evidence(status))
  }

  /// The key that it takes, or one that it may take, stays locked.
  private func locked(_ status: GPGStatus, _ evidence: [String]) -> Finding {
    let isHidden = !status.keyIsLocked
    let key = isHidden ? "encrypted to a key that is not named, and a key held" : "the key"
    let isOwn = held.contains { key in
      key.passphrase != nil && status.lockedKeys.contains(key.primary)
        && (isHidden || status.recipients.contains(key.id))
    }
    if isOwn {
      return DecryptFindings.keyLocked.finding(
        "\(key) is protected, and the passphrase stored with it does not unlock it", evidence: evidence,
        hint: "give its right passphrase under Credentials")
    }
    let how = keys.passphrase == nil ? "no passphrase was given" : "the passphrase given does not unlock it"
    return DecryptFindings.keyLocked.finding("\(key) is protected, and \(how)", evidence: evidence)
  }

  private func addressees(_ status: GPGStatus) -> String {
    let ids = status.recipients.map(Self.name)
    let named = ids.isEmpty ? nil : (ids.count == 1 ? "to key " : "to keys ") + ids.prefix(5).joined(separator: ", ")
    return [named, status.symmetric ? "with a passphrase" : nil].compactMap { $0 }.joined(separator: " and ")
  }

  private func evidence(_ status: GPGStatus) -> [String] {
    status.recipients.prefix(20).map { "encrypted to key \(Self.name($0))" }
      + (status.symmetric ? ["encrypted with a passphrase"] : [])
      + held.filter(\.canEncrypt).prefix(15).map { "held: key \(Self.name($0.id))" }
  }

  private func hint(_ status: GPGStatus) -> String? {
    let mine = held.filter(\.canEncrypt).map { Self.name($0.id) }
    if mine.isEmpty { return nil }
    return "give the secret key with --decryption-key, or encrypt the backup to one of the keys held: "
      + mine.prefix(10).joined(separator: ", ")
  }

  /// 16 hexadecimal digits as people write them; zeros are a recipient who was hidden (RFC 9580, section 5.1).
  private static func name(_ id: String) -> String {
    id.allSatisfy { $0 == "0" } ? "(hidden)" : "0x" + UntrustedText.line(id, limit: 40)
  }

  private static func day(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day())
  }
}
