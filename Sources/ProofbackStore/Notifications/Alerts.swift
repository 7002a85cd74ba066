public import Foundation
import GRDB
public import ProofbackCore

/// Alerts in the embedded state. Each is open once at most, whoever opens it.
public struct Alerts: AlertRepository {
  let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  // MARK: Reading

  public func open(after: String?, limit: Int) throws -> [Alert] {
    try state.read { database in
      var (condition, arguments) = ("alert.closed IS NULL", StatementArguments())
      if let after {
        let opened = try Int64.fetchOne(database, sql: "SELECT opened FROM alert WHERE id = ?", arguments: [after])
        guard let opened else { throw StoreError.notThere }
        condition += " AND (opened < ? OR opened = ? AND alert.id > ?)"
        arguments += [opened, opened, after]
      }
      return try Self.fetch(database, "\(condition) ORDER BY opened DESC, alert.id LIMIT ?", arguments + [limit])
    }
  }

  public func alerts(_ ids: [String]) throws -> [Alert] {
    try state.read { database in
      try ids.flatMap { try Self.fetch(database, "alert.closed IS NULL AND alert.id = ?", [$0]) }
    }
  }

  static func fetch(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws -> [Alert] {
    try Row.values(
      database,
      sql: """
        SELECT alert.*, schedule.id AS schedule FROM alert LEFT JOIN schedule ON schedule.restoreTest = alert.subject \
        AND schedule.deleted IS NULL WHERE \(condition)
        """, arguments: arguments
    ) { row in
      Alert.Kind(rawValue: row["kind"]).map { kind in
        Alert(
          id: row["id"], kind: kind, subject: row["subject"], name: row["name"],
          since: Date(milliseconds: row["since"]),
          detail: row["detail"], opened: Date(milliseconds: row["opened"]), schedule: row["schedule"])
      }
    }.compactMap { $0 }
  }

  // MARK: Schedules

  public func overdue(grace: TimeInterval, now: Date) throws -> [Overdue] {
    let limit = now.addingTimeInterval(-grace).milliseconds
    return try state.read { database in
      let unfired = try Row.fetchAll(
        database,
        sql: """
          SELECT restoreTest.id, name, next AS due FROM schedule JOIN restoreTest ON restoreTest.id = restoreTest \
          WHERE next <= ? AND next IS NOT NULL AND paused IS NULL AND deleted IS NULL
          """, arguments: [limit]
      ).map { Overdue(test: $0["id"], name: $0["name"], due: Date(milliseconds: $0["due"]), reason: "") }
      let unended = try Row.fetchAll(
        database,
        sql: """
          SELECT restoreTest.id, name, run.due, run.state, started, \(RunRecord.waitsFor) AS waitsFor, run.definition FROM run \
          JOIN restoreTest ON restoreTest.id = run.restoreTest AND archived IS NULL \
          JOIN schedule ON schedule.restoreTest = restoreTest.id AND paused IS NULL AND deleted IS NULL \
          WHERE run.state <> 'ended' AND run.due <= ?
          """, arguments: [limit]
      ).compactMap { try Self.overdue($0, grace: grace, now: now) }
      return unended + unfired.filter { late in !unended.contains { $0.test == late.test } }
    }
  }

  private static func overdue(_ row: Row, grace: TimeInterval, now: Date) throws -> Overdue? {
    var reason = (row["waitsFor"] as String?).map { "it waits \($0)" } ?? "it waits"
    if let started = (row["started"] as Int64?).map(Date.init(milliseconds:)) {
      let definition = try JSONDecoder.state.decode(
        RestoreTestDefinition.self, from: Data((row["definition"] as String).utf8))
      guard now.timeIntervalSince(started) > definition.limits.seconds + grace else { return nil }
      reason = "it has been running for \(Quantity.text(seconds: now.timeIntervalSince(started)))"
    }
    return Overdue(test: row["id"], name: row["name"], due: Date(milliseconds: row["due"]), reason: reason)
  }

  public func reconcile(late: [Overdue], now: Date) throws {
    let open = try state.read { try String.fetchSet($0, sql: "SELECT subject FROM alert WHERE \(Self.openLate)") }
    // Most of the time nothing is late, and nothing is written.
    guard open != Set(late.map(\.test)) else { return }
    try state.write { database in
      for one in late {
        try Self.open(.late, one.test, one.name, since: one.due, detail: one.reason, now: now, database)
      }
      for subject in open.subtracting(late.map(\.test)) { try Self.close(.late, subject, now: now, database) }
    }
  }

  private static let openLate = "kind = 'late' AND closed IS NULL"

  // MARK: Channels

  public func raise(channel: String, since: Date, detail: String, now: Date) throws {
    try state.write { database in
      guard let name = try String.fetchOne(database, sql: "SELECT name FROM channel WHERE id = ?", arguments: [channel])
      else { return }
      try Self.open(.channel, channel, name, since: since, detail: detail, now: now, database)
    }
  }

  public func close(channel: String, now: Date) throws {
    let isOpen = try state.read {
      try Bool.fetchOne(
        $0, sql: "SELECT EXISTS (SELECT 1 FROM alert WHERE kind = 'channel' AND subject = ? AND closed IS NULL)",
        arguments: [channel])
    }
    if isOpen == true { try state.write { try Self.close(.channel, channel, now: now, $0) } }
  }

  // MARK: Parts

  static func open(
    _ kind: Alert.Kind, _ subject: String, _ name: String, since: Date, detail: String, now: Date, _ database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO alert (id, kind, subject, name, since, detail, opened) VALUES (?, ?, ?, ?, ?, ?, ?) \
        ON CONFLICT (kind, subject) WHERE closed IS NULL DO NOTHING
        """,
      arguments: [
        Identifier.make(), kind.rawValue, subject, name, since.milliseconds, detail, now.milliseconds,
      ])
  }

  static func close(_ kind: Alert.Kind, _ subject: String, now: Date, _ database: Database) throws {
    try database.execute(
      sql: "UPDATE alert SET closed = ? WHERE kind = ? AND subject = ? AND closed IS NULL",
      arguments: [now.milliseconds, kind.rawValue, subject])
  }

  /// When nobody wants to hear of a restore test any more.
  static func closeAll(of test: String, now: Date, _ database: Database) throws {
    for kind in [Alert.Kind.late, .stale] { try close(kind, test, now: now, database) }
  }
}
