public import Foundation
import GRDB
public import ProofbackCore

/// Runs: asked for, claimed, ended. Each change of state is one transaction.
public struct Runs: Sendable {
  /// Lines of a run's log that are kept.
  static let mostLines = 10_000

  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  // MARK: Asking

  /// Asks for a run; it waits until a dispatcher claims it.
  public func request(
    _ definition: RestoreTestDefinition, title: String, restoreTest: String? = nil, by actor: Actor
  ) throws -> RunRecord {
    let record = RunRecord(
      id: Identifier.make(), restoreTest: restoreTest, title: title, location: definition.location, state: .waiting,
      requestedBy: actor.person, requested: actor.at, type: definition.type?.rawValue)
    let text = try Self.json(definition)
    return try state.write { database in
      try record.insert(database, definition: text)
      try AuditTrail.append(actor.did("run.requested", record.id, [title]), database)
      return record
    }
  }

  /// A run that a schedule asks for. One of the same restore test that still waits gives way to it.
  static func schedule(_ test: RestoreTest, due: Date, now: Date, _ database: Database) throws -> RunRecord {
    try database.execute(
      sql: """
        UPDATE run SET state = 'ended', ended = ?, verdict = 'inconclusive', cause = 'run.replaced', \
        sentence = 'could not tell: a newer run of the same test took its place' WHERE restoreTest = ? AND state = 'waiting'
        """, arguments: [now.milliseconds, test.id])
    var record = RunRecord(
      id: Identifier.make(), restoreTest: test.id, title: test.name, location: test.definition.location,
      state: .waiting, requestedBy: nil, requested: now, type: test.definition.type?.rawValue)
    record.due = due
    try record.insert(database, definition: json(test.definition))
    return record
  }

  /// Asks a run to end. One that waits ends at once.
  /// - Returns: whether it is running and has to be told.
  public func cancel(_ id: String, by actor: Actor) throws -> Bool {
    try state.write { database in
      try database.execute(
        sql: "UPDATE run SET cancelled = ? WHERE id = ? AND state <> 'ended' AND cancelled IS NULL",
        arguments: [actor.at.milliseconds, id])
      guard database.changesCount == 1 else { return false }
      try AuditTrail.append(actor.did("run.cancelled", id), database)
      try database.execute(
        sql: """
          UPDATE run SET state = 'ended', ended = ?, verdict = 'inconclusive', cause = 'run.cancelled',
          sentence = 'could not tell: cancelled before it began' WHERE id = ? AND state = 'waiting'
          """, arguments: [actor.at.milliseconds, id])
      return database.changesCount == 0
    }
  }

  // MARK: Carrying out

  /// Runs that wait, the oldest first.
  public func waiting(limit: Int) throws -> [String] {
    try state.read {
      try String.fetchAll(
        $0, sql: "SELECT id FROM run WHERE state = 'waiting' ORDER BY requested, id LIMIT ?", arguments: [limit])
    }
  }

