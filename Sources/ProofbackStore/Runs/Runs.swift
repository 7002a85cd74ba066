public import Foundation
import GRDB
public import ProofbackCore

/// Runs in the embedded state: asked for, claimed, ended. Each change of state is one transaction.
public struct Runs: RunQueue {
  let state: StateDatabase
  let baselines: Baselines?

  /// - Parameter baselines: where passed runs leave theirs; nil: nowhere.
  public init(_ state: StateDatabase, baselines: Baselines? = nil) {
    self.state = state
    self.baselines = baselines
  }

  public func request(
    _ definition: RestoreTestDefinition, title: String, restoreTest: String?, by actor: Actor
  ) throws -> RunRecord {
    let text = try Self.json(definition)
    return try state.write { database in
      // Of a restore test that was deleted it is a run by hand, like any other.
      let restoreTest = try restoreTest.flatMap { try RestoreTests.isThere($0, database) ? $0 : nil }
      if let restoreTest { try Self.giveWay(restoreTest, now: actor.at, database) }
      let record = RunRecord(
        id: Identifier.make(), restoreTest: restoreTest, title: title,
        location: try BackupServers.place(definition, database), requestedBy: actor.person, requested: actor.at,
        type: definition.type?.rawValue)
      try record.insert(database, definition: text)
      try AuditTrail.append(actor.did("run.requested", record.id, [title]), database)
      return record
    }
  }

  /// A run that a schedule asks for.
  static func schedule(_ test: RestoreTest, due: Date, now: Date, _ database: Database) throws -> RunRecord {
    try giveWay(test.id, now: now, database)
    let record = RunRecord(
      id: Identifier.make(), restoreTest: test.id, title: test.name,
      location: try BackupServers.place(test.definition, database), requestedBy: nil, requested: now, due: due,
      type: test.definition.type?.rawValue)
    try record.insert(database, definition: json(test.definition))
    return record
  }

  /// What still waits of a restore test gives way to a newer run of it.
  private static func giveWay(_ restoreTest: String, now: Date, _ database: Database) throws {
    let finding = ServerFindings.replaced.finding("a newer run of the same test took its place")
    _ = try end(
      finding, "id IN (SELECT id FROM run INDEXED BY runThatWaitsOfTest WHERE restoreTest = ? AND state = 'waiting')",
      [restoreTest], now: now, database)
  }

  static func wasCancelled(_ id: String, by actor: Actor, _ database: Database) throws {
    let title = try String.fetchOne(database, sql: "SELECT title FROM run WHERE id = ?", arguments: [id])
    try AuditTrail.append(actor.did("run.cancelled", id, [title ?? ""]), database)
  }

  public func cancel(_ id: String, by actor: Actor) throws -> Bool {
    try state.write { database in
      try database.execute(
        sql: "UPDATE run SET cancelled = ? WHERE id = ? AND state <> 'ended' AND cancelled IS NULL",
        arguments: [actor.at.milliseconds, id])
      guard database.changesCount == 1 else { return false }
      try Self.wasCancelled(id, by: actor, database)
      let finding = ServerFindings.cancelledEarly.finding("cancelled before it began")
      return try Self.end(finding, "id = ? AND state = 'waiting'", [id], now: actor.at, database) == 0
    }
  }

  public func waiting(limit: Int, in workplace: String?) throws -> [String] {
    try state.read {
      try String.fetchAll(
        $0, sql: "SELECT id FROM run WHERE state = 'waiting' AND workplace IS ? ORDER BY place LIMIT ?",
        arguments: [workplace, limit])
    }
  }

  public func claim(_ id: String, by dispatcher: String, now: Date) throws -> RestoreTestDefinition? {
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE run SET state = 'running', waitsFor = NULL, started = ?, claimedBy = ? \
          WHERE id = ? AND state = 'waiting' AND \(WorkplaceSchema.hasRoom)
          """, arguments: [now.milliseconds, dispatcher, id])
      guard database.changesCount == 1 else { return nil }
      return try Self.definition(id, database)
    }
  }

  public func hasRoomForDrill(in workplace: String) throws -> Bool {
    try state.read { try Bool.fetchOne($0, sql: WorkplaceSchema.hasRoomForDrill, arguments: [workplace]) ?? false }
  }

  public func beat(_ dispatcher: String, waitingFor reason: String, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: """
          INSERT INTO dispatcher (id, seen, reason) VALUES (?, ?, ?) \
          ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, reason = excluded.reason
          """, arguments: [dispatcher, now.milliseconds, reason])
      try Spending.turn(to: now, $0)
    }
  }

  public func cancelled(of dispatcher: String) throws -> [String] {
    try state.read {
      try String.fetchAll(
        $0, sql: "SELECT id FROM run WHERE state = 'running' AND cancelled IS NOT NULL AND claimedBy = ?",
        arguments: [dispatcher])
    }
  }

  // MARK: Parts

  /// Ends what `condition` selects, `inconclusive`.
  /// - Returns: how many runs.
  static func end(
    _ finding: Finding, _ condition: String, _ arguments: StatementArguments, now: Date, _ database: Database
  ) throws -> Int {
    let ended = try String.fetchAll(
      database,
      sql: """
        UPDATE run SET state = 'ended', ended = ?, verdict = 'inconclusive', cause = ?, sentence = ? \
        WHERE \(condition) RETURNING id
        """,
      arguments: [now.milliseconds, finding.code.rawValue, "could not tell: \(finding.message)"] + arguments)
    try RunTotals.count(.inconclusive, Int64(ended.count), database)
    for id in ended { try RunEnding.follow(id, source: nil, now: now, database) }
    return ended.count
  }

  static func definition(_ id: String, _ database: Database) throws -> RestoreTestDefinition? {
    try String.fetchOne(database, sql: "SELECT definition FROM run WHERE id = ?", arguments: [id]).map {
      try JSONDecoder.state.decode(RestoreTestDefinition.self, from: Data($0.utf8))
    }
  }

  static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder.state.encode(value), as: UTF8.self)
  }
}

extension RunRecord {
  /// Lists never read a run's definition and report; they are written beside.
  func insert(_ database: Database, definition: String) throws {
    try database.execute(
      sql: """
        INSERT INTO run (id, restoreTest, title, location, definition, state, requestedBy, requested, due, type, repeats) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, restoreTest, title, location, definition, state.rawValue, requestedBy, requested.milliseconds,
        due?.milliseconds, type, repeats,
      ])
  }
}
