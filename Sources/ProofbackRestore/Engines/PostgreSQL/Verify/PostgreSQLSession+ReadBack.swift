import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// What was read of one table.
struct PostgreSQLReading: Sendable {
  var rows: UInt64 = 0
  var bytes: UInt64 = 0
  /// The server's message, when it could not be read to its end.
  var error: PostgreSQLMessage?
  /// What was measured of the rows, where they were to be.
  var profile: TableProfile?
  /// Of a check's query.
  var answer: CheckAnswer?
}

extension PostgreSQLSession {
  /// As whom and how statements are carried out that are read back.
  struct Access {
    var user: String
    /// Statements without rows that come first.
    var opening = ""
    /// Whether our own trouble is the statement's: a check may ask for more than there is.
    var bearsTrouble = false
  }

  func readBack(
    _ statements: [String], in database: String, plans: [Int: ProfilePlan] = [:]
  ) async throws -> [Int: PostgreSQLReading] {
    let access = Access(
      user: state.withLock { $0.reader }, opening: origin == nil ? "" : PostgreSQLOrigin.opening)
    return try await readBack(statements, in: database, plans: plans.mapValues(\.text), as: access)
  }

  /// Reads the result of each statement to its end and counts the rows where they arrive, inside the sandbox: psql's
  /// output goes to a counting process of ours in there, by a pipe that this process holds no end of.
  /// - Parameter plans: by the statement's index, how its rows are measured (see `RowReader`).
  /// - Returns: by the statement's index, one for each.
  func readBack(
    _ statements: [String], in database: String, plans: [Int: String], as access: Access
  ) async throws -> [Int: PostgreSQLReading] {
    guard !statements.isEmpty else { return [:] }
    let mark = UUID().uuidString.lowercased()
    let input = try Pipe()
    let counts = try await input.closedOnError { try Pipe() }
    let (psql, counter) = try await input.writeEnd.closedOnError {
      try await counts.readEnd.closedOnError {
        try await startReading(mark, access.user, database, from: input.readEnd, to: counts.writeEnd)
      }
    }
    let lines = statements.enumerated().map { index, statement in
      "SELECT '\(mark)', \(index)\(plans[index].map { ", '\($0)'" } ?? ""); \(statement);\n"
    }.joined()
    async let writing: Void = Self.give(access.opening + lines, to: input.writeEnd)
    let counted = try await Blocking.run("counts") { try counts.readEnd.readToEnd(limit: 64 << 20) }
    await writing
    let end = await psql.wait()
    let counterEnd = await counter.wait()
    if !end.isSuccess {
      throw await troubleIfServerEnded()
        ?? RunTrouble(CommonFindings.clientDied, "psql ended while it read rows back (\(end))", canRetry: true)
    }
    guard counterEnd.isSuccess else {
      throw RunTrouble(CommonFindings.readerTrouble, "our counting process in the sandbox failed (\(counterEnd))")
    }
    return try await readings(
      counted, PostgreSQLMessages.parse(psql.errorOutput()), of: statements, bearsTrouble: access.bearsTrouble)
  }

  /// Client and counting process, with a pipe between them. Both ends given are closed on this side, whatever happens.
  private func startReading(
    _ mark: String, _ user: String, _ database: String, from statements: FileDescriptor, to counts: FileDescriptor
  ) async throws -> (any SandboxProcess, any SandboxProcess) {
    let client = try client(user, database)
    let (rows, reader) = try await statements.closedOnError {
      let rows = try await counts.closedOnError { try Pipe() }
      let reader = try await rows.writeEnd.closedOnError {
        try await work.sandbox.start(
          ownProgram("row-reader", [RowReader.commandName, mark, RowFormat.copy.rawValue], .client),
          input: rows.readEnd, output: counts)
      }
      return (rows, reader)
    }
    return (try await work.sandbox.start(client, input: statements, output: rows.writeEnd), reader)
  }

  private func readings(
    _ counted: [UInt8], _ errors: [PostgreSQLMessage], of statements: [String], bearsTrouble: Bool
  ) async throws -> [Int: PostgreSQLReading] {
    var readings: [Int: PostgreSQLReading] = [:]
    for row in TextRows.parse(counted, .copy) where row.count >= 3 {
      guard let index = Int(row[0]), let rows = UInt64(row[1]), let bytes = UInt64(row[2]) else { continue }
      readings[index] = PostgreSQLReading(
        rows: rows, bytes: bytes, profile: row.count > 3 ? TableProfile(measured: row[3]) : nil,
        answer: row.count > 3 ? CheckAnswer(read: row[3]) : nil)
    }
    // By each statement's last line: names in it may hold line feeds.
    var last: [Int] = []
    for statement in statements { last.append((last.last ?? 0) + 1 + statement.utf8.count { $0 == 10 }) }
    for error in errors {
      if !bearsTrouble, error.isOurTrouble {
        throw await troubleIfServerEnded()
          ?? RunTrouble(CommonFindings.clientDied, "reading back failed: \(error.description)", canRetry: true)
      }
      guard let line = error.line, let index = last.firstIndex(where: { line <= $0 }) else { continue }
      if readings[index]?.error == nil { readings[index, default: PostgreSQLReading()].error = error }
    }
    if !bearsTrouble, let index = statements.indices.first(where: { readings[$0] == nil }) {
      throw RunTrouble(
        CommonFindings.readerTrouble, "reading back ended before statement \(index + 1) of \(statements.count)",
        canRetry: true)
    }
    return readings
  }

  /// A hidden command of our own, inside the sandbox.
  func ownProgram(_ name: String, _ arguments: [String], _ role: SandboxRole) -> SandboxProgram {
    SandboxProgram(
      name: name, executable: ownProgram, arguments: arguments, environment: ["LC_ALL": "C.UTF-8"],
      reads: OwnProgram.libraries.map { FilePath($0) }, role: role)
  }
}
