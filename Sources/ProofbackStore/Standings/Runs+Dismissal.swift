public import Foundation
import GRDB
public import ProofbackCore

extension Runs {
  /// When somebody said of a run by hand that nothing needs to be done about it.
  static let dismissedColumn = "ALTER TABLE run ADD COLUMN dismissed INTEGER;"

  public func canDismiss(_ id: String, byHandSince: Date) throws -> Bool {
    try state.read { try Self.needsSomebody(id, byHandSince: byHandSince, $0) }
  }

  public func dismiss(_ id: String, byHandSince: Date, by actor: Actor) throws -> Bool {
    try state.write { database in
      let run = try Row.fetchOne(database, sql: "SELECT title, dismissed FROM run WHERE id = ?", arguments: [id])
      guard let run else { throw StoreError.notThere }
      if run["dismissed"] != nil { return true }
      guard try Self.needsSomebody(id, byHandSince: byHandSince, database) else { return false }
      try database.execute(
        sql: "UPDATE run SET dismissed = ? WHERE id = ?", arguments: [actor.at.milliseconds, id])
      // The next run of the same backup by hand has a standing again.
      try database.execute(sql: "DELETE FROM standing WHERE run = ? AND restoreTest IS NULL", arguments: [id])
      try AuditTrail.append(actor.did("run.dismissed", id, [run["title"]]), database)
      return true
    }
  }

  private static func needsSomebody(_ id: String, byHandSince: Date, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database,
      sql: """
        SELECT EXISTS (SELECT 1 FROM standing WHERE run = ? AND restoreTest IS NULL \
        AND rank <= \(StandingSchema.Rank.unsure) AND ended >= ?)
        """, arguments: [id, byHandSince.milliseconds]) ?? false
  }
}
