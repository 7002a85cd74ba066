public import Foundation
import GRDB
import ProofbackCore

extension Runs {
  public func endInterrupted(silence: TimeInterval, now: Date) throws -> Int {
    let limit = now.addingTimeInterval(-silence).milliseconds
    return try state.write { database in
      let count = try Self.interrupt(
        "state = 'running' AND claimedBy NOT IN (SELECT id FROM dispatcher WHERE seen >= ?)", [limit], now, database)
      try database.execute(sql: "DELETE FROM dispatcher WHERE seen < ?", arguments: [limit])
      return count
    }
  }

  public func interrupt(_ id: String, now: Date) throws {
    _ = try state.write { try Self.interrupt("state = 'running' AND id = ?", [id], now, $0) }
  }

  private static func interrupt(
    _ condition: String, _ arguments: StatementArguments, _ now: Date, _ database: Database
  ) throws -> Int {
    if try Settings.triesAgain(database) { try tryAgain(condition, arguments, now, database) }
    let finding = ServerFindings.interrupted.finding("interrupted by a restart of the server")
    return try end(finding, condition, arguments, now: now, database)
  }

  /// Once only: a run that brings its server down must not do so for ever. What somebody has cancelled or whose restore
  /// test is gone is not wanted any more.
  private static func tryAgain(
    _ condition: String, _ arguments: StatementArguments, _ now: Date, _ database: Database
  ) throws {
    let runs = try RunRecord.fetchAll(
      database,
      sql: """
        SELECT \(RunRecord.columns) FROM run INDEXED BY runThatGoesOn WHERE \(condition) AND cancelled IS NULL AND repeats IS NULL \
        AND (restoreTest IS NULL OR restoreTest IN (SELECT id FROM restoreTest WHERE archived IS NULL))
        """, arguments: arguments)
    for run in runs {
      if let waiting = try waiting(of: run.restoreTest, database) {
        try follow(run.id, by: waiting, database)
        continue
      }
      guard let definition = try definition(run.id, database) else { continue }
      var next = RunRecord(
        id: Identifier.make(), restoreTest: run.restoreTest, title: run.title, location: run.location,
        requestedBy: run.requestedBy, requested: now, due: run.due, type: definition.type?.rawValue)
      next.repeats = run.id
      try next.insert(database, definition: json(definition))
      try follow(run.id, by: next.id, database)
    }
  }

  /// One that waits anyway does for both.
  private static func waiting(of restoreTest: String?, _ database: Database) throws -> String? {
    guard let restoreTest else { return nil }
    return try String.fetchOne(
      database,
      sql: "SELECT id FROM run INDEXED BY runThatWaitsOfTest WHERE restoreTest = ? AND state = 'waiting' LIMIT 1",
      arguments: [restoreTest])
  }

  private static func follow(_ id: String, by other: String, _ database: Database) throws {
    try database.execute(sql: "UPDATE run SET again = ? WHERE id = ?", arguments: [other, id])
  }
}
