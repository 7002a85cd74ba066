import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// restic with all that it needs to open one repository: everything secret is in files of the run's key folder. It never
/// writes to the repository, not even a lock, and keeps no cache.
struct ResticTool: Sendable {
  private let restic: String
  /// The one folder that can be written to, where the repository is one of this machine.
  private let sealed: FilePath?
  private let arguments: [String]
  private let environment: [String: String]

  /// - Throws: `RunTrouble`.
  static func prepare(_ location: ResticLocation, in surroundings: SourceSurroundings) async throws -> ResticTool {
    guard let restic = Programs.find("restic") else {
      throw RunTrouble(SourceFindings.toolMissing, "restic is not installed", hint: "apt install restic")
    }
    guard let password = surroundings.secrets.repositoryPassword else {
      throw RunTrouble(RepositoryFindings.noPassword, "\(location.place.shown) needs a password, and none was given")
    }
    let folder = surroundings.keyFolder
    func file(_ name: String, _ content: Data) throws -> String {
      let path = folder.appending(name).string
      try PrivateFile.write(content, to: path)
      return path
    }
    var tool = ResticTool(
      restic: restic, sealed: location.isHere ? folder : nil,
      arguments: [
        "--no-cache", "--no-lock", "--quiet",
        "--password-file", try file("restic-password", RepositoryPassword.line(password) + [0x0A]),
      ],
      environment: Command.plainEnvironment.merging(["HOME": folder.string, "LC_ALL": "C"]) { $1 })
    var address: String
    switch location.place {
    case .folder(let path): address = String(decoding: path.bytes, as: UTF8.self)
    case .host(let host):
      let (command, more) = try await sshCommand(host, surroundings)
      address = "sftp:repository:" + String(decoding: host.path.bytes, as: UTF8.self)
      tool = tool.adding(option("sftp.command", command), more)
    case .bucket(let bucket):
      address = s3Address(bucket)
      let style = bucket.style == .path ? "path" : "dns"
      tool = tool.adding(
        option("s3.region", bucket.region) + option("s3.bucket-lookup", style),
        ["AWS_SHARED_CREDENTIALS_FILE": try file("restic-aws", cloudKey(surroundings, bucket).written)])
    case .web(let server, let path):
      try await WebReach.find(server.host, own: server.host, allowedHosts: surroundings.allowedHosts)
      address = try restAddress(server, path, surroundings)
    }
    if let authority = surroundings.secrets.authority {
      tool = tool.adding(["--cacert", try file("restic-authority.pem", authority)], [:])
    }
    // In a file, since it may hold a login.
    return tool.adding(["--repository-file", try file("restic-repository", Data((address + "\n").utf8))], [:])
  }

  private func adding(_ more: [String], _ variables: [String: String]) -> ResticTool {
    ResticTool(
      restic: restic, sealed: sealed, arguments: arguments + more, environment: environment.merging(variables) { $1 })
  }

  func command(_ verb: [String], _ subjects: [String] = []) throws -> Command {
    let command = Command(
      restic, verb + arguments + (subjects.isEmpty ? [] : ["--"] + subjects), environment: environment)
    return try sealed.map { try ReadOnlyMachine.seal(command, writable: $0) } ?? command
  }

  /// Options are read as a line of CSV (spf13/pflag, StringSlice).
  private static func option(_ name: String, _ value: String) -> [String] {
    ["-o", "\"\(name)=\(value.replacing("\"", with: "\"\""))\""]
  }

  // MARK: Ways

  /// Where ssh says what went wrong: restic hands on its words while it already ends, and may lose them.
  static func sshLog(_ keyFolder: FilePath) -> FilePath { keyFolder.appending("restic-ssh.log") }

  /// Our own ssh, as restic splits a command: at spaces, but within quotes (internal/backend/shell_split.go).
  private static func sshCommand(
    _ host: SSHLocation, _ surroundings: SourceSurroundings
  ) async throws -> (String, [String: String]) {
    let (ssh, patience, credentials) = try await SSHOptions.prepare(for: host, in: surroundings)
    let command = SSHOptions.command(ssh, to: host, patience: patience, credentials: credentials)
    let words = [command.executable, "-E", sshLog(surroundings.keyFolder).string] + command.arguments
    guard !words.contains(where: { $0.contains("'") }) else {
      throw RunTrouble(
        RepositoryFindings.unreadable, "the state folder's path has a ', which restic's ssh can't be told",
        hint: "use another state folder")
    }
    return (words.map { "'\($0)'" }.joined(separator: " "), credentials.environment)
  }

  private static func s3Address(_ bucket: S3Location) -> String {
    let prefix = String(decoding: bucket.key.bytes, as: UTF8.self)
    return "s3:\(bucket.endpoint.origin)/\(bucket.bucket)" + (prefix.isEmpty ? "" : "/\(prefix)")
  }

  private static func cloudKey(_ surroundings: SourceSurroundings, _ bucket: S3Location) throws -> CloudKey {
    guard let given = surroundings.secrets.cloudKey else {
      throw RunTrouble(S3Findings.noKey, "the bucket \(bucket.bucket) needs a key, and none was given")
    }
    do throws(CloudKey.Problem) {
      return try CloudKey(given.content)
    } catch {
      let name = UntrustedText.line(given.name, limit: 100)
      throw RunTrouble(S3Findings.keyUnusable, "\(name) is no cloud key: \(error.fact)")
    }
  }

  private static func restAddress(
    _ server: WebAddress, _ path: RawPath, _ surroundings: SourceSurroundings
  ) throws -> String {
    let place = "\(server.authority)\(S3Text.encoded(path.bytes, keeping: "/"))"
    guard let given = surroundings.secrets.login else { return "rest:https://\(place)" }
    guard case .password(let name, let password) = try? StoredLogin(given.content) else {
      throw RunTrouble(
        WebFindings.loginUnusable, "\(UntrustedText.line(given.name, limit: 100)) is no login: name:password")
    }
    return "rest:https://\(S3Text.encoded(name.utf8)):\(S3Text.encoded(password.utf8))@\(place)"
  }
}

/// What a repository is locked with: the first line, as programs read their password files.
enum RepositoryPassword {
  static func line(_ secret: NamedSecret) -> Data { Data(secret.content.prefix { $0 != 0x0A && $0 != 0x0D }) }
}
