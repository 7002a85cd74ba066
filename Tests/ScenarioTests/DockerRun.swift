import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// One `proofback run` against the tests' own Docker Engine.
enum DockerRun {
  struct Outcome {
    var code: ProcessEnd
    var text: String
    var report: RunReport?
    var causes: String? { report?.cause?.rawValue }
    func finding(_ code: String) -> Finding? { report?.findings.first { $0.code.rawValue == code } }
  }

  /// Without anything of the bench's.
  /// - Parameters:
  ///   - host: another engine's socket.
  ///   - state: where runs keep their folders.
  static func plain(
    _ arguments: [String], dump: String, host: String? = nil, state: String? = nil
  ) async throws -> Outcome {
    let captured = try await command(arguments, dump, host, state).capture(limit: 8 << 20, within: 300)
    let read = ScenarioOutcome(captured, seconds: 0, format: .json, expectsReport: true)
    return Outcome(code: captured.end, text: captured.text + captured.errorText, report: read.report)
  }

  /// The same, to be ended by whoever began it.
  static func begin(_ arguments: [String], dump: String, state: String) async throws -> ChildProcess {
    try await ChildProcess.start(command(arguments, dump, nil, state))
  }

  private static func command(
    _ arguments: [String], _ dump: String, _ host: String?, _ state: String?
  ) -> Command {
    let state = state ?? MatrixDumps.shared.root + "/state"
    var variables = Command.plainEnvironment
    variables["DOCKER_HOST"] = host.map { "unix://\($0)" } ?? ProcessInfo.processInfo.environment["DOCKER_HOST"]
    variables["HOME"] = "/tmp"
    return Command(
      BuiltProgram.proofback, ["run", dump, "--format", "json", "--state-folder", state] + arguments,
      environment: variables)
  }

  /// - Parameters:
  ///   - host: another engine.
  ///   - user: runs it as this user.
  ///   - dump: the bench's own unless said.
  static func run(
    _ arguments: [String], host: String? = nil, user: String? = nil, dump: String? = nil
  ) async throws -> Outcome {
    let bench = try await ScenarioBench.shared()
    _ = try await DockerEngine.running()
    let id = "docker-\(UUID().uuidString.prefix(8))"
    let folder = "\(bench.path)/work/\(id)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var variables = bench.environment(folder: folder, id: id)
    variables["DOCKER_HOST"] = host ?? ProcessInfo.processInfo.environment["DOCKER_HOST"]
    variables["HOME"] = folder
    let own = "\(folder)/proofback"
    if let user {
      let script =
        "cp \(BuiltProgram.proofback) \(own) && cp \(variables["DUMP"] ?? "") \(folder)/dump.sql && chown -R \(user):\(user) \(folder)"
      #expect(try await bench.shell(script, folder: folder, id: id).end.isSuccess)
    }
    let program = user == nil ? BuiltProgram.proofback : own
    let file = dump ?? (user == nil ? variables["DUMP"] ?? "" : "\(folder)/dump.sql")
    let state = user == nil ? "\(bench.path)/state" : "\(folder)/state"
    let command = Command(
      program, ["run", file, "--format", "json", "--state-folder", state] + arguments, environment: variables)
    let drop = user.map { ["--reuid", $0, "--regid", $0, "--clear-groups", "--"] } ?? ["--"]
    let captured = try await command.wrapped(by: Command("/usr/bin/setpriv", drop, environment: variables))
      .capture(limit: 8 << 20, within: 200)
    let read = ScenarioOutcome(captured, seconds: 0, format: .json, expectsReport: true)
    return Outcome(code: captured.end, text: captured.text + captured.errorText, report: read.report)
  }
}
