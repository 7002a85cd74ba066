import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// What was read of one table.
struct TableReading: Sendable {
  var rows: UInt64 = 0
  var bytes: UInt64 = 0
  /// The server's message, when it could not be read to its end.
  var error: MySQLMessage?
  /// What was measured of the rows, where they were to be.
  var profile: TableProfile?
  /// Of a check's query.
  var answer: CheckAnswer?
}

extension MySQLSession {
  /// As whom and how statements are carried out that are read back.
  struct Access {
    var user = "root"
    /// Statements without rows that come first.
    var opening = ""
    /// Whether our own trouble is the statement's: a check may ask for more than there is.
    var bearsTrouble = false
  }

  func readBack(_ statements: [String], plans: [Int: ProfilePlan] = [:]) async throws -> [Int: TableReading] {
    let opening = origin == nil ? "" : MySQLOrigin.opening
    return try await readBack(statements, plans: plans.mapValues(\.text), as: Access(opening: opening))
  }

  /// Reads the result of each statement to its end and counts the rows where they arrive, inside the sandbox: the
  /// client's output goes to a counting process of ours in there, by a pipe that this process holds no end of.
  /// - Parameters:
  ///   - statements: names in them may hold line feeds.
  ///   - plans: by the statement's index, how its rows are measured (see `RowReader`).
  /// - Returns: by the statement's index, one for each.
  func readBack(_ statements: [String], plans: [Int: String], as access: Access) async throws -> [Int: TableReading] {
    guard !statements.isEmpty else { return [:] }
    let mark = UUID().uuidString.lowercased()
    let input = try Pipe()
    let counts = try await input.closedOnError { try Pipe() }
    let (client, reader) = try await input.writeEnd.closedOnError {
      try await counts.readEnd.closedOnError {
        try await startReading(mark, access.user, from: input.readEnd, to: counts.writeEnd)
      }
    }
    async let writing: Void = Self.give(statements, plans, mark: mark, access.opening, to: input.writeEnd)
    let counted = try await Blocking.run("counts") { try counts.readEnd.readToEnd(limit: 64 << 20) }
    await writing
    let end = await client.wait()
    let readerEnd = await reader.wait()
    if case .signalled = end { throw await readTrouble(end) }
    if let died = await diedWhileReading(end) { throw died }
    guard readerEnd.isSuccess else {
      throw RunTrouble(
        MySQLFindings.readerTrouble, "our counting process in the sandbox failed (\(readerEnd))",
        evidence: MySQLMessages.lastLines(of: reader.errorOutput(), 5))
    }
    let readings = Self.readings(counted, MySQLMessages.parse(client.errorOutput()), of: statements)
    if !access.bearsTrouble, let ours = readings.values.lazy.compactMap(\.error).first(where: \.isOurTrouble) {
      if let died = await troubleIfServerEnded() { throw died }
      throw RunTrouble(MySQLFindings.clientTrouble, "reading back failed: \(ours.description)", canRetry: true)
    }
    // A statement without a count and without an error was never carried out: that says nothing of its table.
    if !access.bearsTrouble, let index = statements.indices.first(where: { readings[$0] == nil }) {
      throw RunTrouble(
        MySQLFindings.readerTrouble, "reading back ended before statement \(index + 1) of \(statements.count)",
        canRetry: true)
    }
    return readings
  }

  /// Client and counting process, with a pipe between them. Both ends given are closed on this side, whatever happens.
  private func startReading(
    _ mark: String, _ user: String, from statements: FileDescriptor, to counts: FileDescriptor
  ) async throws -> (client: any SandboxProcess, reader: any SandboxProcess) {
    let client = client(as: user, ["--skip-column-names", "--quick", "--force", "--default-character-set=utf8mb4"])
    let (rows, reader) = try await statements.closedOnError {
      let rows = try await counts.closedOnError { try Pipe() }
      let reader = try await rows.writeEnd.closedOnError {
        try await work.sandbox.start(
          ownProgram("row-reader", [RowReader.commandName, mark, RowFormat.batch.rawValue]), input: rows.readEnd,
          output: counts)
      }
      return (rows, reader)
    }
    return (try await work.sandbox.start(client, input: statements, output: rows.writeEnd), reader)
  }

  /// Mark and statement stand on one line: the line that an error names tells the statement.
  private static func give(
    _ statements: [String], _ plans: [Int: String], mark: String, _ opening: String, to descriptor: FileDescriptor
  ) async {
    try? await Blocking.run("statements") {
      defer { try? descriptor.close() }
      for (index, statement) in statements.enumerated() {
        let plan = plans[index].map { ", '\($0)'" } ?? ""
        var line = (index == 0 ? opening : "") + "SELECT '\(mark)', \(index)\(plan); \(statement);\n"
        try line.withUTF8 { try descriptor.writeFully(UnsafeRawBufferPointer($0)) }
      }
    }
  }

  private static func readings(
    _ counted: [UInt8], _ errors: [MySQLMessage], of statements: [String]
  ) -> [Int: TableReading] {
    var readings: [Int: TableReading] = [:]
    for row in TextRows.parse(counted) where row.count >= 3 {
      guard let index = Int(row[0]), let rows = UInt64(row[1]), let bytes = UInt64(row[2]) else { continue }
      readings[index] = TableReading(
        rows: rows, bytes: bytes, profile: row.count > 3 ? TableProfile(measured: row[3]) : nil,
        answer: row.count > 3 ? CheckAnswer(read: row[3]) : nil)
    }
    if errors.isEmpty { return readings }
    // By each statement's last line: none of its own, and none of the next one's, is behind it.
    var last: [Int] = []
    for statement in statements { last.append((last.last ?? 0) + 1 + statement.utf8.count { $0 == 0x0A }) }
    for error in errors {
      guard let line = error.line, let index = last.firstIndex(where: { line <= $0 }) else { continue }
      if readings[index]?.error == nil { readings[index, default: TableReading()].error = error }
    }
    return readings
  }

  private func diedWhileReading(_ end: ProcessEnd) async -> RunTrouble? {
    end.isSuccess ? nil : await troubleIfServerEnded()
  }

  private func readTrouble(_ end: ProcessEnd) async -> RunTrouble {
    await troubleIfServerEnded()
      ?? RunTrouble(
        MySQLFindings.clientTrouble, "the client program was ended while it read rows back (\(end))", canRetry: true)
  }
}
