public import Foundation
import GRDB
public import ProofbackCore

extension Runs: RunPruning {
  public func pruneDetails(before date: Date, batch: Int) throws -> Bool {
    try state.write { database in
      // Where the last batch ended. Of runs before it, only those have details that were newest proofs at that time.
      let start = try Int64.fetchOne(database, sql: "SELECT prunedTo FROM retention") ?? 0
      let runs = try Row.fetchAll(
        database,
        sql: """
          SELECT id, place, \(Self.isKept) AS isKept FROM run WHERE place > ? AND place < ? ORDER BY place LIMIT ?
          """, arguments: [start, date.milliseconds * 1024, batch])
      let proofs = try Row.fetchAll(
        database,
        sql: """
          SELECT run.id, run.place, \(Self.isKept) AS isKept FROM runReport CROSS JOIN run ON run.place = runReport.place \
          WHERE runReport.place <= ?
          """, arguments: [start])
      for row in runs + proofs where !(row["isKept"] as Bool) { try Self.removeDetails(row["id"], database) }
      if let last = runs.last?["place"] as Int64? {
        try database.execute(
          sql: """
            INSERT INTO retention (only, prunedTo) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET prunedTo = excluded.prunedTo
            """, arguments: [last])
      }
      return runs.count == batch
    }
  }

  public func pruneRuns(before date: Date, batch: Int) throws -> Bool {
    let more = try state.write { database in
      try database.execute(
        sql: "DELETE FROM standing WHERE restoreTest IS NULL AND ended < ?", arguments: [date.milliseconds])
      let ids = try String.fetchAll(
        database,
        sql: "SELECT id FROM run WHERE place < ? AND state = 'ended' AND NOT \(Self.isKept) ORDER BY place LIMIT ?",
        arguments: [date.milliseconds * 1024, batch])
      for id in ids {
        try Self.removeDetails(id, database)
        try database.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [id])
      }
      return ids.count == batch
    }
    // Pages of the file that became free go back to the file system, some at a time.
    try state.write { try $0.execute(sql: "PRAGMA incremental_vacuum(1000)") }
    return more
  }

  private static let isKept = """
    (state <> 'ended' OR EXISTS (SELECT 1 FROM standing WHERE standing.run = run.id) \
    OR EXISTS (SELECT 1 FROM standing WHERE standing.provenRun = run.id))
    """

  private static func removeDetails(_ id: String, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM runLog WHERE run = ?", arguments: [id])
    try database.execute(
      sql: "DELETE FROM runReport WHERE place = (SELECT place FROM run WHERE id = ?)", arguments: [id])
  }
}
