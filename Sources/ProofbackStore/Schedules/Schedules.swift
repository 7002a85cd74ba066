public import Foundation
import GRDB
public import ProofbackCore

/// Schedules in the embedded state.
public struct Schedules: ScheduleRepository {
  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  // MARK: Managing

  public func add(
    name: String, _ definition: RestoreTestDefinition, _ rule: ScheduleRule, _ repetition: Repetition, by actor: Actor
  ) throws -> Schedule {
    let test = RestoreTest(
      id: Identifier.make(), name: name, definition: definition, created: actor.at, createdBy: actor.person)
    var schedule = Schedule(
      id: Identifier.make(), test: test, rule: rule, created: actor.at)
    schedule.set(repetition)
    schedule.next = schedule.nextTime(after: actor.at)
    let saved = schedule
    try state.write { database in
      try RestoreTests.insert(test, by: actor, database)
      try database.execute(
        sql:
          "INSERT INTO schedule (id, restoreTest, rule, remaining, until, next, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          saved.id, test.id, try saved.ruleText, saved.remaining, saved.until?.milliseconds, saved.next?.milliseconds,
          saved.created.milliseconds,
        ])
      try AuditTrail.append(actor.did("schedule.added", saved.id, [name]), database)
    }
    return schedule
  }

  public func change(
    _ id: String, name: String, _ definition: RestoreTestDefinition, _ rule: ScheduleRule, _ repetition: Repetition,
    by actor: Actor
  ) throws {
    try state.write { database in
      guard var schedule = try Self.schedule(id, database) else { throw StoreError.notThere }
      try RestoreTests.change(schedule.test.id, name: name, definition, by: actor, database)
      schedule.rule = rule
      schedule.set(repetition)
      try database.execute(
        sql: "UPDATE schedule SET rule = ?, remaining = ?, until = ?, next = ? WHERE id = ?",
        arguments: [
          try schedule.ruleText, schedule.remaining, schedule.until?.milliseconds,
          schedule.nextTime(after: actor.at)?.milliseconds, id,
        ])
      try AuditTrail.append(actor.did("schedule.changed", id, [name]), database)
    }
  }

  public func pause(_ id: String, by actor: Actor) throws {
    try update(
      id, "UPDATE schedule SET paused = ? WHERE id = ? AND paused IS NULL AND deleted IS NULL", "paused", actor)
  }

  public func resume(_ id: String, by actor: Actor) throws {
    try state.write { database in
      guard let schedule = try Self.schedule(id, database) else { throw StoreError.notThere }
      try database.execute(
        sql: "UPDATE schedule SET paused = NULL, next = ? WHERE id = ?",
        arguments: [schedule.nextTime(after: actor.at)?.milliseconds, id])
      try AuditTrail.append(actor.did("schedule.resumed", id, [schedule.test.name]), database)
    }
  }

  public func delete(_ id: String, keepingResults: Bool, by actor: Actor) throws {
    try state.write { database in
      guard let schedule = try Self.schedule(id, database) else { throw StoreError.notThere }
      try database.execute(
        sql: "UPDATE schedule SET deleted = ?, next = NULL WHERE id = ?", arguments: [actor.at.milliseconds, id])
      try Alerts.closeAll(of: schedule.test.id, now: actor.at, database)
      try RestoreTests.archive(schedule.test, by: actor, database)
      try Runs.cancelAll(of: schedule.test.id, keepingResults: keepingResults, by: actor, database)
      if !keepingResults { try Runs.deleteEnded(of: schedule.test, by: actor, database) }
      try AuditTrail.append(actor.did("schedule.deleted", id, [schedule.test.name]), database)
    }
  }

  private func update(_ id: String, _ sql: String, _ what: String, _ actor: Actor) throws {
    try state.write { database in
      try database.execute(sql: sql, arguments: [actor.at.milliseconds, id])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      guard let test = try Self.schedule(id, database)?.test else { throw StoreError.notThere }
      try Alerts.closeAll(of: test.id, now: actor.at, database)
      try AuditTrail.append(actor.did("schedule.\(what)", id, [test.name]), database)
    }
  }

  // MARK: Firing

  public func fireDue(now: Date, limit: Int) throws -> Int {
    let due = try state.read { database in
      try Row.values(
        database,
        sql: """
          SELECT \(Self.columns) FROM schedule JOIN restoreTest ON restoreTest.id = schedule.restoreTest \
          WHERE next <= ? AND next IS NOT NULL AND paused IS NULL AND deleted IS NULL ORDER BY next LIMIT ?
          """, arguments: [now.milliseconds, limit]
      ) { (schedule: try Self.schedule($0), rule: $0["rule"] as String) }
    }
    // Worked out before the transaction: others write meanwhile.
    let moved = due.map { schedule, rule in
      var next = schedule
      next.remaining = schedule.remaining.map { $0 - 1 }
      next.next = next.nextTime(after: now)
      return (schedule, rule, next)
    }
    if moved.isEmpty { return 0 }
    try state.write { database in
      for (schedule, rule, next) in moved { try Self.move(schedule, rule, to: next, now: now, database) }
    }
    return due.count
  }

  /// Only as it was read: another server, or a change by somebody, may have come first.
  private static func move(
    _ schedule: Schedule, _ rule: String, to next: Schedule, now: Date, _ database: Database
  ) throws {
    guard let due = schedule.next else { return }
    try database.execute(
      sql: """
        UPDATE schedule SET next = ?, remaining = ? WHERE id = ? AND next = ? AND remaining IS ? AND rule = ? \
        AND paused IS NULL AND deleted IS NULL
        """,
      arguments: [
        next.next?.milliseconds, next.remaining, schedule.id, due.milliseconds, schedule.remaining, rule,
      ])
    guard database.changesCount == 1, let test = try RestoreTests.test(schedule.test.id, database) else { return }
    _ = try Runs.schedule(test, due: due, now: now, database)
  }

  // MARK: Reading

  public func schedule(_ id: String) throws -> Schedule? { try state.read { try Self.schedule(id, $0) } }

  public func schedule(ofRestoreTest id: String) throws -> Schedule? {
    try state.read { database in
      try Row.fetchOne(
        database,
        sql: """
          SELECT \(Self.columns) FROM schedule JOIN restoreTest ON restoreTest.id = schedule.restoreTest \
          WHERE schedule.restoreTest = ? AND deleted IS NULL
          """, arguments: [id]
      ).map(Self.schedule)
    }
  }

  private static func schedule(_ id: String, _ database: Database) throws -> Schedule? {
    try Row.fetchOne(
      database,
      sql: """
        SELECT \(columns) FROM schedule JOIN restoreTest ON restoreTest.id = schedule.restoreTest \
        WHERE schedule.id = ? AND deleted IS NULL
        """, arguments: [id]
    ).map(schedule)
  }

  /// Of a schedule and its restore test, for `schedule(_:)`.
  static let columns = """
    schedule.id, schedule.rule, schedule.remaining, schedule.until, schedule.next, schedule.paused, schedule.created, \
    restoreTest.id AS testID, restoreTest.name, restoreTest.definition, restoreTest.created AS testCreated, \
    restoreTest.createdBy
    """

  private static let definitions = DecodedJSON<RestoreTestDefinition>()
  private static let rules = DecodedJSON<ScheduleRule>()

  static func schedule(_ row: Row) throws -> Schedule {
    let test = RestoreTest(
      id: row["testID"], name: row["name"],
      definition: try definitions.value(row["definition"]),
      created: Date(milliseconds: row["testCreated"]), createdBy: row["createdBy"])
    return Schedule(
      id: row["id"], test: test,
      rule: try rules.value(row["rule"]),
      remaining: row["remaining"], until: (row["until"] as Int64?).map(Date.init(milliseconds:)),
      next: (row["next"] as Int64?).map(Date.init(milliseconds:)),
      paused: (row["paused"] as Int64?).map(Date.init(milliseconds:)), created: Date(milliseconds: row["created"]))
  }
}

extension Schedule {
  fileprivate var ruleText: String {
    get throws { String(decoding: try JSONEncoder.state.encode(rule), as: UTF8.self) }
  }
}
