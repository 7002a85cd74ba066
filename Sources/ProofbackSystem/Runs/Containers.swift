import Foundation
import Glibc
public import SystemPackage

/// Containers that runs start on the Docker Engine of this machine, through the `docker` command.
///
/// Each carries three labels: the run, the run's folder, and a deadline, so that whatever crashed, what it left can be
/// told from what lives.
public enum Containers {
  public static let runLabel = "org.proofback.run"
  public static let folderLabel = "org.proofback.folder"
  public static let deadlineLabel = "org.proofback.deadline"

  /// How the engine is reached; what belongs to `docker` itself, and to programs in general.
  public static let variables = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "HOME"]

  /// The command with the caller's way to reach the engine; nil where it is not installed.
  public static func docker(_ arguments: [String]) -> Command? {
    guard let program = Programs.find("docker") else { return nil }
    var environment = Command.plainEnvironment
    for name in variables { environment[name] = ProcessInfo.processInfo.environment[name] }
    return Command(program, arguments, environment: environment)
  }

  public struct Container: Sendable, Equatable {
    public var id: String
    public var name: String
    public var runID: String
    public var folder: FilePath
    /// Seconds since 1970.
    public var deadline: Double
  }

  /// All that carry our labels, also those that ended; nil when the engine does not answer.
  public static func list() async -> [Container]? {
    let format =
      "{{.ID}}\t{{.Names}}\t{{.Label \"\(runLabel)\"}}\t{{.Label \"\(folderLabel)\"}}\t{{.Label \"\(deadlineLabel)\"}}"
    let command = docker(["ps", "--all", "--no-trunc", "--filter", "label=\(runLabel)", "--format", format])
    guard let outcome = try? await command?.capture(within: 30), outcome.end.isSuccess else { return nil }
    return outcome.text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 5, let deadline = Double(parts[4]) else { return nil }
      return Container(
        id: parts[0], name: parts[1], runID: parts[2], folder: FilePath(parts[3]), deadline: deadline)
    }
  }

  /// Ends and removes them, by id or name; safe for those that are gone.
  /// - Returns: what could not be removed, for people.
  @discardableResult public static func remove(_ containers: [String]) async -> [String] {
    guard !containers.isEmpty, mayExist, let command = docker(["rm", "--force", "--volumes"] + containers) else {
      return []
    }
    // Versions differ in whether one that is not there is an error: what is left tells.
    if (try? await command.capture(within: 60))?.end.isSuccess == true { return [] }
    let left = await list() ?? []
    return left.filter { container in containers.contains { $0 == container.id || $0 == container.name } }.map {
      "container \($0.name) could not be removed"
    }
  }

  /// Whether runs of this host can have any: no engine is asked where none listens.
  public static var mayExist: Bool {
    Programs.find("docker") != nil && socket.map { access($0, F_OK) == 0 } ?? true
  }

  /// The socket that the engine listens on; nil where the command's own configuration decides.
  public static var socket: String? {
    let environment = ProcessInfo.processInfo.environment
    guard let host = environment["DOCKER_HOST"], !host.isEmpty else {
      return environment["DOCKER_CONTEXT"] == nil ? "/var/run/docker.sock" : nil
    }
    return host.hasPrefix("unix://") ? String(host.dropFirst("unix://".count)) : nil
  }
}
