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
      try AuditTrail.append(actor.did("schedule.resumed", id), database)
    }
  }

  public func delete(_ id: String, by actor: Actor) throws {
    try state.write { database in
      guard let schedule = try Self.schedule(id, database) else { throw StoreError.notThere }
      try database.execute(
        sql: "UPDATE schedule SET deleted = ?, next = NULL WHERE id = ?", arguments: [actor.at.milliseconds, id])
      try Alerts.closeAll(of: schedule.test.id, now: actor.at, database)
      try RestoreTests.archive(schedule.test.id, by: actor, database)
      try AuditTrail.append(actor.did("schedule.deleted", id, [schedule.test.name]), database)
    }
  }

  private func update(_ id: String, _ sql: String, _ what: String, _ actor: Actor) throws {
    try state.write { database in
      try database.execute(sql: sql, arguments: [actor.at.milliseconds, id])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      if let test = try Self.schedule(id, database)?.test.id { try Alerts.closeAll(of: test, now: actor.at, database) }
      try AuditTrail.append(actor.did("schedule.\(what)", id), database)
    }
  }

  // MARK: Firing

  public func due(now: Date, limit: Int) throws -> [String] {
    try state.read {
      try String.fetchAll(
        $0,
        sql: """
          SELECT id FROM schedule WHERE next <= ? AND next IS NOT NULL AND paused IS NULL AND deleted IS NULL \
          ORDER BY next LIMIT ?
          """, arguments: [now.milliseconds, limit])
    }
  }

  public func fire(_ id: String, now: Date) throws -> RunRecord? {
    try state.write { database in
      guard let schedule = try Self.schedule(id, database), let due = schedule.next, due <= now, schedule.paused == nil
      else { return nil }
      var moved = schedule
      moved.remaining = schedule.remaining.map { $0 - 1 }
      try database.execute(
        sql: "UPDATE schedule SET next = ?, remaining = ? WHERE id = ? AND next = ?",
        arguments: [moved.nextTime(after: now)?.milliseconds, moved.remaining, id, due.milliseconds])
      guard database.changesCount == 1 else { return nil }
      return try Runs.schedule(schedule.test, due: due, now: now, database)
    }
  }

  // MARK: Reading

  public func all(limit: Int) throws -> [Schedule] {
    try state.read { database in
      try String.fetchAll(
        database, sql: "SELECT id FROM schedule WHERE deleted IS NULL ORDER BY created LIMIT ?", arguments: [limit]
      ).compactMap { try Self.schedule($0, database) }
    }
  }

  public func schedule(_ id: String) throws -> Schedule? { try state.read { try Self.schedule(id, $0) } }

  private static func schedule(_ id: String, _ database: Database) throws -> Schedule? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM schedule WHERE id = ? AND deleted IS NULL", arguments: [id]),
      let test = try RestoreTests.test(row["restoreTest"], database)
    else { return nil }
    return Schedule(
      id: row["id"], test: test,
      rule: try JSONDecoder.state.decode(ScheduleRule.self, from: Data((row["rule"] as String).utf8)),
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
