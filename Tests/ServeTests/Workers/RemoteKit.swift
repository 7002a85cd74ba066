import Foundation
import Glibc
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Synchronization

/// A real server over TLS, a proxy before it that can cut connections, and workers with a folder of their own.
final class RemoteKit: Sendable {
  struct Ticket {
    var server, certificate, programPath, programSHA256, token, runID: String
  }

  let folder: String
  let store: StateDatabase
  let runs: Runs
  let by: Actor
  let proxy: CuttingProxy
  let port: Int
  private let settings: [String: String]
  private let server = Mutex<Process?>(nil)

  init(_ settings: [String: String] = [:]) async throws {
    folder = NSTemporaryDirectory() + "proofback-remote-" + UUID().uuidString
    for name in ["state", "workers", "backups"] {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    store = try StateDatabase(path: folder + "/state/state.sqlite")
    let vault = Vault(try MasterKey.load(path: folder + "/state/master.key"))
    runs = Runs(store, baselines: Baselines(store, vault: vault))
    let people = People(store, cost: PasswordCost(rounds: 1024, blockSize: 8, parallelism: 1))
    let ada = try people.setUp(
      people.makeSetupToken(now: Date())!, login: "ada", name: "Ada", password: "correct horse battery", now: Date(),
      from: "")
    by = Actor(person: ada.id, at: Date(), address: "")
    try Settings(store).allow(path: folder + "/backups", by: by)
    try Settings(store).tryAgain(false, by: by)
    port = try ServeKit.freePort()
    proxy = try CuttingProxy(to: port, folder: folder)
    self.settings = settings
    try await Self.makeCertificate(folder + "/server")
    try await start()
  }

  deinit {
    killServer()
    for process in ProcessTable.all() where process.arguments.contains(where: { $0.hasPrefix(folder) }) {
      kill(process.id, SIGKILL)
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Writes `path.pem` and `path.key`.
  static func makeCertificate(_ path: String) async throws {
    let made = try await Shell.run(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=nobody \
        -keyout "$1.key.new" -out "$1.pem.new" 2>&1
      mv "$1.key.new" "$1.key"; mv "$1.pem.new" "$1.pem"
      """, [path])
    guard made.code == 0 else { throw POSIXError(.EIO) }
  }

  func start() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: BuiltProgram.path("TestServer"))
    var words = [
      "state": folder + "/state", "port": "\(port)", "certificate": folder + "/server.pem",
      "key": folder + "/server.key", "reached": "https://127.0.0.1:\(proxy.port)", "program": BuiltProgram.proofback,
      "folder": folder + "/workers",
    ]
    words.merge(settings) { $1 }
    process.arguments = words.map { "\($0.key)=\($0.value)" }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    server.withLock { $0 = process }
    _ = await ServeKit.start(from: output.fileHandleForReading)
  }

  func killServer() {
    server.withLock { server in
      if let server {
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
      }
      server = nil
    }
  }

  /// SIGTERM; returns when it has ended.
  func stopServer() {
    server.withLock { server in
      server?.terminate()
      server?.waitUntilExit()
      server = nil
    }
  }

  // MARK: Runs

  /// Asks for a run of a file below the folder of backups.
  func request(_ name: String, _ change: (inout RestoreTestDefinition) -> Void = { _ in }) throws -> String {
    var definition = RestoreTestDefinition(location: "\(folder)/backups/\(name)")
    change(&definition)
    return try runs.request(definition, title: name, restoreTest: nil, by: by).id
  }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: "\(folder)/backups/\(name)", atomically: true, encoding: .utf8)
  }

  /// Waits for the end of a run.
  func ended(_ id: String) async throws -> RunRecord {
    try await Self.wait("the end of the run") { try self.runs.run(id)?.state == .ended }
    return try runs.run(id)!
  }

  func log(_ id: String) throws -> [String] {
    try runs.lines(id, after: 0, limit: 100_000).map(\.text)
  }

  /// Starts a run whose stand-in holds a real sandbox's processes until it is told to end; they bear a number of its own.
  func holding() async throws -> String {
    let number = "\(Int.random(in: 100_000_000...999_999_999))"
    try write(number, "x")
    let id = try request(number)
    try await Self.wait("the run's processes") {
      ProcessTable.all().count { $0.arguments == ["sleep", number] } >= 4
    }
    return id
  }

  // MARK: Workers

  func ticket(_ id: String) async throws -> Ticket {
    let path = "\(folder)/workers/ticket-run-\(id)"
    try await Self.wait("the ticket") { FileManager.default.fileExists(atPath: path) }
    let facts = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    return Ticket(
      server: facts[0], certificate: facts[1], programPath: facts[2], programSHA256: facts[3], token: facts[4],
      runID: facts[5])
  }

  func workerProcess(_ id: String) async throws -> Int32 {
    let path = "\(folder)/workers/process-run-\(id)"
    try await Self.wait("the worker") { FileManager.default.fileExists(atPath: path) }
    return Int32(try String(contentsOfFile: path, encoding: .utf8)) ?? -1
  }

  /// What the worker said on its machine's console.
  func console(_ id: String) -> String {
    (try? String(contentsOfFile: "\(folder)/workers/log-run-\(id)", encoding: .utf8)) ?? ""
  }

  func isSaid(_ text: String, _ id: String) async throws {
    try await Self.wait("'\(text)' on the console") { self.console(id).contains(text) }
  }

  /// Starts another worker with a ticket, and waits for its end.
  func work(_ ticket: Ticket, _ more: [String] = []) async throws -> (code: Int32, text: String) {
    let file = "\(folder)/workers/token-\(UUID().uuidString)"
    _ = FileManager.default.createFile(
      atPath: file, contents: Data(ticket.token.utf8), attributes: [.posixPermissions: 0o600])
    return try await Shell.run(
      #""$@" 2>&1"#,
      [
        BuiltProgram.proofback, "worker", "--server", ticket.server, "--token-file", file, "--certificate-sha256",
        ticket.certificate, "--state-folder", folder + "/workers/state",
      ] + more)
  }

  /// Waits until nothing of any worker is left on its machine: no process, no run's folder.
  func nothingIsLeft() async throws {
    try await Self.wait("the end of the workers' processes and folders") {
      let processes = ProcessTable.all().filter { $0.arguments.contains { $0.hasPrefix(self.folder + "/workers") } }
      let folders = (try? FileManager.default.contentsOfDirectory(atPath: self.folder + "/workers/state/runs")) ?? []
      return processes.isEmpty && folders.isEmpty
    }
  }

  static func wait(_ what: String, _ holds: () async throws -> Bool) async throws {
    let deadline = Date(timeIntervalSinceNow: 120)
    while try await !holds() {
      guard Date() < deadline else { throw NotCome(what: what) }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  struct NotCome: Error { var what: String }
}

enum Shell {
  /// - Returns: the exit code and what was printed.
  static func run(_ script: String, _ arguments: [String]) async throws -> (code: Int32, text: String) {
    try await Task.detached {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-ec", script, "sh"] + arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }.value
  }
}
