import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

/// One restore into a real server in a real sandbox.
struct MongoDBTestRun {
  var findings: [Finding] = []
  var inventory = Inventory()
  var used: EngineUsed?
  /// Files with the planted value that lay outside the sandbox's own folders.
  var codes: Set<String> { Set(findings.map(\.code.rawValue)) }
  /// Codes that decide against it.
  var bad: [String] {
    findings.filter { $0.consequence == .failed || $0.consequence == .inconclusive }.map(\.code.rawValue)
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func fixture(_ name: String) throws -> [UInt8] {
    let path = "\(root)/Tests/Fixtures/mongodb/\(name)"
    guard name.hasSuffix(".gz") else { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-dc", path]
    let pipe = Foundation.Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(data)
  }

  /// The program that is built beside these tests.
  private static var client: FilePath {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folders = ([own] + CommandLine.arguments).filter { $0.contains(".xctest") }.map { path in
      URL(fileURLWithPath: String(path[..<path.range(of: ".xctest")!.lowerBound])).deletingLastPathComponent().path
    }
    return FilePath(folders.map { $0 + "/proofback" }.first { access($0, X_OK) == 0 } ?? "/missing")
  }

  struct Silence: EventSink { func send(_ event: RunEvent) {} }

  static func restore(
    _ bytes: [UInt8], fileName: String = "backup", options: [String: String] = [:], depth: Depth = .full
  ) async throws -> MongoDBTestRun {
    let head = ContentHead(bytes: Array(bytes.prefix(ContentHead.limit)), fileName: fileName)
    return try await restore(.stream(BytesReader(bytes)), head, options, depth)
  }

  static func restore(folder tar: [UInt8], names: [String], depth: Depth = .full) async throws -> MongoDBTestRun {
    let head = ContentHead(bytes: [], memberNames: names, fileName: "dump.tar")
    return try await restore(.folder(TarReader(BytesReader(tar))), head, [:], depth)
  }

  /// Works with a session whose server holds what is in an archive; `socket` is the server's, as this process sees it.
  static func with(
    _ archive: [UInt8], _ measuring: Measuring, _ work: (any EngineSession, String) async throws -> Void
  ) async throws {
    let head = ContentHead(bytes: Array(archive.prefix(ContentHead.limit)), fileName: "backup")
    let engine = MongoDBEngine(environments: ["\(root)/.venv"], clientProgram: client)
    let recognition = try #require(engine.recognise(head))
    let place = try SandboxPlace(ProcessSandboxKind())
    let sandbox = try await place.make()
    let session = engine.session(
      EngineWork(
        type: recognition.type, recognition: recognition, sandbox: sandbox, limits: Limits(), options: [:],
        head: head, templates: place.state.runs, events: Silence(), measuring: measuring, onImported: { _ in }))
    do {
      _ = try await session.start()
      _ = try await session.restore(.stream(BytesReader(archive)))
      let server = try #require(await MongoDBServer.find(environments: ["\(root)/.venv"], in: HostSystem()))
      try await work(session, server.socket(in: sandbox.exchange.host).string)
    } catch {
      await session.stop()
      await sandbox.destroy()
      throw error
    }
    await session.stop()
    await sandbox.destroy()
    #expect(await place.leave().filter { !$0.hasPrefix("test-") } == [])
  }

  private static func restore(
    _ content: BackupContent, _ head: ContentHead, _ options: [String: String], _ depth: Depth
  ) async throws -> MongoDBTestRun {
    let engine = MongoDBEngine(environments: ["\(root)/.venv"], clientProgram: client)
    let recognition = try #require(engine.recognise(head))
    let place = try SandboxPlace(ProcessSandboxKind())
    let sandbox = try await place.make()
    let session = engine.session(
      EngineWork(
        type: recognition.type, recognition: recognition, sandbox: sandbox, limits: Limits(), options: options,
        head: head, templates: place.state.runs, events: Silence(), onImported: { _ in }))
    var run = MongoDBTestRun()
    do {
      run.used = try await session.start()
      run.findings = try await session.restore(content)
      if !run.findings.contains(where: { $0.consequence == .failed }) {
        let verification = try await session.verify(depth)
        run.findings += verification.findings
        run.inventory = verification.inventory
      }
    } catch let trouble as RunTrouble {
      run.findings.append(trouble.finding)
      print(trouble.finding)
    } catch let bad as BadBackup {
      run.findings.append(bad.finding)
    }
    await session.stop()
    await sandbox.destroy()
    #expect(await place.leave().filter { !$0.hasPrefix("test-") } == [])
    return run
  }
}
