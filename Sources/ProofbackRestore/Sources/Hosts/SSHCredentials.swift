import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// The key to log in with and the keys that the host is known by, as files in the run's key folder.
struct SSHCredentials: Sendable {
  /// `-o` options of ssh.
  var options: [String] = []
  var environment: [String: String] = [:]
  /// Whether the run brought its own known hosts, or the user's are used.
  var hasKnownHosts = false

  /// Writes the files; may be called again for the same run.
  static func prepare(
    for location: SSHLocation, patience: SSHPatience, in surroundings: SourceSurroundings
  ) async throws -> SSHCredentials {
    var result = SSHCredentials()
    if let key = surroundings.secrets.sshKey {
      let path = try await keyFile(key, in: surroundings)
      result.options += ["IdentitiesOnly=yes", "IdentityAgent=none", "IdentityFile=\(quoted(path))"]
    } else if let agent = ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"], !agent.isEmpty {
      result.environment["SSH_AUTH_SOCK"] = agent
    }
    if let known = surroundings.secrets.knownHosts {
      let path = surroundings.keyFolder.appending("ssh-known-hosts").string
      let lines = try await HostKeys.knownHosts(from: known, for: location, patience: patience)
      try PrivateFile.write(lines, to: path)
      result.options += ["UserKnownHostsFile=\(quoted(path))", "GlobalKnownHostsFile=/dev/null"]
      result.hasKnownHosts = true
    }
    return result
  }

  /// A path as the value of an ssh option, where a space parts and a `%` is expanded.
  static func quoted(_ path: String) -> String {
    let escaped = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
    return "\"\(escaped)\""
  }

  /// The key in a file that ssh reads without asking: one with a passphrase is rewritten without, in the key folder.
  private static func keyFile(_ key: NamedSecret, in surroundings: SourceSurroundings) async throws -> String {
    let name = UntrustedText.line(key.name, limit: 100)
    guard let text = String(validating: key.content, as: UTF8.self), text.contains("PRIVATE KEY-----") else {
      throw RunTrouble(SourceFindings.keyUnusable, "\(name) is no private key in OpenSSH's format")
    }
    let lines = SSHKeyLock.lines(text)
    let path = surroundings.keyFolder.appending("ssh-key").string
    try PrivateFile.write(Data(lines.utf8), to: path)
    guard SSHKeyLock.isLocked(lines) else { return path }
    guard let passphrase = key.passphrase ?? surroundings.secrets.passphrase?.content else {
      throw RunTrouble(SourceFindings.keyNeedsPassphrase, "the SSH key \(name) has a passphrase, and none was given")
    }
    do {
      try await SSHKeyLock.remove(passphrase, from: path)
    } catch {
      unlink(path)
      throw RunTrouble(SourceFindings.keyWrongPassphrase, "the passphrase given is not that of the SSH key \(name)")
    }
    return path
  }
}

/// Files that only we may read.
enum PrivateFile {
  /// Mode 0600, in place of what was there; follows no link.
  static func write(_ content: Data, to path: String) throws {
    unlink(path)
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
      permissions: [.ownerRead, .ownerWrite])
    try file.closeAfter { try content.withUnsafeBytes { try file.writeFully($0) } }
  }
}
