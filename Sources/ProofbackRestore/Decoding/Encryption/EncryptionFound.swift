import ProofbackCore

/// What a backup that is not encrypted is.
public enum EncryptionExpectation: Sendable {
  /// As good as any.
  case nothing
  /// Odd: a key or passphrase was given for it.
  case keysWereGiven
  /// Bad.
  case demanded

  static func of(_ surroundings: DecodingSurroundings) -> EncryptionExpectation {
    if surroundings.policy.demandsEncryption { return .demanded }
    return surroundings.holdsKeys ? .keysWereGiven : .nothing
  }
}

/// How a whole backup turned out to be encrypted.
struct EncryptionFound: Sendable {
  /// Around it, from the outside in.
  var layers: [String]
  /// How many of them kept their content secret.
  var encryptions: Int
  var isEmpty: Bool
  /// Whether a layer is of a kind that may encrypt.
  var isWrapped: Bool
  var members: MemberLayers

  func findings(_ expects: EncryptionExpectation) -> [Finding] {
    // Of an empty file there is nothing to say but that.
    if isEmpty { return [] }
    let times = encryptions + (members.anyEncrypted ? 1 : 0)
    if times > 1 {
      return [EncryptionFindings.twice.finding("the backup is encrypted \(times) times", evidence: evidence)]
    }
    if encryptions > 0 { return [] }
    if expects == .demanded, !members.anyEncrypted || members.plain != nil { return [required] }
    if members.anyEncrypted { return [] }
    if expects == .keysWereGiven {
      return [
        DecryptFindings.notEncrypted.finding(
          "the backup is not encrypted, although a key or passphrase was given for it", evidence: evidence)
      ]
    }
    guard isWrapped else { return [] }
    return [
      DecryptFindings.onlyWrapped.finding("the backup is a gpg message that is not encrypted: anyone can read it")
    ]
  }

  private var required: Finding {
    let text =
      if members.anyEncrypted, let plain = members.plain {
        "\(UntrustedText.line(plain, limit: 120)) in the tar is not encrypted: anyone can read it"
      } else if isWrapped {
        "the backup is a gpg message that is only packed or signed, not encrypted: anyone can read it"
      } else { "the backup is not encrypted: anyone can read it" }
    return EncryptionFindings.required.finding(text, evidence: evidence)
  }

  private var evidence: [String] { ["layers found: " + (layers.isEmpty ? "none" : layers.joined(separator: ", "))] }
}
