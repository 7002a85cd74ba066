import Foundation
import Glibc
import ProofbackCore
import ProofbackLaunchers
import ProofbackRestore
import ProofbackSystem
import SystemPackage

/// `TestWorker launch STATE RUN BEHAVIOUR` launches itself as the worker of a run and prints each event;
/// `TestWorker worker` is that worker and does what the assignment's location says.
@main enum TestWorker {
  static func main() async throws {
    switch CommandLine.arguments.dropFirst().first {
    case "launch": try await launch(Array(CommandLine.arguments.dropFirst(2)))
    case "worker": try await work()
    default: exit(64)
    }
  }

  private struct Printer: EventSink {
    func send(_ event: RunEvent) {
      if let line = WorkerProtocol.line(event) {
        try? line.withUnsafeBytes { try FileDescriptor.standardOutput.writeFully($0) }
      }
    }
  }

  private static func launch(_ words: [String]) async throws {
    var assignment = Assignment(
      specification: RunSpecification(runID: words[1], location: words[2], stateFolder: words[0]), secrets: RunSecrets()
    )
    assignment.secrets.passphrase = NamedSecret(name: "passphrase", content: Data("SECRET-OF-THE-RUN".utf8))
    do {
      let report = try await LocalLauncher().launch(assignment, events: Printer())
      exit(report.verdict == .passed ? 0 : 1)
    } catch {
      // An error that leaves `main` is a crash to Swift, whose backtrace of this program takes its time.
      _ = try? FileDescriptor.standardError.writeAll("\(error)\n".utf8)
      exit(2)
    }
  }

  private static func work() async throws {
    let cancelled = AsyncStream<Void>.makeStream()
    let assignment = try await WorkerInput.take { cancelled.continuation.finish() }
    let events = EventWriter()
    let specification = assignment.specification
    let folder = StateFolder(FilePath(specification.stateFolder)).runFolder(specification.runID)
    do {
      let keys = try RunNamespace.prepareKeyFolder(in: folder)
      try assignment.secrets.passphrase?.content.write(to: URL(fileURLWithPath: keys.appending("key").string))
      try await behave(specification, folder, events, cancelled.stream)
      events.send(.ended(report(specification, .passed)))
    } catch let trouble as RunTrouble {
      events.send(.finding(trouble.finding))
      events.send(.ended(report(specification, .inconclusive)))
    }
    events.finish()
  }

  private static func behave(
    _ specification: RunSpecification, _ folder: FilePath, _ events: EventWriter, _ cancelled: AsyncStream<Void>
  ) async throws {
    // A server's definitions name paths.
    let behaviour = String(specification.location.split(separator: "/").last ?? "")
    switch behaviour {
    case "report": events.send(.log("hello"))
    case "chatter":
      for number in 0..<200_000 { events.send(.progress(stage: .fetch, bytes: UInt64(number), total: nil)) }
    case "flood":
      for number in 0..<20_000 {
        events.send(.log("line \(number) \(String(repeating: "x", count: 200))"))
        if number % 5000 == 0 { try await Task.sleep(for: .milliseconds(50)) }
      }
    case "exit": exit(9)
    case "crash": abort()
    case "deaf": while true { try await Task.sleep(for: .seconds(1)) }
    case "nonsense":
      try Array("no event\n\u{1b}[31m\n".utf8).withUnsafeBytes { try FileDescriptor.standardOutput.writeFully($0) }
    default: try await hold(specification, marker: behaviour, folder, events, cancelled)
    }
  }

  /// A whole run's worth of processes: a server and a client in a sandbox, a decoder beside them; until cancelled.
  private static func hold(
    _ specification: RunSpecification, marker: String, _ folder: FilePath, _ events: EventWriter,
    _ cancelled: AsyncStream<Void>
  ) async throws {
    let sandbox = try await ProcessSandboxKind().make(
      SandboxRequest(runID: specification.runID, runFolder: folder, limits: specification.limits))
    for role in [SandboxRole.server, .client] {
      _ = try await sandbox.start(
        SandboxProgram(
          name: "hold", executable: "/usr/bin/bash",
          arguments: ["-c", "(setsid sleep \(marker) &); sleep \(marker)"], environment: ["PATH": "/usr/bin"],
          reads: ["/usr/bin/sleep", "/usr/bin/setsid"], role: role),
        input: nil, output: nil)
    }
    let decoder = try await ChildProcess.start(
      Seal(user: 910_000).seal(Command("/usr/bin/sleep", [marker])), input: .none, output: .none)
    let daemon = try await ChildProcess.start(Command("/bin/sh", ["-c", "setsid sleep \(marker) & sleep \(marker)"]))
    try await Task.sleep(for: .milliseconds(300))
    events.send(.log("holding"))
    for await _ in cancelled {}
    decoder.signal(SIGKILL)
    daemon.signal(SIGKILL)
    await sandbox.destroy()
  }

  private static func report(_ specification: RunSpecification, _ verdict: Verdict) -> RunReport {
    RunReport(
      runID: specification.runID, verdict: verdict, cause: nil, sentence: "a test", findings: [], stages: [],
      inventory: nil, engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: Date(), seconds: 0)
  }
}
