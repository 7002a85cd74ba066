import Foundation
public import ProofbackCore

/// Looks at bytes that somebody stores as a secret, by the same rules by which a run sorts its keys.
public enum KeyInspector {
  public static func inspect(_ secret: Data, _ kind: CredentialKind) -> KeyInspection {
    let bytes = Array(secret)
    let isLocked = SSHKeyLock.isLocked(String(decoding: bytes, as: UTF8.self))
    switch (kind, KeyKind(of: bytes)) {
    case (.passphrase, _): return passphrase(secret)
    case (.cloudKey, _): return cloudKey(secret)
    case (.decryptionKey, .gpg): return .key("GPG secret key")
    case (.decryptionKey, .age): return .key("age identity")
    case (.decryptionKey, .ssh):
      return isLocked ? .lockedKey("OpenSSH private key, for age") : .key("OpenSSH private key, for age")
    case (.sshKey, .ssh): return isLocked ? .lockedKey("OpenSSH private key") : .key("OpenSSH private key")
    case (.sshKey, .gpg): return .noKey("it is a GPG secret key, no SSH key")
    case (.sshKey, .age): return .noKey("it is an age identity, no SSH key")
    case (.sshKey, .none(let instead)):
      let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
      let marks = ["EC PRIVATE", "PRIVATE", "ENCRYPTED PRIVATE"]
      if marks.contains(where: { text.contains("-----BEGIN \($0) KEY-----") }) {
        return isLocked ? .lockedKey("private key in PEM") : .key("private key in PEM")
      }
      return .noKey("it is no private key: it is \(instead)")
    case (.decryptionKey, .none(let instead)): return .noKey("it is no secret key: it is \(instead)")
    }
  }

  private static func cloudKey(_ secret: Data) -> KeyInspection {
    do {
      let key = try CloudKey(secret)
      return .rewritten("cloud key \(key.shown)", key.written)
    } catch {
      return .noKey("it is no cloud key: \(error.fact)")
    }
  }

  /// A run reads the first line and no more.
  private static func passphrase(_ secret: Data) -> KeyInspection {
    let lines = secret.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    guard let first = lines.first, !first.isEmpty else { return .noKey("it is empty") }
    return lines.count > 1 ? .noKey("it has \(lines.count) lines; a passphrase is one") : .key("passphrase")
  }
}
