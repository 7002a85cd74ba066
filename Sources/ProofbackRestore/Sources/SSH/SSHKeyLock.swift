import Foundation

/// Whether a private key has a passphrase of its own.
enum SSHKeyLock {
  /// OpenSSH's own format names its cipher behind the magic `openssh-key-v1` (PROTOCOL.key); PEM says it in words.
  static func isLocked(_ key: String) -> Bool {
    guard key.contains("PRIVATE KEY-----") else { return false }
    if key.contains("ENCRYPTED") { return true }
    let body = key.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    guard let bytes = Data(base64Encoded: body, options: .ignoreUnknownCharacters) else { return false }
    let start = Array("openssh-key-v1".utf8) + [0]
    guard bytes.starts(with: start) else { return false }
    return !bytes.dropFirst(start.count).starts(with: [0, 0, 0, 4] + Array("none".utf8))
  }
}
