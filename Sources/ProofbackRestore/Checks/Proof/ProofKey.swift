import Crypto
public import Foundation
public import ProofbackCore

/// What proofs are sealed with, and seals are checked with: bytes that both sides know (HMAC), or the halves of an Ed25519
/// key in PEM, as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` write them.
public enum ProofKey: Sendable {
  case shared(Data)
  /// 32 bytes.
  case signing(Data)
  case verifying(Data)

  public struct Problem: Error {
    public let fact: String
  }
  /// A shared key has so many bytes at least.
  public static let shortest = 32

  /// DER in front of the key's 32 bytes (RFC 8410, section 7 and 4).
  private static let signingHead = Data([
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ])
  private static let verifyingHead = Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00])

  /// - Throws: `Problem`.
  public init(_ content: Data) throws(Problem) {
    guard content.starts(with: Data("-----BEGIN ".utf8)) else {
      let key = Self.alone(content)
      guard key.count >= Self.shortest else {
        throw Problem(fact: "a shared key of \(key.count) bytes is too short: \(Self.shortest) at least")
      }
      self = .shared(key)
      return
    }
    let lines = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline)
    let body = lines.filter { !$0.hasPrefix("-----") }.joined()
    guard let der = Data(base64Encoded: body) else { throw Problem(fact: "the PEM file can't be read") }
    if der.count == 48, der.starts(with: Self.signingHead) {
      self = .signing(Data(der.suffix(32)))
    } else if der.count == 44, der.starts(with: Self.verifyingHead) {
      self = .verifying(Data(der.suffix(32)))
    } else {
      throw Problem(fact: "the PEM file holds no Ed25519 key")
    }
  }

  /// One that is text is the same without blanks and line ends around it, as an editor or a form leaves them.
  private static func alone(_ content: Data) -> Data {
    let isText = content.allSatisfy { (0x20...0x7E).contains($0) || [9, 10, 13].contains($0) }
    guard isText else { return content }
    return Data(String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).utf8)
  }

  /// In PEM; nil: a shared key has none.
  public var publicHalf: Data? {
    guard let key = publicKey else { return nil }
    let body = (Self.verifyingHead + key.rawRepresentation).base64EncodedString()
    return Data("-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----\n".utf8)
  }

  /// The seal for `proof`; nil when this is only a public key.
  public func seal(_ proof: Proof) throws -> ProofSeal? {
    let bytes = try proof.sealed()
    switch self {
    case .shared(let key):
      let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key))
      return ProofSeal(kind: .hmac, keyID: keyID, value: Data(code).base64EncodedString())
    case .signing(let seed):
      let signature = try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: bytes)
      return ProofSeal(kind: .ed25519, keyID: keyID, value: Data(signature).base64EncodedString())
    case .verifying: return nil
    }
  }

  /// Whether `proof` is as whoever holds this key, or its other half, sealed it.
  public func holds(_ proof: Proof) -> Bool {
    guard let seal = proof.seal, seal.keyID == keyID, let value = Data(base64Encoded: seal.value),
      let bytes = try? proof.sealed()
    else { return false }
    switch self {
    case .shared(let key):
      return seal.kind == .hmac
        && HMAC<SHA256>.isValidAuthenticationCode(value, authenticating: bytes, using: SymmetricKey(data: key))
    case .signing, .verifying:
      guard seal.kind == .ed25519, let key = publicKey else { return false }
      return key.isValidSignature(value, for: bytes)
    }
  }

  private var publicKey: Curve25519.Signing.PublicKey? {
    switch self {
    case .shared: nil
    case .signing(let seed): try? Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey
    case .verifying(let bytes): try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    }
  }

  public var keyID: String {
    let digest: Data
    switch self {
    case .shared(let key):
      digest = Data(
        HMAC<SHA256>.authenticationCode(for: Data("proofback proof key".utf8), using: SymmetricKey(data: key)))
    case .signing, .verifying: digest = Data(SHA256.hash(data: publicKey?.rawRepresentation ?? Data()))
    }
    return Hexadecimal.text(digest.prefix(8))
  }
}
