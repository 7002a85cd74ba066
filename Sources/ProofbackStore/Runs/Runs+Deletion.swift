import GRDB
import ProofbackCore

/// What becomes of a restore test's runs when its schedule is deleted, within that transaction.
extension Runs {
  /// A run that goes on and whose results nobody wants is deleted at its end.
  static let unwantedColumn = "ALTER TABLE run ADD COLUMN unwanted INTEGER NOT NULL DEFAULT 0;"

  /// Those that wait end at once; those that go on are told, by whichever server has them.
  static func cancelAll(of restoreTest: String, keepingResults: Bool, by actor: Actor, _ database: Database) throws {
    let ids = try ["runThatWaitsOfTest WHERE state = 'waiting'", "runThatGoesOn WHERE state = 'running'"].flatMap {
      try String.fetchAll(
        database, sql: "SELECT id FROM run INDEXED BY \($0) AND restoreTest = ?", arguments: [restoreTest])
    }
    let finding = ServerFindings.cancelledEarly.finding("its schedule was deleted before it began")
    for id in ids {
      try database.execute(
        sql: "UPDATE run SET cancelled = COALESCE(cancelled, ?), unwanted = ? WHERE id = ?",
        arguments: [actor.at.milliseconds, !keepingResults, id])
      try wasCancelled(id, by: actor, database)
      _ = try end(finding, "id = ? AND state = 'waiting'", [id], now: actor.at, database)
    }
  }

  /// What has ended of a restore test, with all that belongs to it.
  static func deleteEnded(of test: RestoreTest, by actor: Actor, _ database: Database) throws {
    let count = try delete("restoreTest = ? AND state = 'ended'", [test.id], database)
    let text = "\(Quantity.text(count, "run")) of \(test.name)"
    try AuditTrail.append(actor.did("runs.deleted", test.id, [text]), database)
  }

  /// Deletes a run that has just ended, when nobody wants it any more.
  /// - Returns: whether that is so.
  static func deleteUnwanted(_ id: String, _ database: Database) throws -> Bool {
    try delete("id = ? AND unwanted = 1", [id], database) > 0
  }

  /// - Returns: how many runs there were.
  private static func delete(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> Int {
    let chosen = "SELECT id FROM run WHERE \(condition)"
    try database.execute(sql: "DELETE FROM runLog WHERE run IN (\(chosen))", arguments: arguments)
    try database.execute(
      sql: "DELETE FROM runReport WHERE place IN (SELECT place FROM run WHERE \(condition))", arguments: arguments)
    try database.execute(sql: "DELETE FROM run WHERE \(condition)", arguments: arguments)
    return database.changesCount
  }
}
