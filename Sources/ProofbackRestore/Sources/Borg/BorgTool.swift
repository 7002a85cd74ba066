import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// borg with all that it needs to open one repository. The password goes down a pipe; whatever borg keeps for itself lies in the
/// run's key folder. It takes no lock (`--bypass-lock`): a lock would be written into the repository, and would keep the next
/// backup waiting as long as we read.
struct BorgTool: Sendable {
  /// What borg reads: the password, or nothing.
  let input: [UInt8]
  /// As borg writes it before `::`.
  let repository: String
  private let borg: String
  /// The one folder that can be written to, where the repository is one of this machine.
  private let sealed: FilePath?
  private let environment: [String: String]

  /// - Throws: `RunTrouble`.
  static func prepare(_ location: BorgLocation, in surroundings: SourceSurroundings) async throws -> BorgTool {
    guard let borg = Programs.find("borg") else {
      throw RunTrouble(SourceFindings.toolMissing, "borg is not installed", hint: "apt install borgbackup")
    }
    let folder = surroundings.keyFolder
    let password = surroundings.secrets.repositoryPassword.map(RepositoryPassword.line)
    var environment = Command.plainEnvironment.merging([
      "HOME": folder.string, "TMPDIR": folder.string, "BORG_BASE_DIR": folder.appending("borg").string, "TZ": "UTC",
      "BORG_PASSPHRASE_FD": "0", "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
      // Who gave a password expects that nobody can exchange the repository for another.
      "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": password == nil ? "yes" : "no",
      "BORG_CHECK_I_KNOW_WHAT_I_AM_DOING": "NO", "BORG_DELETE_I_KNOW_WHAT_I_AM_DOING": "NO",
    ]) { $1 }
    var repository: String
    switch location.place {
    case .host(let host):
      let (command, more) = try await sshCommand(host, surroundings)
      environment.merge(more) { $1 }
      environment["BORG_RSH"] = command
      let user = host.user.map { "\($0)@" } ?? ""
      let name = host.host.contains(":") ? "[\(host.host)]" : host.host
      repository = "ssh://\(user)\(name):\(host.port)\(String(decoding: host.path.bytes, as: UTF8.self))"
    case .folder(let path): repository = String(decoding: path.bytes, as: UTF8.self)
    case .bucket, .web: throw RunTrouble(SourceFindings.invalid, "borg knows folders and hosts only")
    }
    let isHere = if case .folder = location.place { true } else { false }
    return BorgTool(
      input: Array((password ?? Data()) + [0x0A]), repository: escaped(repository), borg: borg,
      sealed: isHere ? folder : nil, environment: environment)
  }

  func command(_ verb: [String], archive: String? = nil, _ more: [String] = []) throws -> Command {
    let subject = repository + (archive.map { "::\(Self.escaped($0))" } ?? "")
    let command = Command(
      borg, verb + ["--log-json", "--bypass-lock", "--lock-wait", "1", "--", subject] + more, environment: environment)
    return try sealed.map { try ReadOnlyMachine.seal(command, writable: $0) } ?? command
  }

  /// borg replaces what stands in braces (`{now}`); doubled they are themselves (borg help placeholders).
  private static func escaped(_ text: String) -> String {
    text.replacing("{", with: "{{").replacing("}", with: "}}")
  }

  /// Our own ssh, without its host: borg puts that behind, and splits the rest as a shell does.
  private static func sshCommand(
    _ host: SSHLocation, _ surroundings: SourceSurroundings
  ) async throws -> (String, [String: String]) {
    let (ssh, patience, credentials) = try await SSHOptions.prepare(for: host, in: surroundings)
    let words = [ssh] + SSHOptions.arguments(patience, credentials)
    let quoted = words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }
    return (quoted.joined(separator: " "), credentials.environment)
  }
}
