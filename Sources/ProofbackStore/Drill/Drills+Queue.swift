public import Foundation
import GRDB
public import ProofbackCore

extension Drills: DrillQueue {
  public func claim(by dispatcher: String, silence: TimeInterval, now: Date) throws -> DrillRecord? {
    let limit = now.addingTimeInterval(-silence).milliseconds
    return try state.write { database in
      try database.execute(
        sql: """
          UPDATE drill SET state = 'waiting', claimedBy = NULL \
          WHERE state = 'running' AND claimedBy NOT IN (SELECT id FROM dispatcher WHERE seen >= ?)
          """, arguments: [limit])
      // Who does not show itself in the state yet would be taken for one that is gone.
      let id = try String.fetchOne(
        database,
        sql: """
          SELECT id FROM drill WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM drill WHERE state = 'running') \
          AND EXISTS (SELECT 1 FROM dispatcher WHERE id = ? AND seen >= ?) ORDER BY requested, rowid LIMIT 1
          """, arguments: [dispatcher, limit])
      guard let id else { return nil }
      try database.execute(
        sql: """
          UPDATE drill SET state = 'running', waitsFor = NULL, started = COALESCE(started, ?), claimedBy = ? WHERE id = ?
          """, arguments: [now.milliseconds, dispatcher, id])
      return try Self.drill("id = ?", [id], database)
    }
  }

  public func release(_ id: String, by dispatcher: String) throws {
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE drill SET state = 'waiting', claimedBy = NULL, waitsFor = NULL \
          WHERE id = ? AND state = 'running' AND claimedBy = ?
          """, arguments: [id, dispatcher])
      guard database.changesCount == 1 else { return }
      // A server that ends in order does not count against the step that it was at.
      try database.execute(
        sql: "UPDATE drillStep SET tries = tries - 1 WHERE drill = ? AND isDone = 0 AND tries > 0", arguments: [id])
    }
  }

  public func isGoingOn(_ id: String, by dispatcher: String) throws -> Bool {
    try state.read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM drill WHERE id = ? AND state = 'running' AND claimedBy = ?)",
        arguments: [id, dispatcher]) ?? false
    }
  }

  public func say(_ id: String, waitsFor reason: String?) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE drill SET waitsFor = ? WHERE id = ? AND state = 'running'", arguments: [reason, id])
    }
  }

  public func begin(_ id: String) throws -> DrillStep? {
    try state.write { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          UPDATE drillStep SET tries = tries + 1 WHERE drill = ? AND number = \
          (SELECT MIN(number) FROM drillStep WHERE drill = ? AND isDone = 0) RETURNING number, item, tries
          """, arguments: [id, id])
      return try row.map { row in
        DrillStep(number: row["number"], item: try Self.decoded(row["item"]), tries: row["tries"])
      }
    }
  }

  public func plan(_ id: String, _ cases: [DrillCase], _ basis: DrillBasis) throws {
    try state.write { database in
      try database.execute(
        sql: "UPDATE drill SET verdict = 'passed', basis = ? WHERE id = ? AND state = 'running'",
        arguments: [try Runs.json(basis), id])
      guard database.changesCount == 1 else { return }
      try database.execute(
        sql: "UPDATE drillStep SET isDone = 1 WHERE drill = ? AND number = 0", arguments: [id])
      try Self.insert(cases, from: 1, of: id, database)
    }
  }

  public func record(_ id: String, _ step: DrillStep, _ result: DrillResult) throws {
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE drillStep SET isDone = 1, result = ? WHERE drill = ? AND number = ? \
          AND EXISTS (SELECT 1 FROM drill WHERE id = ? AND state = 'running')
          """, arguments: [try Runs.json(result), id, step.number, id])
    }
  }

  public func end(_ id: String, stopped reason: String?, verdict: Verdict?, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: """
          UPDATE drill SET state = 'ended', ended = ?, waitsFor = NULL, stopped = ?, verdict = COALESCE(?, verdict) \
          WHERE id = ? AND state = 'running'
          """, arguments: [now.milliseconds, reason, verdict?.rawValue, id])
    }
  }
}
