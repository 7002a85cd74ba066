public import Foundation
import ProofbackSystem

/// Private keys that are locked with a passphrase, made by their own tools.
public enum LockedKeys {
  /// In OpenSSH's format, or in PEM.
  public static func ssh(_ passphrase: String, format: String = "RFC4716") async throws -> Data {
    let folder = try TemporaryFolder("locked-ssh")
    defer { folder.remove() }
    let type = format == "PEM" ? "rsa" : "ed25519"
    try await make(
      "ssh-keygen -q -t \(type) -m \(format) -N \"$(cat passphrase)\" -f key; cat key", in: folder, passphrase)
    return try Data(contentsOf: URL(filePath: folder.path + "/key"))
  }

  /// - Parameter export: what gpg takes out: the whole key, or its subkeys without the primary one.
  public static func gpg(
    _ passphrase: String, of name: String = "bob@example.org", export: String = "--export-secret-keys"
  ) async throws -> Data {
    let folder = try TemporaryFolder("locked-gpg")
    defer { folder.remove() }
    let gpg = "gpg --homedir home --batch --no-tty --quiet --pinentry-mode loopback --passphrase-file passphrase"
    try await make(
      """
      mkdir -m 700 home; trap 'gpgconf --homedir $PWD/home --kill all' EXIT
      \(gpg) --quick-generate-key \(name) future-default default never
      \(gpg) --armor \(export) \(name) > key
      """, in: folder, passphrase)
    return try Data(contentsOf: URL(filePath: folder.path + "/key"))
  }

  /// Encrypts a text to a GPG key, which is known by its public part.
  public static func write(_ text: String, to path: String, for key: Data) async throws {
    let folder = try TemporaryFolder("locked-gpg")
    defer { folder.remove() }
    try folder.write("key", key)
    try folder.write("text", text)
    let gpg = "gpg --homedir home --batch --no-tty --quiet --trust-model always"
    try await make(
      """
      mkdir -m 700 home; trap 'gpgconf --homedir $PWD/home --kill all' EXIT
      \(gpg) --import key
      \(gpg) -r "$(\(gpg) --list-keys --with-colons | sed -n 's/^fpr:*\\([0-9A-F]*\\):/\\1/p' | head -1)" -o sealed -e text
      """, in: folder, "")
    try Data(contentsOf: URL(filePath: folder.path + "/sealed")).write(to: URL(filePath: path))
  }

  struct NotMade: Error { var text: String }

  private static func make(_ script: String, in folder: TemporaryFolder, _ passphrase: String) async throws {
    try folder.write("passphrase", passphrase)
    let outcome = try await Command("/bin/bash", ["-ec", "cd \(folder.path); \(script)"]).capture(within: 60)
    guard outcome.end == .exited(0) else { throw NotMade(text: outcome.errorText) }
  }
}
