import Foundation
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import ProofbackCore
import ProofbackLaunchers
import ProofbackServer
import ProofbackStore
import ProofbackWeb
import ServiceLifecycle

import struct ProofbackSystem.Command

/// A server as `proofback serve` is one, whose runs are carried out by workers that it starts as if they were elsewhere:
/// `proofback worker --server`, over TLS, with a folder of their own. Arguments are `name=value`:
///
/// - `state`, `port`, `certificate`, `key`: the server's own;
/// - `reached`: the address that workers are told; `program`: what they are; `folder`: where tickets, tokens and the
///   workers' state lie; `inner`: what the worker starts in its namespace instead of itself; `starts`: `no` for tests
///   that start the worker themselves;
/// - `launcher`: `local` for workers on the server's own machine, to compare with;
/// - `lease`, `claim`: seconds; `ahead`: seconds that the desk's clock is ahead of the machine's.
@main enum TestServer {
  static func main() async throws {
    signal(SIGPIPE, SIG_IGN)
    let words = CommandLine.arguments.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let settings = Dictionary(words.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    var logger = Logger(label: "test-server")
    logger.logLevel = .notice
    let state = settings["state"] ?? "/missing"
    let kept = try Composition.repositories(
      StateDatabase(path: state + "/state.sqlite"), MasterKey.load(path: state + "/master.key"))
    let certificate = try ServerCertificate(
      certificate: settings["certificate"] ?? "", key: settings["key"] ?? "", logger: logger)
    let desk = try desk(kept, settings, certificate, logger)
    let server = ServerState(
      kept, facilities: Composition.facilities, launcher: launcher(desk, settings), folder: state)
    let dispatcher = Dispatcher(server, most: 4, logger: logger)
    let site = try Site(
      server, dispatcher: dispatcher, isSecure: true, isBehindProxy: false, desk: desk, logger: logger)
    let web = Application(
      router: site.router(), server: try .tls(tlsConfiguration: certificate.configuration),
      configuration: .init(address: .hostname("127.0.0.1", port: Int(settings["port"] ?? "") ?? 0), serverName: nil),
      onServerRunning: { _ in
        print("proofback serves")
        fflush(nil)
      }, logger: logger)
    try await ServiceGroup(
      services: [dispatcher, SilenceWatch(server, logger: logger), desk, web], gracefulShutdownSignals: [.sigterm],
      logger: logger
    ).run()
  }

  private static func launcher(_ desk: AssignmentDesk, _ settings: [String: String]) -> any Launcher {
    guard settings["launcher"] == "local" else { return ProcessLauncher(desk: desk, settings: settings) }
    return LocalLauncher(worker: Command(settings["program"] ?? "", ["worker"]))
  }

  private static func desk(
    _ kept: ServerState.Repositories, _ settings: [String: String], _ certificate: ServerCertificate, _ logger: Logger
  ) throws -> AssignmentDesk {
    var times = DeskTimes()
    times.heartbeat = 0.5
    times.lease = settings["lease"].flatMap(Double.init) ?? times.lease
    let ahead = settings["ahead"].flatMap(Double.init) ?? 0
    return AssignmentDesk(
      kept.alerts,
      address: DeskAddress(server: settings["reached"] ?? "", certificate: { certificate.sha256 }),
      program: try WorkerProgram(settings["program"] ?? ""), version: Composition.version, times: times,
      logger: logger, now: { Date(timeIntervalSinceNow: ahead) })
  }
}

/// Starts `proofback worker --server` beside the server; it outlives a killed server, as one elsewhere does.
struct ProcessLauncher: Launcher {
  let name = "process"
  let desk: AssignmentDesk
  let settings: [String: String]

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    let ticket = try await desk.open(
      assignment, claimWithin: settings["claim"].flatMap(Double.init) ?? 600, events: events)
    let folder = settings["folder"] ?? "/missing"
    let tokenFile = "\(folder)/token-\(ticket.runID)"
    _ = FileManager.default.createFile(
      atPath: tokenFile, contents: Data(ticket.token.utf8), attributes: [.posixPermissions: 0o600])
    let facts = [
      ticket.server, ticket.certificateSHA256, ticket.programPath, ticket.programSHA256, ticket.token, ticket.runID,
    ]
    try facts.joined(separator: "\n").write(
      toFile: "\(folder)/ticket-\(ticket.runID)", atomically: true, encoding: .utf8)
    let worker = settings["starts"] == "no" ? nil : try start(ticket, tokenFile, folder)
    do {
      let report = try await desk.report(ticket)
      await desk.close(ticket)
      return report
    } catch {
      await desk.close(ticket)
      // The machine is destroyed.
      if settings["destroys"] != "no", let worker { kill(worker.processIdentifier, SIGKILL) }
      throw error
    }
  }

  private func start(_ ticket: WorkerTicket, _ tokenFile: String, _ folder: String) throws -> Process {
    let worker = Process()
    worker.executableURL = URL(fileURLWithPath: settings["program"] ?? "")
    worker.arguments = [
      "worker", "--server", ticket.server, "--token-file", tokenFile, "--certificate-sha256", ticket.certificateSHA256,
      "--run", ticket.runID, "--state-folder", "\(folder)/state",
    ]
    if let inner = settings["inner"] {
      worker.environment = ProcessInfo.processInfo.environment.merging(["PROOFBACK_EXECUTABLE": inner]) { $1 }
    }
    let log = "\(folder)/log-\(ticket.runID)"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    worker.standardError = FileHandle(forWritingAtPath: log)
    worker.standardOutput = worker.standardError
    worker.standardInput = FileHandle.nullDevice
    try worker.run()
    try "\(worker.processIdentifier)".write(
      toFile: "\(folder)/process-\(ticket.runID)", atomically: true, encoding: .utf8)
    return worker
  }
}
