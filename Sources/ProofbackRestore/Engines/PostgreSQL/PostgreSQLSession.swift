import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One server in one sandbox, for one run.
final class PostgreSQLSession: EngineSession {
  struct State: Sendable {
    var programs: PostgreSQLPrograms?
    var server: (any SandboxProcess)?
    var claims = PostgreSQLClaims()
    /// The superuser of the data that is served.
    var administrator = PostgreSQLTemplate.administrator
    /// The role that rows are read as.
    var reader = PostgreSQLSession.restorer
    var isPhysical = false
  }
  let work: EngineWork
  let ownProgram: FilePath
  let state = Mutex(State())

  /// The unprivileged role that dumps are restored as.
  static let restorer = "proofback_restore"
  /// Where a dump goes that names no database.
  static let database = "restored"

  /// Where a source is measured; nil in a sandbox.
  let origin: PostgreSQLOrigin?

  init(_ work: EngineWork, ownProgram: FilePath, origin: PostgreSQLOrigin? = nil) {
    self.work = work
    self.ownProgram = ownProgram
    self.origin = origin
    if let origin {
      state.withLock {
        $0.programs = origin.programs
        $0.administrator = origin.user
        $0.reader = origin.user
      }
    }
  }

  var format: PostgreSQLRecogniser.Format {
    PostgreSQLRecogniser.recognise(work.head.bytes, names: work.head.memberNames)?.format ?? .plain
  }

  func start() async throws -> EngineUsed {
    guard let programs = await PostgreSQLPrograms.installed(in: work.sandbox.system).first else {
      throw work.sandbox.system.lacks("no PostgreSQL server is")
    }
    state.withLock { $0.programs = programs }
    // A base backup brings its own data; which version it needs stands in it.
    if format != .baseBackup {
      try await PostgreSQLTemplate(programs: programs, templates: work.templates).fill(work.sandbox)
      try await serve(programs)
      try await makeRestorer()
    }
    return EngineUsed(engine: "postgresql", type: work.type, product: "PostgreSQL", version: programs.version)
  }

  var programs: PostgreSQLPrograms {
    get throws {
      guard let programs = state.withLock({ $0.programs }) else {
        throw RunTrouble(CommonFindings.notStarted, "the server was not started")
      }
      return programs
    }
  }

  func server(_ programs: PostgreSQLPrograms, isPhysical: Bool = false) -> SandboxProgram {
    let options = PostgreSQLServerOptions(memoryBytes: work.limits.memoryBytes)
    return SandboxProgram(
      name: "server", executable: FilePath(programs.path("postgres")),
      arguments: options.arguments(
        data: work.sandbox.data.inside.string, sockets: work.sandbox.exchange.inside.string, isPhysical: isPhysical),
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"], reads: programs.reads.map { FilePath($0) }, role: .server,
      origin: .dbms)
  }

  private func serve(_ programs: PostgreSQLPrograms) async throws {
    let process = try await work.sandbox.start(server(programs), input: nil, output: nil)
    state.withLock { $0.server = process }
    guard try await isReady(process, within: 60) else {
      throw RunTrouble(
        CommonFindings.notStarted, "the server did not answer",
        evidence: process.errorOutput().split(separator: 10).suffix(8).map { UntrustedText.line(bytes: $0) })
    }
  }

  /// The first statement answered is the sign.
  /// - Returns: false when the server ended, or the time is over.
  func isReady(_ server: any SandboxProcess, within seconds: Double) async throws -> Bool {
    let ended = Flag()
    let watcher = Task {
      _ = await server.wait()
      ended.set()
    }
    defer { watcher.cancel() }
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    let socket = work.sandbox.exchange.host.appending(PostgreSQLServerOptions.socketName).string
    var pause = 15
    while ContinuousClock.now < deadline, !ended.isSet {
      if FileManager.default.fileExists(atPath: socket), (try? await query("SELECT 1")) != nil { return true }
      try await Task.sleep(for: .milliseconds(pause))
      pause = min(pause + 10, 200)
    }
    return false
  }

  private func makeRestorer() async throws {
    let role = Self.restorer
    let reading = try programs.major >= 14 ? "GRANT pg_read_all_data TO \(role);" : ""
    _ = try await query("CREATE ROLE \(role) LOGIN BYPASSRLS; \(reading)")
  }

  /// Why the server ended, when it did: our trouble, unless a limit already explains it.
  func troubleIfServerEnded() async -> RunTrouble? {
    guard let server = state.withLock({ $0.server }) else { return nil }
    let ended = Flag()
    let watcher = Task {
      _ = await server.wait()
      ended.set()
    }
    for _ in 0..<10 where !ended.isSet { try? await Task.sleep(for: .milliseconds(50)) }
    watcher.cancel()
    guard ended.isSet else { return nil }
    return RunTrouble(
      CommonFindings.died, "the server ended during the run",
      evidence: PostgreSQLMessages.lastLines(of: server.errorOutput(), 6), canRetry: true)
  }

  var lookInside: String {
    let (programs, administrator) = state.withLock { ($0.programs, $0.administrator) }
    return "\(programs?.path("psql") ?? "psql") -X -U \(administrator) -h \(work.sandbox.exchange.host) postgres"
  }

  func stop() async {
    // Nothing of it is needed any more: no orderly shutdown.
    await state.withLock { $0.server }?.stop(within: 0)
  }
}
