import Foundation
public import ProofbackCore

/// Looks at bytes that somebody stores as a secret, by the same rules by which a run sorts its keys.
public enum KeyInspector {
  /// - Parameter passphrase: what the key is said to be locked with; tried by the tools that a run uses.
  public static func inspect(
    _ secret: Data, _ kind: CredentialKind, _ passphrase: Data? = nil
  ) async -> KeyInspection {
    switch (kind, KeyKind(of: Array(secret))) {
    case (.passphrase, _): return onePassphrase(secret, "passphrase")
    case (.repositoryPassword, _): return onePassphrase(secret, "repository password")
    case (.login, _): return login(secret)
    case (.cloudKey, _): return cloudKey(secret)
    case (.proofKey, _): return proofKey(secret)
    case (.decryptionKey, .gpg): return await GPGKeys.inspect(secret, passphrase)
    case (.decryptionKey, .age): return .key("age identity")
    case (.decryptionKey, .ssh): return await ssh("OpenSSH private key, for age", secret, passphrase)
    case (.sshKey, .ssh): return await ssh("OpenSSH private key", secret, passphrase)
    case (.sshKey, .gpg): return .noKey("it is a GPG secret key, no SSH key")
    case (.sshKey, .age): return .noKey("it is an age identity, no SSH key")
    case (.sshKey, .none(let instead)):
      let text = String(decoding: secret.prefix(4096), as: UTF8.self)
      let marks = ["EC PRIVATE", "PRIVATE", "ENCRYPTED PRIVATE"]
      if marks.contains(where: { text.contains("-----BEGIN \($0) KEY-----") }) {
        return await ssh("private key in PEM", secret, passphrase)
      }
      return .noKey("it is no private key: it is \(instead)")
    case (.decryptionKey, .none(let instead)): return .noKey("it is no secret key: it is \(instead)")
    }
  }

  private static func ssh(_ description: String, _ secret: Data, _ passphrase: Data?) async -> KeyInspection {
    guard SSHKeyLock.isLocked(String(decoding: secret, as: UTF8.self)) else { return .key(description) }
    guard let passphrase else { return .lockedKey(description, .noneGiven) }
    return .lockedKey(description, await SSHKeyLock.trial(of: passphrase, on: secret))
  }

  private static func cloudKey(_ secret: Data) -> KeyInspection {
    do {
      let key = try CloudKey(secret)
      return .rewritten("cloud key \(key.shown)", key.written)
    } catch {
      return .noKey("it is no cloud key: \(error.fact)")
    }
  }

  /// Who checks seals need not be able to make them: of a pair only the public half is kept.
  private static func proofKey(_ secret: Data) -> KeyInspection {
    do {
      let key = try ProofKey(secret)
      let id = String(key.keyID.prefix(8))
      guard let half = key.publicHalf else { return .key("shared key for proofs, id \(id)") }
      return .rewritten("Ed25519 public key for proofs, id \(id)", half)
    } catch {
      return .noKey("it is no key for proofs: \(error.fact)")
    }
  }

  private static func login(_ secret: Data) -> KeyInspection {
    do { return .key(try StoredLogin(secret).shown) } catch { return .noKey("it is no login: \(error.fact)") }
  }

  /// A run reads the first line and no more.
  private static func onePassphrase(_ secret: Data, _ name: String) -> KeyInspection {
    let lines = secret.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    guard let first = lines.first, !first.isEmpty else { return .noKey("it is empty") }
    return lines.count > 1 ? .noKey("it has \(lines.count) lines; a \(name) is one") : .key(name)
  }
}
