import Crypto
import Foundation
import ProofbackCore
import Synchronization

/// What a claimed assignment gives the worker: its number at the desk, and a secret that only the two know.
final class WorkerSession: Sendable {
  let ticket: String
  private let secret: SymmetricKey
  private let number = Mutex<UInt64>(0)

  init(ticket: String, secret: SymmetricKey) {
    self.ticket = ticket
    self.secret = secret
  }

  /// Opens what was sealed to our key.
  /// - Throws: when it was sealed to another one.
  static func open(
    _ answer: ClaimAnswer, with key: Curve25519.KeyAgreement.PrivateKey
  ) throws -> (WorkerSession, Assignment) {
    var recipient = try HPKE.Recipient(
      privateKey: key, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: WorkerLink.info(ticket: answer.ticket),
      encapsulatedKey: answer.encapsulatedKey)
    let bytes = try recipient.open(answer.sealed)
    let secret = try recipient.exportSecret(
      context: WorkerLink.requestContext, outputByteCount: WorkerLink.secretBytes)
    return (WorkerSession(ticket: answer.ticket, secret: secret), try WorkerProtocol.assignment(Array(bytes)))
  }

  /// The head of the next request, sealed over its body.
  func head(first: UInt64, _ body: Data) -> [String: String] {
    let number = number.withLock { number in
      number += 1
      return number
    }
    let digest = Hexadecimal.text(SHA256.hash(data: body))
    let over = WorkerLink.sealed(ticket: ticket, number: number, first: first, digest: digest)
    return [
      WorkerLink.ticketHeader: ticket, WorkerLink.numberHeader: String(number), WorkerLink.firstHeader: String(first),
      WorkerLink.digestHeader: digest,
      WorkerLink.sealHeader: Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: over, using: secret)),
    ]
  }
}
