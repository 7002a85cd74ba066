import ProofbackCore

/// Says what became of a container. openssl has one exit code for every failure; its fixed English messages (OpenSSL 3.0,
/// providers/common/provider_err.c) are told apart here and nowhere else.
struct OpenSSLJudge: Sendable {
  let keys: HeldKeys
  let head: OpenSSLHead
  let result: OpenSSLTrial.Result
  /// The one that was named.
  let cipher: String?
  let policy: EncryptionPolicy

  func judge(_ outcome: LayerOutcome) -> LayerJudgement {
    guard case .opened(let way, let withEmpty) = result else {
      return LayerJudgement([unopened(outcome)], wasEncrypted: true)
    }
    let worth = EncryptionFindings.unauthenticated(
      "openssl enc", policy, evidence: ["it was encrypted with \(way.described)"] + weakness(way))
    return LayerJudgement(
      end(outcome) + (withEmpty ? [empty] : []) + [worth] + recipients(withEmpty), wasEncrypted: true)
  }

  /// The head was decrypted before, so that it is the end which does not fit.
  private func end(_ outcome: LayerOutcome) -> [Finding] {
    if outcome.end.isSuccess { return [] }
    func said(_ text: String) -> Bool { outcome.errorLines.contains { $0.contains(text) } }
    let evidence = ["bytes of it: \(outcome.bytesIn)", "bytes that came out before: \(outcome.bytesOut)"]
    if said("wrong final block length") || said("error reading input file") {
      return [DecryptFindings.truncated.finding("the openssl container ends inside a block", evidence: evidence)]
    }
    if said("bad decrypt") {
      return [
        DecryptFindings.integrity.finding(
          "the openssl container's last block does not fit: its end was cut off, or changed", evidence: evidence)
      ]
    }
    return [DecodingFindings.unexplained("openssl", outcome)]
  }

  private func weakness(_ way: OpenSSLWay) -> [String] {
    guard case .legacy = way.derivation else { return [] }
    return ["its key is made of the passphrase in one round: billions of passphrases can be tried a second"]
  }

  private var empty: Finding {
    let text = "openssl enc was given an empty passphrase: anyone can open the backup"
    return policy.demandsEncryption
      ? EncryptionFindings.required.finding(text, hint: EncryptionFindings.emptyPassphrase.nextStep)
      : EncryptionFindings.emptyPassphrase.finding(text)
  }

  private func recipients(_ withEmpty: Bool) -> [Finding] {
    if policy.recipients.isEmpty || withEmpty { return [] }
    return RecipientTally(passphrase: true, holdsPassphrase: true).findings(isOpen: true)
  }

  private func unopened(_ outcome: LayerOutcome) -> Finding {
    if outcome.bytesIn < 100 && head.bytes.count <= OpenSSLHead.length {
      return DecryptFindings.truncated.finding(
        "the openssl container ends behind its head", evidence: ["bytes of it: \(outcome.bytesIn)"])
    }
    guard keys.passphrase != nil else {
      return keys.holdsAny
        ? DecryptFindings.noSecretKey.finding(
          "encrypted by openssl enc with a passphrase, and what is held is \(keys.described)")
        : DecryptFindings.noKeyGiven.finding("encrypted by openssl enc with a passphrase, and none was given")
    }
    if case .several(let ciphers) = result {
      return DecryptFindings.cipherUnknown.finding(
        "the openssl container may be encrypted with \(ciphers.joined(separator: ", ")): its first bytes are the same in each",
        hint: "name the cipher that it was made with: --openssl-cipher \(ciphers[0])")
    }
    if let cipher {
      return DecryptFindings.wrongPassphrase.finding(
        "the passphrase given does not open the openssl container with \(cipher)",
        evidence: ["tried: " + OpenSSLWay.rounds(cipher: cipher).joined().map(\.described).joined(separator: "; ")],
        hint: "find the passphrase and the cipher that it was made with, and make it with -pbkdf2 and without -iter")
    }
    return DecryptFindings.cipherUnknown.finding(
      "the passphrase given opens the openssl container with none of the usual ciphers",
      evidence: [
        "tried: " + Set(OpenSSLWay.rounds(cipher: nil).joined().map(\.cipher)).sorted().joined(separator: ", ")
      ])
  }
}