  /// Takes a waiting run for this dispatcher. Of all that try, one gets it.
  /// - Returns: what it is to do; nil when another has taken it.
  public func claim(_ id: String, by dispatcher: String, now: Date) throws -> RestoreTestDefinition? {
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE run SET state = 'running', waitsFor = NULL, started = ?, claimedBy = ? \
          WHERE id = ? AND state = 'waiting'
          """, arguments: [now.milliseconds, dispatcher, id])
      guard database.changesCount == 1 else { return nil }
      return try Self.definition(id, database)
    }
  }

  /// Why the waiting runs wait.
  public func explainWaiting(_ reason: String) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE run SET waitsFor = ? WHERE state = 'waiting' AND waitsFor IS NOT ?", arguments: [reason, reason])
    }
  }

  public func noteFile(_ id: String, _ source: SourceObject) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE run SET fileName = ?, fileSize = ? WHERE id = ?",
        arguments: [source.name, source.size.map { Int64(clamping: $0) }, id])
    }
  }

  /// Adds lines to the log; what is over the limit is left out.
  public func log(_ id: String, _ texts: [String], at: Date) throws {
    try state.write { database in
      var number = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM runLog WHERE run = ?", arguments: [id]) ?? 0
      for text in texts where number < Self.mostLines {
        number += 1
        try database.execute(
          sql: "INSERT INTO runLog (run, number, at, text) VALUES (?, ?, ?, ?)",
          arguments: [id, number, at.milliseconds, number == Self.mostLines ? "the rest is not shown" : text])
      }
    }
  }

  /// Ends a running run with its report. Safe twice: the first counts.
  public func end(_ id: String, _ report: RunReport, now: Date) throws {
    let text = try Self.json(report)
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE run SET state = 'ended', ended = ?, verdict = ?, cause = ?, sentence = ?, report = ?,
          type = COALESCE(?, type), fileName = COALESCE(?, fileName), fileSize = COALESCE(?, fileSize)
          WHERE id = ? AND state = 'running'
          """,
        arguments: [
          now.milliseconds, report.verdict.rawValue, report.cause?.rawValue, report.sentence, text,
          report.engine?.type.rawValue, report.source?.name, report.source?.size.map { Int64(clamping: $0) }, id,
        ])
    }
  }

  /// Ends one that has no report, `inconclusive`.
  public func end(_ id: String, cause: String, fact: String, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: """
          UPDATE run SET state = 'ended', ended = ?, verdict = 'inconclusive', cause = ?, sentence = ? \
          WHERE id = ? AND state = 'running'
          """, arguments: [now.milliseconds, cause, "could not tell: \(fact)", id])
    }
  }

  /// A dispatcher says that it is there.
  public func beat(_ dispatcher: String, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: "INSERT INTO dispatcher (id, seen) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
        arguments: [dispatcher, now.milliseconds])
    }
  }

  /// Ends what dispatchers had claimed that were silent for `silence` seconds: their server is gone.
  /// - Returns: how many runs.
  public func endInterrupted(silence: TimeInterval, now: Date) throws -> Int {
    try state.write { database in
      let limit = now.addingTimeInterval(-silence).milliseconds
      try database.execute(
        sql: """
          UPDATE run SET state = 'ended', ended = ?, verdict = 'inconclusive', cause = 'run.interrupted', \
          sentence = 'could not tell: interrupted by a restart of the server' WHERE state = 'running' \
          AND claimedBy NOT IN (SELECT id FROM dispatcher WHERE seen >= ?)
          """, arguments: [now.milliseconds, limit])
      let count = database.changesCount
      try database.execute(sql: "DELETE FROM dispatcher WHERE seen < ?", arguments: [limit])
      return count
    }
  }

  // MARK: Reading

  public func run(_ id: String) throws -> RunRecord? { try state.read { try RunRecord.fetchOne($0, key: id) } }

  public func definition(_ id: String) throws -> RestoreTestDefinition? {
    try state.read { try Self.definition(id, $0) }
  }

  public func report(_ id: String) throws -> RunReport? {
    let text = try state.read { try String.fetchOne($0, sql: "SELECT report FROM run WHERE id = ?", arguments: [id]) }
    return try text.map { try JSONDecoder.state.decode(RunReport.self, from: Data($0.utf8)) }
  }

  /// - Parameter after: the number of the last line that is known.
  public func lines(_ id: String, after: Int64 = 0, limit: Int = 1000) throws -> [LogLine] {
    try state.read { database in
      try Row.fetchAll(
        database, sql: "SELECT number, at, text FROM runLog WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
        arguments: [id, after, limit]
      ).map {
        LogLine(number: $0["number"], at: Date(milliseconds: $0["at"]), text: $0["text"])
      }
    }
  }

  /// The newest first.
  /// - Parameter before: the time of the last run of the page before.
  public func newest(before: Date? = nil, state wanted: RunState? = nil, limit: Int = 50) throws -> [RunRecord] {
    try state.read { database in
      var request = RunRecord.order(Column("requested").desc, Column("id")).limit(limit)
      if let before { request = request.filter(Column("requested") < before.milliseconds) }
      if let wanted { request = request.filter(Column("state") == wanted.rawValue) }
      return try request.fetchAll(database)
    }
  }

  /// The newest ended run of each backup: of every restore test, and of what was tested by hand since `date`.
  public func lastOfEach(byHandSince date: Date) throws -> [RunRecord] {
    try state.read { database in
      let tests = try RunRecord.fetchAll(
        database,
        sql: """
          SELECT run.* FROM restoreTest JOIN run ON run.id = (SELECT id FROM run AS each WHERE each.restoreTest = \
          restoreTest.id AND each.state = 'ended' AND each.cause IS NOT 'run.replaced' ORDER BY requested DESC LIMIT 1) \
          WHERE restoreTest.archived IS NULL
          """)
      let byHand = try RunRecord.fetchAll(
        database,
        sql: """
          SELECT *, MAX(requested) FROM run WHERE restoreTest IS NULL AND state = 'ended' AND requested >= ? \
          GROUP BY location, title
          """, arguments: [date.milliseconds])
      return (tests + byHand).sorted { $0.requested > $1.requested }
    }
  }

  /// Of one restore test, the newest first.
  public func newest(of restoreTest: String, limit: Int) throws -> [RunRecord] {
    try state.read { database in
      try RunRecord.filter(Column("restoreTest") == restoreTest).order(Column("requested").desc, Column("id"))
        .limit(limit).fetchAll(database)
    }
  }

  // MARK: Parts

  private static func definition(_ id: String, _ database: Database) throws -> RestoreTestDefinition? {
    try String.fetchOne(database, sql: "SELECT definition FROM run WHERE id = ?", arguments: [id]).map {
      try JSONDecoder.state.decode(RestoreTestDefinition.self, from: Data($0.utf8))
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder.state.encode(value), as: UTF8.self)
  }
}

extension RunRecord {
  /// Lists never read a run's definition and report; they are written beside.
  fileprivate func insert(_ database: Database, definition: String) throws {
    try database.execute(
      sql: """
        INSERT INTO run (id, restoreTest, title, location, definition, state, requestedBy, requested, due, type) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, restoreTest, title, location, definition, state.rawValue, requestedBy, requested.milliseconds,
        due?.milliseconds, type,
      ])
  }
}

extension JSONEncoder {
  static var state: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys]
    return encoder
  }
}

extension JSONDecoder {
  static var state: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return decoder
  }
}
