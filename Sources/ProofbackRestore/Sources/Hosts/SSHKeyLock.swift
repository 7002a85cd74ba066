import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Whether a private key has a passphrase of its own, and whether one is it.
enum SSHKeyLock {
  /// OpenSSH's own format names its cipher behind the magic `openssh-key-v1` (PROTOCOL.key); PEM says it in words.
  static func isLocked(_ key: String) -> Bool {
    guard key.contains("PRIVATE KEY-----") else { return false }
    if key.contains("ENCRYPTED") { return true }
    let body = key.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
    guard let bytes = Data(base64Encoded: body, options: .ignoreUnknownCharacters) else { return false }
    let start = Array("openssh-key-v1".utf8) + [0]
    guard bytes.starts(with: start) else { return false }
    return !bytes.dropFirst(start.count).starts(with: [0, 0, 0, 4] + Array("none".utf8))
  }

  /// As ssh takes a key: it wants neither Windows line ends nor a last line without its end.
  static func lines(_ key: String) -> String {
    key.replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines) + "\n"
  }

  /// Tries a passphrase on a key that is on no disk while that is done.
  static func trial(of passphrase: Data, on key: Data) async -> PassphraseTrial {
    guard let keygen = Programs.find("ssh-keygen") else { return .untried }
    do {
      let file = try LentFile(Data(lines(String(decoding: key, as: UTF8.self)).utf8))
      let outcome = try await ask(Command(keygen, ["-y", "-f", file.path]), passphrase, within: 20)
      return withExtendedLifetime(file) {
        switch outcome.end {
        case .exited(0): .opens
        case .exited: .doesNotOpen
        case .signalled: .failed("ssh-keygen did not end within 20 s")
        }
      }
    } catch {
      return .failed("ssh-keygen could not be started")
    }
  }

  /// The key without its passphrase; as it is when it has none, and when none of these is it.
  /// - Parameter folder: in memory; what is made in it is gone on return.
  static func opened(_ key: Data, with passphrases: [Data], in folder: String) async -> Data {
    let text = lines(String(decoding: key, as: UTF8.self))
    guard isLocked(text) else { return key }
    let path = folder + "/locked-key"
    defer { unlink(path) }
    for passphrase in passphrases {
      do {
        try PrivateFile.write(Data(text.utf8), to: path)
        try await remove(passphrase, from: path)
        return try Data(contentsOf: URL(filePath: path))
      } catch { continue }
    }
    return key
  }

  /// Rewrites a key's file without its passphrase.
  /// - Throws: when it is another one.
  static func remove(_ passphrase: Data, from path: String) async throws {
    guard let keygen = Programs.find("ssh-keygen") else { throw Errno.noSuchFileOrDirectory }
    let outcome = try await ask(Command(keygen, ["-q", "-p", "-N", "", "-f", path]), passphrase, within: 600)
    guard outcome.end == .exited(0) else { throw Errno.permissionDenied }
  }

  /// In a session without a terminal ssh-keygen reads the passphrase from its input: neither argv, environment nor
  /// a helper program (which a `noexec` key folder would not run) ever has it.
  private static func ask(
    _ command: Command, _ passphrase: Data, within seconds: Double
  ) async throws -> Command.Outcome {
    let line = passphrase.prefix { $0 != 0x0A && $0 != 0x0D } + [0x0A]
    return try await command.capture(input: Array(line), within: seconds, ownSession: true)
  }
}
