import Foundation

/// Somebody whom a backup may be encrypted to, by a name of a closed schema; it reaches no tool.
public struct Recipient: Sendable, Hashable {
  public enum Kind: String, Sendable {
    /// A fingerprint or long key id in capital hexadecimal digits: of a key or of one of its subkeys.
    case gpgKey
    /// A user id, or its e-mail address: says something only of keys that are held.
    case gpgUser
    /// `age1…`
    case age
    /// A public key, `ssh-ed25519 AAAA…` without comment, or its fingerprint, `SHA256:…`.
    case ssh
  }

  /// Why a text names nobody.
  public struct Refused: Error, Equatable {
    public var fact: String
    public var hint: String
  }

  public let kind: Kind
  /// In one spelling, so that the same is seen as the same.
  public let text: String

  public static let longest = 4096
  /// More than any backup has.
  public static let most = 50

  /// - Throws: `Refused`.
  public init(_ given: String) throws(Refused) {
    let text = given.trimmingCharacters(in: .whitespaces)
    let shown = UntrustedText.line(text, limit: 60)
    guard !text.isEmpty, text.utf8.count <= Self.longest, !text.unicodeScalars.contains(where: Self.isControl),
      !text.hasPrefix("-")
    else { throw Refused(fact: "\(shown) is no recipient", hint: Self.examples) }
    if let age = try Self.age(text, shown) {
      self = age
    } else if let ssh = try Self.ssh(text, shown) {
      self = ssh
    } else if let key = try Self.key(text, shown) {
      self = key
    } else {
      self.init(kind: .gpgUser, text: text)
    }
  }

  private init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }

  private static let examples =
    "a fingerprint, an e-mail address of a key that is given, age1…, ssh-ed25519 … or SHA256:…"

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
  }

  /// Bech32 of 32 bytes: 58 characters behind the prefix (age-encryption.org/v1).
  private static func age(_ text: String, _ shown: String) throws(Refused) -> Recipient? {
    guard text.lowercased().hasPrefix("age1"), !text.contains("@") else { return nil }
    let key = text.lowercased()
    guard key.utf8.count == 62, key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw Refused(fact: "\(shown) is no age recipient", hint: "age-keygen -y KEYFILE shows a key's own")
    }
    return Recipient(kind: .age, text: key)
  }

  /// The types that age encrypts to.
  private static func ssh(_ text: String, _ shown: String) throws(Refused) -> Recipient? {
    if text.hasPrefix("SHA256:") {
      let hash = text.dropFirst("SHA256:".count)
      if hash.utf8.count == 43, Data(base64Encoded: hash + "=") != nil { return Recipient(kind: .ssh, text: text) }
    } else if text.hasPrefix("ssh-") || text.hasPrefix("ecdsa-") {
      let words = text.split(separator: " ")
      if words.count > 1, let blob = Data(base64Encoded: String(words[1])),
        ["ssh-ed25519", "ssh-rsa"].contains(words[0]),
        blob.starts(with: [0, 0, 0, UInt8(words[0].utf8.count)] + Array(words[0].utf8))
      {
        return Recipient(kind: .ssh, text: "\(words[0]) \(words[1])")
      }
    } else {
      return nil
    }
    throw Refused(fact: "\(shown) is no SSH key that age encrypts to", hint: "ssh-ed25519 or ssh-rsa, or its SHA256:…")
  }

  /// As gpg prints fingerprints: with or without spaces and 0x. An id of 8 digits can be had by anyone.
  private static func key(_ text: String, _ shown: String) throws(Refused) -> Recipient? {
    var digits = text.filter { $0 != " " }.uppercased()
    if digits.hasPrefix("0X") { digits = String(digits.dropFirst(2)) }
    guard digits.utf8.count >= 8, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    guard [16, 40, 64].contains(digits.utf8.count) else {
      throw Refused(
        fact: "\(shown) has \(digits.utf8.count) digits",
        hint: "give the whole fingerprint, or the long id of 16 digits")
    }
    return Recipient(kind: .gpgKey, text: digits)
  }
}

extension Recipient: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do { self = try Recipient(container.decode(String.self)) } catch let refused as Refused {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: refused.fact)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
