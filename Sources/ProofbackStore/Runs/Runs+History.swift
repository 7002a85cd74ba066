import Foundation
import GRDB
public import ProofbackCore

extension RunRecord: Record {
  public static var databaseTableName: String { "run" }

  /// Why a run waits is what the servers say that start runs.
  static let waitsFor = """
    CASE run.state WHEN 'waiting' THEN COALESCE(run.waitsFor, \(WorkplaceSchema.waitsFor), (SELECT reason FROM dispatcher WHERE seen = (SELECT \
    MAX(seen) FROM dispatcher)), 'for a server that starts it') END
    """

  /// What lists read; a run's definition is left where it is.
  static let columns = """
    run.id, run.restoreTest, run.title, run.location, run.state, \(waitsFor) AS waitsFor, run.requestedBy, \
    run.requested, run.due, run.started, run.ended, run.verdict, run.cause, run.sentence, run.type, run.fileName, \
    run.fileSize, run.again, run.repeats, run.dismissed, run.machine, run.machineSeconds, run.dollars
    """
}

extension Runs: RunHistory {
  public func run(_ id: String) throws -> RunRecord? {
    try state.read {
      try RunRecord.fetchOne($0, sql: "SELECT \(RunRecord.columns) FROM run WHERE id = ?", arguments: [id])
    }
  }

  public func definition(_ id: String) throws -> RestoreTestDefinition? {
    try state.read { try Self.definition(id, $0) }
  }

  public func report(_ id: String) throws -> RunReport? {
    let text = try state.read {
      try String.fetchOne(
        $0, sql: "SELECT report FROM runReport WHERE place = (SELECT place FROM run WHERE id = ?)", arguments: [id])
    }
    guard let text else { return nil }
    var report = try JSONDecoder.state.decode(RunReport.self, from: Data(text.utf8))
    // Whatever a worker says of it.
    report.cost = try run(id)?.cost
    return report
  }

  public func lines(_ id: String, after: Int64, limit: Int) throws -> [LogLine] {
    try state.read { database in
      try Row.values(
        database, sql: "SELECT number, at, text FROM runLog WHERE run = ? AND number > ? ORDER BY number LIMIT ?",
        arguments: [id, after, limit]
      ) {
        LogLine(number: $0["number"], at: Date(milliseconds: $0["at"]), text: $0["text"])
      }
    }
  }

  public func newest(of restoreTest: String, limit: Int) throws -> [RunRecord] {
    try state.read {
      try RunRecord.fetchAll(
        $0, sql: "SELECT \(RunRecord.columns) FROM run WHERE restoreTest = ? ORDER BY place DESC LIMIT ?",
        arguments: [restoreTest, limit])
    }
  }

  public func proof(before id: String) throws -> (run: RunRecord, report: RunReport)? {
    let found = try state.read { database in
      try RunRecord.fetchOne(
        database,
        sql: """
          SELECT \(RunRecord.columns) FROM run JOIN run AS later ON later.id = ? AND later.restoreTest = run.restoreTest \
          WHERE run.verdict = 'passed' AND run.place < later.place \
          AND EXISTS (SELECT 1 FROM runReport WHERE runReport.place = run.place) ORDER BY run.place DESC LIMIT 1
          """, arguments: [id])
    }
    return try found.flatMap { run in try report(run.id).map { (run, $0) } }
  }

  public func unfinished(limit: Int) throws -> [RunRecord] {
    try state.read { database in
      var runs: [RunRecord] = []
      for state in ["running", "waiting"] where runs.count < limit {
        runs += try RunRecord.fetchAll(
          database, sql: "SELECT \(RunRecord.columns) FROM run WHERE state = '\(state)' ORDER BY place LIMIT ?",
          arguments: [limit - runs.count])
      }
      return runs
    }
  }
}
