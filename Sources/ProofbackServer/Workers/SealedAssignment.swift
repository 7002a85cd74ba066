import Crypto
import Foundation
import ProofbackCore

/// An assignment for one public key, and the secret that only the key's owner and this server know.
struct SealedAssignment: Sendable {
  let encapsulatedKey: Data
  let bytes: Data
  /// Requests are sealed with it.
  let secret: SymmetricKey

  /// - Throws: when `publicKey` is none.
  init(_ assignment: Assignment, for publicKey: Data, ticket: String) throws {
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey)
    var sender = try HPKE.Sender(
      recipientKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: WorkerLink.info(ticket: ticket))
    bytes = try sender.seal(Data(try WorkerProtocol.line(assignment)))
    encapsulatedKey = sender.encapsulatedKey
    secret = try sender.exportSecret(
      context: WorkerLink.requestContext, outputByteCount: WorkerLink.secretBytes)
  }
}

/// The head of a request that claims to be a worker's, before anything is known of it.
public struct RequestHead: Sendable {
  public var ticket: String
  public var number: UInt64
  public var first: UInt64
  public var digest: String
  public var seal: String

  public init(ticket: String, number: UInt64, first: UInt64, digest: String, seal: String) {
    self.ticket = ticket
    self.number = number
    self.first = first
    self.digest = digest
    self.seal = seal
  }

  /// Compared in constant time.
  func isSealed(with secret: SymmetricKey) -> Bool {
    guard Hexadecimal.isText(digest, bytes: 32), let seal = Data(hexadecimal: seal, bytes: 32) else { return false }
    let over = WorkerLink.sealed(ticket: ticket, number: number, first: first, digest: digest)
    return HMAC<SHA256>.isValidAuthenticationCode(seal, authenticating: over, using: secret)
  }

  public func isDigest(of body: some Collection<UInt8>) -> Bool {
    Hexadecimal.text(SHA256.hash(data: Data(body))) == digest
  }
}

extension Data {
  fileprivate init?(hexadecimal text: String, bytes count: Int) {
    guard Hexadecimal.isText(text, bytes: count) else { return nil }
    let digits = Array(text.utf8).map { $0 < 0x40 ? $0 - 0x30 : $0 - 0x57 }
    self.init((0..<count).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] })
  }
}
