import Crypto
import Foundation
import ProofbackCore

/// Seals secrets with AES-256-GCM under the master key, with the credential's id as associated data: a sealed secret
/// opens under its own id only.
public struct Vault: Sendable {
  private let master: MasterKey

  public init(_ master: MasterKey) { self.master = master }

  func seal(_ secret: Data, id: String) throws -> Data {
    // Without a nonce of our own `combined` is never nil.
    try AES.GCM.seal(secret, using: master.key, authenticating: Data(id.utf8)).combined!
  }

  /// The same for the same secret, and nothing to whoever lacks the master key.
  func sameness(of secret: Data) -> Data {
    let key = HKDF<SHA256>.deriveKey(inputKeyMaterial: master.key, info: Data("sameness".utf8), outputByteCount: 32)
    return Data(HMAC<SHA256>.authenticationCode(for: secret, using: key))
  }

  func open(_ sealed: Data, id: String) throws -> Data {
    do {
      return try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: master.key, authenticating: Data(id.utf8))
    } catch {
      throw StoreError.wrongMasterKey
    }
  }
}
