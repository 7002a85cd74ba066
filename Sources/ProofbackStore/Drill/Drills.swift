import Foundation
import GRDB
public import ProofbackCore

/// Drills in the embedded state, in tables of their own: nothing that counts, lists or prunes runs sees them.
public struct Drills: DrillRepository {
  /// Of each restore test.
  static let kept = 5
  let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func request(_ test: RestoreTest, by actor: Actor) throws -> (drill: DrillRecord, isNew: Bool) {
    try state.write { database in
      guard try RestoreTests.isThere(test.id, database) else { throw StoreError.notThere }
      if let there = try Self.drill("restoreTest = ? AND state IN ('waiting', 'running')", [test.id], database) {
        return (there, false)
      }
      let drill = DrillRecord(
        id: Identifier.make(), restoreTest: test.id, title: test.name, definition: test.definition, state: .waiting,
        requestedBy: actor.person, requested: actor.at)
      try database.execute(
        sql: """
          INSERT INTO drill (id, restoreTest, title, definition, state, requestedBy, requested) \
          VALUES (?, ?, ?, ?, 'waiting', ?, ?)
          """,
        arguments: [
          drill.id, test.id, test.name, try Runs.json(test.definition), actor.person, actor.at.milliseconds,
        ])
      try Self.insert([.control], from: 0, of: drill.id, database)
      try Self.delete(
        """
        restoreTest = ? AND id NOT IN \
        (SELECT id FROM drill WHERE restoreTest = ? ORDER BY requested DESC, rowid DESC LIMIT \(Self.kept))
        """, [test.id, test.id], database)
      try AuditTrail.append(actor.did("drill.requested", drill.id, [test.name]), database)
      return (drill, true)
    }
  }

  public func cancel(_ id: String, by actor: Actor) throws {
    try state.write { database in
      guard let drill = try Self.drill("id = ?", [id], database) else { throw StoreError.notThere }
      guard drill.state.goesOn else { return }
      try database.execute(
        sql: "UPDATE drill SET state = 'cancelled', waitsFor = NULL, ended = ? WHERE id = ?",
        arguments: [actor.at.milliseconds, id])
      try AuditTrail.append(actor.did("drill.cancelled", id, [drill.title]), database)
    }
  }

  public func drill(_ id: String) throws -> DrillRecord? { try state.read { try Self.drill("id = ?", [id], $0) } }

  public func results(of id: String) throws -> [DrillResult] {
    try state.read { database in
      try Row.values(
        database, sql: "SELECT item, result FROM drillStep WHERE drill = ? AND number > 0 ORDER BY number",
        arguments: [id]
      ) { row in
        if let result = row["result"] as String? { return try Self.decoded(result) }
        return DrillResult(damage: try Self.decoded(row["item"], DrillCase.self).what)
      }
    }
  }

  public func newest(of restoreTest: String, limit: Int) throws -> [DrillRecord] {
    try state.read { database in
      try Row.values(
        database, sql: "SELECT * FROM drill WHERE restoreTest = ? ORDER BY requested DESC, rowid DESC LIMIT ?",
        arguments: [restoreTest, limit], Self.drill)
    }
  }

  // MARK: Parts

  /// All of a restore test that is gone; a server that carries one out notices.
  static func delete(of restoreTest: String, _ database: Database) throws {
    try delete("restoreTest = ?", [restoreTest], database)
  }

  private static func delete(_ condition: String, _ arguments: StatementArguments, _ database: Database) throws {
    try database.execute(
      sql: "DELETE FROM drillStep WHERE drill IN (SELECT id FROM drill WHERE \(condition))", arguments: arguments)
    try database.execute(sql: "DELETE FROM drill WHERE \(condition)", arguments: arguments)
  }

  static func insert(_ cases: [DrillCase], from first: Int, of drill: String, _ database: Database) throws {
    for (index, item) in cases.enumerated() {
      try database.execute(
        sql: "INSERT INTO drillStep (drill, number, item) VALUES (?, ?, ?)",
        arguments: [drill, first + index, try Runs.json(item)])
    }
  }

  static func drill(
    _ condition: String, _ arguments: StatementArguments, _ database: Database
  ) throws -> DrillRecord? {
    try Row.fetchOne(
      database, sql: "SELECT * FROM drill WHERE \(condition) ORDER BY requested LIMIT 1", arguments: arguments
    ).map(drill)
  }

  private static func drill(_ row: Row) throws -> DrillRecord {
    DrillRecord(
      id: row["id"], restoreTest: row["restoreTest"], title: row["title"],
      definition: try decoded(row["definition"]), state: DrillState(rawValue: row["state"]) ?? .ended,
      waitsFor: row["waitsFor"], requestedBy: row["requestedBy"], requested: Date(milliseconds: row["requested"]),
      started: (row["started"] as Int64?).map(Date.init(milliseconds:)),
      ended: (row["ended"] as Int64?).map(Date.init(milliseconds:)),
      verdict: (row["verdict"] as String?).flatMap(Verdict.init(rawValue:)), stopped: row["stopped"],
      basis: try (row["basis"] as String?).map { try decoded($0) })
  }

  static func decoded<Value: Decodable>(_ text: String, _ type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder.state.decode(type, from: Data(text.utf8))
  }
}
