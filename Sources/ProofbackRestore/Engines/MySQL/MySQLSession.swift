import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// One server in one sandbox, for one run.
final class MySQLSession: EngineSession {
  struct Started: Sendable {
    var programs: MySQLPrograms
    var server: any SandboxProcess
  }
  struct State: Sendable {
    var started: Started?
    var claims: DumpClaims?
    var defaultDatabase: String?
    /// When the backup is of the server's own files.
    var physical: PhysicalContents?
    var restoreSeconds = 0.0
  }
  let work: EngineWork
  let state = Mutex(State())

  /// The program with the hidden commands that count inside the sandbox.
  let ownProgram: FilePath

  /// Where a source is measured; nil in a sandbox.
  let origin: MySQLOrigin?

  init(_ work: EngineWork, ownProgram: FilePath, origin: MySQLOrigin? = nil) {
    self.work = work
    self.ownProgram = ownProgram
    self.origin = origin
  }

  func start() async throws -> EngineUsed {
    let wanted = ServerFlavour(rawValue: work.type.rawValue)
    guard let programs = await MySQLPrograms.installed(for: wanted, in: work.sandbox.system) else {
      throw work.sandbox.system.lacks("no MySQL or MariaDB server is")
    }
    // The server's own files are started on when they have come.
    if isPhysical { return used(programs) }
    try await MySQLTemplate(programs: programs, templates: work.templates).fill(work.sandbox)
    let server = try await startServer(programs)
    state.withLock { $0.started = Started(programs: programs, server: server) }
    try await waitUntilReady(server)
    return used(programs)
  }

  private func used(_ programs: MySQLPrograms) -> EngineUsed {
    EngineUsed(engine: "mysql", type: work.type, product: programs.flavour.title, version: programs.version)
  }

  /// Files besides the system's libraries that a server of this host reads; an image has its own.
  static func serverReads(_ system: any SandboxSystem) async -> [FilePath] {
    guard system.identity.isEmpty else { return [] }
    return await system.existing(["/usr/share/mysql", "/usr/share/mariadb", "/usr/share/zoneinfo", "/etc/localtime"])
      .map { FilePath($0) }
  }

  func startServer(_ programs: MySQLPrograms, withoutGrants: Bool = false) async throws -> any SandboxProcess {
    let options = await serverOptions(programs)
    let program = SandboxProgram(
      name: "server", executable: FilePath(programs.server),
      arguments: options.arguments(
        data: work.sandbox.data.inside.string, socket: socket.inside.string, withoutGrants: withoutGrants),
      environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"], reads: await Self.serverReads(work.sandbox.system),
      role: .server,
      origin: .dbms)
    return try await work.sandbox.start(program, input: nil, output: nil)
  }

  func serverOptions(_ programs: MySQLPrograms) async -> MySQLServerOptions {
    var options = MySQLServerOptions(
      flavour: programs.flavour, memoryBytes: work.limits.memoryBytes, diskBytes: work.limits.diskBytes)
    if programs.flavour == .mariadb { options.engines = await MySQLServerOptions.engines(work.sandbox.system) }
    return options
  }

  /// The server's socket, as host and sandbox see it.
  var socket: SandboxFolder {
    SandboxFolder(
      host: work.sandbox.exchange.host.appending(MySQLServerOptions.socketName),
      inside: work.sandbox.exchange.inside.appending(MySQLServerOptions.socketName))
  }

  /// The first statement answered is the sign. A socket that exists says nothing yet.
  func waitUntilReady(_ server: any SandboxProcess, within seconds: Double = 60) async throws {
    let ended = Flag()
    let watcher = Task {
      _ = await server.wait()
      ended.set()
    }
    defer { watcher.cancel() }
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    var pause = 15
    while ContinuousClock.now < deadline, !ended.isSet {
      if FileManager.default.fileExists(atPath: socket.host.string), (try? await query("SELECT 1")) != nil { return }
      try await Task.sleep(for: .milliseconds(pause))
      pause = min(pause + 5, 200)
    }
    throw RunTrouble(
      MySQLFindings.notStarted,
      ended.isSet
        ? "the server ended as it started" : "the server did not answer within \(Quantity.text(seconds: seconds))",
      evidence: MySQLMessages.lastOwnLines(of: server.errorOutput(), 12))
  }

  var programs: MySQLPrograms? { origin?.programs ?? state.withLock { $0.started?.programs } }
  var claims: DumpClaims { state.withLock { $0.claims } ?? DumpClaims() }

  /// Why the server ended, when it did: our trouble, unless a limit already explains it.
  func troubleIfServerEnded() async -> RunTrouble? {
    guard let server = state.withLock({ $0.started?.server }) else { return nil }
    let ended = Flag()
    let watcher = Task {
      _ = await server.wait()
      ended.set()
    }
    // A client sees a broken connection some moments before the server is gone.
    for _ in 0..<10 where !ended.isSet { try? await Task.sleep(for: .milliseconds(50)) }
    watcher.cancel()
    guard ended.isSet else { return nil }
    return RunTrouble(
      MySQLFindings.died, "the server ended during the run",
      evidence: MySQLMessages.lastLines(of: server.errorOutput(), 6), canRetry: true)
  }

  var lookInside: String {
    // The restored data is somebody else's: the client keeps its shell and file commands off, where it can.
    let guarded = programs?.flavour == .mariadb ? " --sandbox" : ""
    return "\(programs?.client ?? "mariadb") --no-defaults\(guarded) --user=root --socket=\(socket.host.string)"
  }

  func stop() async {
    // Nothing of it is needed any more: no orderly shutdown, which would write what is thrown away.
    await state.withLock { $0.started?.server }?.stop(within: 0)
  }
}
