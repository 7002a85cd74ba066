import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

/// A start that fails leaves no end of a pipe open.
@Suite struct DescriptorTests {
  private static let rounds = 300

  /// Other tests of this process open and close descriptors too, far fewer at a time than a leak would show.
  private func growth(_ start: () async throws -> Void) async throws -> Int {
    let before = try Self.openDescriptors()
    for _ in 0..<Self.rounds { await #expect(throws: (any Error).self) { try await start() } }
    return try Self.openDescriptors() - before
  }

  private static func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
  }

  @Test func `a command that can't be started`() async throws {
    let leaked = try await growth { _ = try await Command("/nowhere/program", []).capture(input: [1]) }
    #expect(leaked < Self.rounds / 2)
  }

  @Test func `a client of the sandbox that can't be started`() async throws {
    let session = session()
    let leaked = try await growth { _ = try await session.query("SELECT 1") }
    #expect(leaked < Self.rounds / 2)
  }

  @Test func `a counting process that can't be started`() async throws {
    let session = session()
    let leaked = try await growth { _ = try await session.readBack(["SELECT 1"]) }
    #expect(leaked < Self.rounds / 2)
  }

  @Test func `a server that can't make its schema`() async throws {
    let programs = MySQLPrograms(server: "/nowhere", client: "/nowhere", flavour: .mysql, version: "8.0.0")
    let templates = FilePath(NSTemporaryDirectory() + "proofback-descriptors-" + UUID().uuidString.prefix(8))
    defer { try? FileManager.default.removeItem(atPath: templates.string) }
    let template = MySQLTemplate(programs: programs, templates: templates)
    let leaked = try await growth { try await template.fill(NoSandbox()) }
    #expect(leaked < Self.rounds / 2)
  }

  private func session() -> MySQLSession {
    let recognition = Recognition(type: DatabaseType("mysql"), format: "a dump")
    return MySQLSession(
      EngineWork(
        type: recognition.type, recognition: recognition, sandbox: NoSandbox(), limits: Limits(), options: [:],
        head: ContentHead(bytes: [], fileName: "dump"), templates: "/nowhere", events: NoEvents(), onImported: { _ in }),
      ownProgram: "/nowhere")
  }
}

private struct NoEvents: EventSink {
  func send(_ event: RunEvent) {}
}

/// A sandbox in which nothing starts.
private struct NoSandbox: Sandbox {
  var used: SandboxUsed { SandboxUsed(kind: "none", limits: []) }
  var data: SandboxFolder { SandboxFolder(host: "/nowhere", inside: "/nowhere") }
  var exchange: SandboxFolder { data }
  var system: any SandboxSystem { HostSystem() }
  func fill(from template: FilePath) async throws {}
  func start(
    _ program: SandboxProgram, input: FileDescriptor?, output: FileDescriptor?
  ) async throws -> any SandboxProcess {
    for given in [input, output] { try? given?.close() }
    throw RunTrouble(SandboxFindings.broken, "nothing starts here")
  }
  func diskUsage() -> UInt64 { 0 }
  func limitReached(now: Bool) -> Finding? { nil }
  func destroy() async {}
}
