import Foundation
import GRDB
public import ProofbackCore

/// Workplaces in the embedded state. Their options hold no secrets: launchers log in as the platform's own tools do.
public struct Workplaces: WorkplaceRepository {
  let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func add(
    name: String, kind: String, description: String, options: [String: String], limit: Int, ceiling: Double?,
    by manager: Actor
  ) throws -> Workplace {
    let row = WorkplaceRow(
      id: Identifier.make(), name: name, kind: kind, description: description, options: try Runs.json(options),
      atOnce: limit, created: manager.at, createdBy: manager.person, ceiling: ceiling,
      month: Spending.month(manager.at),
      spent: 0)
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(
        manager.did("workplace.added", row.id, [name, kind] + Self.bounds(limit, ceiling)), database)
      return try row.workplace
    }
  }

  public func change(
    _ id: String, name: String, description: String, options: [String: String], limit: Int, ceiling: Double?,
    by manager: Actor
  ) throws {
    let options = try Runs.json(options)
    try state.write { database in
      guard var row = try WorkplaceRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      (row.name, row.description, row.options, row.atOnce, row.ceiling) = (name, description, options, limit, ceiling)
      try row.update(database)
      try AuditTrail.append(manager.did("workplace.changed", id, [name] + Self.bounds(limit, ceiling)), database)
    }
  }

  private static func bounds(_ limit: Int, _ ceiling: Double?) -> [String] {
    ["\(limit) at once"] + (ceiling.map { ["\(Quantity.text(dollars: $0)) a month"] } ?? [])
  }

  public func all() throws -> [Workplace] {
    try state.read { try WorkplaceRow.order(Column("name")).fetchAll($0).map { try $0.workplace } }
  }

  public func workplace(_ id: String) throws -> Workplace? {
    try state.read { try WorkplaceRow.fetchOne($0, key: id)?.workplace }
  }

  public func users(of id: String) throws -> [String] { try state.read { try Self.users(of: id, $0) } }

  public func delete(_ id: String, by manager: Actor) throws {
    try state.write { database in
      guard let row = try WorkplaceRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      let users = try Self.users(of: id, database) + Self.runs(in: id, database)
      guard users.isEmpty else { throw StoreError.inUse(users) }
      try row.delete(database)
      try AuditTrail.append(manager.did("workplace.deleted", id, [row.name]), database)
    }
  }

  public func serverID() throws -> String {
    try state.read { try String.fetchOne($0, sql: "SELECT id FROM installation") } ?? ""
  }

  private static func users(of id: String, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: "SELECT name FROM restoreTest WHERE archived IS NULL AND definition ->> '$.workplace' = ? ORDER BY name",
      arguments: [id])
  }

  /// By hand, that wait or go on.
  private static func runs(in id: String, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT title FROM run WHERE workplace = ? AND state = 'waiting' \
        UNION ALL SELECT title FROM run WHERE workplace = ? AND state = 'running' LIMIT 20
        """, arguments: [id, id])
  }
}

private struct WorkplaceRow: Record {
  static let databaseTableName = "workplace"
  var id: String
  var name: String
  var kind: String
  var description: String
  var options: String
  var atOnce: Int
  var created: Date
  var createdBy: String
  var ceiling: Double?
  var month: String
  var spent: Double

  var workplace: Workplace {
    get throws {
      Workplace(
        id: id, name: name, kind: kind, description: description,
        options: try JSONDecoder.state.decode([String: String].self, from: Data(options.utf8)), limit: atOnce,
        ceiling: ceiling, spent: spent, created: created, createdBy: createdBy)
    }
  }
}

enum WorkplaceSchema {
  /// A run's workplace is what its definition says, kept beside it. No generated column: a state that was damaged or made by
  /// somebody else is looked at without trusting its schema, and then a column may call no function.
  static let first = """
    CREATE TABLE workplace (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL, description TEXT NOT NULL,
      options TEXT NOT NULL, atOnce INTEGER NOT NULL, created INTEGER NOT NULL,
      createdBy TEXT NOT NULL REFERENCES person (id)
    ) STRICT;
    ALTER TABLE run ADD COLUMN workplace TEXT;
    CREATE TRIGGER runIsAskedFor AFTER INSERT ON run BEGIN
      UPDATE run SET workplace = json_extract(NEW.definition, '$.workplace') WHERE id = NEW.id;
    END;
    CREATE INDEX runThatWaitsIn ON run (workplace, place) WHERE state = 'waiting';
    CREATE INDEX runThatGoesOnIn ON run (workplace) WHERE state = 'running';
    CREATE TABLE installation (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT;
    INSERT INTO installation (only, id) VALUES (1, lower(hex(randomblob(8))));
    """

  /// Whether the workplace of a waiting run has room: a drill that goes on counts as one run in its own.
  static let hasRoom = """
    (run.workplace IS NULL OR (SELECT COUNT(*) FROM run AS other INDEXED BY runThatGoesOnIn \
    WHERE other.workplace = run.workplace AND other.state = 'running') \
    + (SELECT COUNT(*) FROM drill WHERE state = 'running' AND definition ->> '$.workplace' = run.workplace) \
    < (SELECT atOnce FROM workplace WHERE id = run.workplace)) AND \(Spending.mayBegin)
    """

  static let hasRoomForDrill = """
    SELECT (SELECT COUNT(*) FROM run INDEXED BY runThatGoesOnIn WHERE run.workplace = workplace.id AND state = 'running') \
    < atOnce AND COALESCE(spent < ceiling, 1) FROM workplace WHERE id = ?
    """

  /// Why a run that has a workplace waits.
  static let waitsFor = """
    (SELECT CASE WHEN spent >= ceiling THEN printf('for the next month, or a higher ceiling: $%.2f of $%.2f are spent in %s', \
    spent, ceiling, name) ELSE 'for one of ' || atOnce || ' runs in ' || name END FROM workplace WHERE id = run.workplace)
    """
}
