import Foundation
import ProofbackCore
import ProofbackRestore
import SystemPackage
import Testing

/// What every engine promises, shown on four backups in a real sandbox. An engine's own test is a few lines:
///
///     @Test(arguments: EngineContract.Clause.allCases)
///     func `it keeps the contract`(_ clause: EngineContract.Clause) async throws { try await contract.check(clause) }
struct EngineContract: Sendable {
  enum Clause: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case valid = "a valid backup comes back whole, and its rows are counted"
    case sampled = "a sampled one says so"
    case truncated = "a truncated backup fails"
    case empty = "a backup of nothing fails"
    case hostile = "a hostile backup fails, and nothing outside of the sandbox changes"
    case stops = "stopping is safe before the start, twice, and afterwards"
    case foreign = "bytes of another kind are not recognised"
    var testDescription: String { rawValue }

    /// A container takes longer: what the sandbox has to do with.
    static let inContainers: [Clause] = [.valid, .hostile, .stops]
  }

  let engine: any Engine
  let valid: [UInt8]
  /// By `database.table`.
  let rows: [String: UInt64]
  let truncated: [UInt8]
  let empty: [UInt8]
  /// Tries to make this file.
  let canary: String
  let hostile: [UInt8]
  var kind: any SandboxKind = ProcessSandboxKind()
  /// Of kinds that use images.
  var image: String?

  /// The same in containers.
  func inside(_ image: String) -> EngineContract {
    var contract = self
    contract.kind = DockerSandboxKind()
    contract.image = image
    return contract
  }

  func check(_ clause: Clause) async throws {
    switch clause {
    case .valid:
      let run = try await restore(valid)
      #expect(run.deciding == [])
      let counts = run.inventory?.tables.map { ("\($0.database).\($0.name)", $0.rows ?? 0) } ?? []
      #expect(Dictionary(uniqueKeysWithValues: counts) == rows)
      #expect(run.used?.version.isEmpty == false)
    case .sampled:
      let run = try await restore(valid, .sampled)
      #expect(run.deciding == [])
      #expect(run.findings.contains { $0.code.rawValue == "verify.sampled" })
    case .truncated: try await fails(truncated)
    case .empty: try await fails(empty)
    case .hostile:
      try? FileManager.default.removeItem(atPath: canary)
      try await fails(hostile)
      #expect(!FileManager.default.fileExists(atPath: canary))
    case .stops: try await stopsAtAnyTime()
    case .foreign:
      for bytes in [Array("%PDF-1.7\n".utf8), [UInt8](repeating: 0, count: 5000), Array("hello\n".utf8), []] {
        #expect(engine.recognise(ContentHead(bytes: bytes, fileName: "backup.sql")) == nil)
      }
    }
  }

  /// Fails, and every finding that decides has a code of the catalogue, a fact and a hint.
  private func fails(_ bytes: [UInt8]) async throws {
    let run = try await restore(bytes)
    #expect(run.findings.contains { $0.consequence == .failed }, "\(run.findings)")
    for finding in run.findings where finding.consequence == .failed {
      #expect(FindingCatalogue.definition(of: finding.code)?.consequence == .failed)
      #expect(finding.message.first?.isUppercase == false && !finding.hint.isEmpty)
    }
  }

  private func stopsAtAnyTime() async throws {
    let place = try SandboxPlace(kind, image: image)
    let sandbox = try await place.make()
    let session = try session(valid, sandbox, templates: place.state.templates)
    await session.stop()
    _ = try await session.start()
    await session.stop()
    await session.stop()
    await sandbox.destroy()
    await session.stop()
    _ = await place.leave()
  }

  // MARK: One restore

  struct Run {
    var findings: [Finding] = []
    var inventory: Inventory?
    var used: EngineUsed?
    var deciding: [String] {
      findings.filter { $0.consequence == .failed || $0.consequence == .inconclusive }.map {
        "\($0.code): \($0.message)"
      }
    }
  }

  private struct Silence: EventSink { func send(_ event: RunEvent) {} }

  private func session(_ bytes: [UInt8], _ sandbox: any Sandbox, templates: FilePath) throws -> any EngineSession {
    let head = ContentHead(bytes: Array(bytes.prefix(ContentHead.limit)), fileName: "backup")
    let recognition = try #require(engine.recognise(head))
    return engine.session(
      EngineWork(
        type: recognition.type, recognition: recognition, sandbox: sandbox, limits: Limits(), options: [:],
        head: head, templates: templates, events: Silence(), onImported: { _ in }))
  }

  func restore(_ bytes: [UInt8], _ depth: Depth = .full) async throws -> Run {
    let place = try SandboxPlace(kind, image: image)
    let sandbox = try await place.make()
    let session = try session(bytes, sandbox, templates: place.state.templates)
    var run = Run()
    do {
      run.used = try await session.start()
      run.findings = try await session.restore(.stream(BytesReader(bytes)))
      if run.deciding.isEmpty {
        let verification = try await session.verify(depth)
        run.findings += verification.findings
        run.inventory = verification.inventory
      }
    } catch let trouble as RunTrouble {
      run.findings.append(trouble.finding)
    } catch let bad as BadBackup {
      run.findings.append(bad.finding)
    }
    await session.stop()
    await sandbox.destroy()
    _ = await place.leave()
    return run
  }
}
