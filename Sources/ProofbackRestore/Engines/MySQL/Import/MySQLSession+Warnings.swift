import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// What the server says while it takes the rows, counted inside the sandbox.
extension MySQLSession {
  /// The process that counts, and what it will have counted.
  struct WarningCount: Sendable {
    var process: any SandboxProcess
    var report: Task<[UInt8], any Error>

    /// Call when the client has ended.
    func finish() async throws -> StoredOtherwise {
      let bytes = try await report.value
      let end = await process.wait()
      guard end.isSuccess else {
        throw RunTrouble(MySQLFindings.readerTrouble, "our counting process in the sandbox failed (\(end))")
      }
      return StoredOtherwise(bytes)
    }
  }

  /// - Parameter output: the client's standard output.
  func countWarnings(from output: FileDescriptor) async throws -> WarningCount {
    let report = try Pipe()
    let program = ownProgram("warning-reader", [WarningReader.commandName])
    let process = try await report.readEnd.closedOnError {
      try await work.sandbox.start(program, input: output, output: report.writeEnd)
    }
    return WarningCount(
      process: process,
      report: Task { try await Blocking.run("warnings") { try report.readEnd.readToEnd(limit: 1 << 20) } })
  }

  /// The columns that warnings name, as far as there are any.
  func columns(named places: [StoredOtherwise.Place]) async throws -> [StoredOtherwise.Column] {
    guard !places.isEmpty else { return [] }
    let names = Set(places.map(\.column)).map(Self.literal).joined(separator: ",")
    let systems = Self.systemSchemas.map(Self.literal).joined(separator: ",")
    let rows = try await query(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS \
      WHERE COLUMN_NAME IN (\(names)) AND TABLE_SCHEMA NOT IN (\(systems)) LIMIT 10000
      """
    ).rows
    return rows.filter { $0.count == 4 }.map {
      StoredOtherwise.Column(table: TableKey(database: $0[0], name: $0[1]), name: $0[2], type: $0[3])
    }
  }

  /// A hidden command of our own, inside the sandbox.
  func ownProgram(_ name: String, _ arguments: [String]) -> SandboxProgram {
    SandboxProgram(
      name: name, executable: ownProgram, arguments: arguments, environment: ["LC_ALL": "C.UTF-8"],
      reads: OwnProgram.libraries.map { FilePath($0) }, role: .client)
  }
}
