import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// One run of the engine: the reader in the sandbox, the worker's end of the conversation here.
actor SQLiteSession: EngineSession {
  private let work: EngineWork
  private let ownProgram: FilePath
  private var process: (any SandboxProcess)?
  private var link: SQLiteLink?
  private var databases: [SQLiteDatabase] = []

  init(_ work: EngineWork, ownProgram: FilePath) {
    self.work = work
    self.ownProgram = ownProgram
  }

  func start() async throws -> EngineUsed {
    let program = SandboxProgram(
      name: "sqlite-reader", executable: ownProgram,
      arguments: [SQLiteReader.commandName, work.sandbox.data.inside.string, String(work.limits.memoryBytes)],
      environment: ["LC_ALL": "C.UTF-8"], reads: OwnProgram.libraries.map { FilePath($0) }, role: .server)
    let requests = try ProofbackSystem.Pipe()
    let replies = try ProofbackSystem.Pipe()
    let link = SQLiteLink(requests: requests.writeEnd, replies: replies.readEnd)
    do {
      process = try await work.sandbox.start(program, input: requests.readEnd, output: replies.writeEnd)
    } catch {
      link.close()
      throw error
    }
    self.link = link
    do {
      let identity = try await Blocking.run("sqlite-hello") { try link.receive(SQLiteIdentity.self) }
      return EngineUsed(
        engine: "sqlite", type: work.type, product: "SQLite", version: UntrustedText.line(identity.version, limit: 40))
    } catch let trouble as RunTrouble {
      throw RunTrouble(CommonFindings.notStarted, trouble.finding.message, evidence: startErrors())
    }
  }

  /// What the reader said before it saw a byte of the backup; later it would not be fit to show.
  private func startErrors() -> [String] {
    (process?.errorOutput() ?? []).split(separator: UInt8(ascii: "\n")).suffix(5).map { UntrustedText.line(bytes: $0) }
  }

  func restore(_ content: BackupContent) async throws -> [Finding] {
    guard let link else { throw RunTrouble(CommonFindings.clientDied, "the reader is not started") }
    let feed = SQLiteImport(content, link: link, onImported: work.onImported)
    let imported = try await Blocking.run("sqlite-import") { try feed.run() }
    databases = imported
    return imported.flatMap(\.findings)
  }

  func verify(_ depth: Depth) async throws -> Verification {
    guard let link else { throw RunTrouble(CommonFindings.clientDied, "the reader is not started") }
    let verification = SQLiteVerification(
      databases: databases, depth: depth, allowsOrphans: work.options["orphans"] == "warn", measuring: work.measuring)
    return try await Blocking.run("sqlite-verify") { try verification.run(link) }
  }

  func answer(_ queries: [CheckedQuery]) async throws -> [CheckOutcome] {
    guard let link else { throw RunTrouble(CommonFindings.clientDied, "the reader is not started") }
    let databases = databases
    return try await Blocking.run("sqlite-checks") {
      try queries.map { query in
        let named = databases.filter { query.database == nil || query.database == $0.name }
        guard named.count == 1 else {
          return query.database.map { .missing("there is no database \(UntrustedText.line($0, limit: 80))") }
            ?? .refused(CheckJudgement.namesNoDatabase(databases.map(\.name)))
        }
        let question = SQLiteQuestion(file: named[0].file, query: query)
        try link.send(.answer, String(decoding: JSONEncoder().encode(question), as: UTF8.self))
        return try link.receive(CheckOutcome.self)
      }
    }
  }

  nonisolated var lookInside: String { "sqlite3 -readonly \(work.sandbox.data.host)/0.sqlite" }

  func stop() async {
    link?.close()
    await process?.stop(within: 3)
    process = nil
  }
}
