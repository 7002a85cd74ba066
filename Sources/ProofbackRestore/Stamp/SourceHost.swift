import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// The source's own host in a sandbox's place: the client and our row reader run as they are, since what they read is the
/// caller's own. There is no data folder, and nothing to destroy.
struct SourceHost: Sandbox {
  let used = SandboxUsed(kind: "none", limits: [])
  let data = SandboxFolder(host: "/nonexistent", inside: "/nonexistent")
  var exchange: SandboxFolder { data }
  let system: any SandboxSystem = HostSystem()

  func fill(from template: FilePath) async throws {}
  func diskUsage() -> UInt64 { 0 }
  func limitReached(now: Bool) -> Finding? { nil }
  func destroy() async {}

  func start(_ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?) async throws
    -> any SandboxProcess
  {
    let command = Command(program.executable.string, program.arguments, environment: program.environment)
    return SourceHostProcess(
      child: try await ChildProcess.start(
        command, input: input.map { .descriptor($0) } ?? .none, output: output.map { .descriptor($0) } ?? .none,
        ownSession: true))
  }

  /// What a session of an engine needs here.
  static func work(_ type: DatabaseType, _ measuring: Measuring?) -> EngineWork {
    EngineWork(
      type: type, recognition: Recognition(type: type, format: ""), sandbox: SourceHost(), limits: Limits(),
      options: [:],
      head: ContentHead(bytes: [], fileName: ""), templates: "/nonexistent", events: NoEvents(), measuring: measuring,
      onImported: { _ in })
  }

  private struct NoEvents: EventSink {
    func send(_ event: RunEvent) {}
  }

  /// The caller's home is where clients look for their own files.
  static var home: String { ProcessInfo.processInfo.environment["HOME"] ?? "/" }
}

private struct SourceHostProcess: SandboxProcess {
  let child: ChildProcess
  func wait() async -> ProcessEnd {
    _ = await child.wholeErrorOutput()
    return await child.wait()
  }
  func stop(within seconds: Double) async { await child.stop(within: seconds) }
  func errorOutput() -> [UInt8] { child.errorOutput() }
}
