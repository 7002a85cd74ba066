public import Foundation
import GRDB
public import ProofbackCore

extension Runs: RunRecorder {
  /// Lines of a run's log that are kept.
  static let mostLines = 10_000

  public func noteFile(_ id: String, _ source: SourceObject) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE run SET fileName = ?, fileSize = ? WHERE id = ?",
        arguments: [source.name, source.size.map { Int64(clamping: $0) }, id])
    }
  }

  public func noteMachine(_ id: String, _ machine: String, dollarsPerHour: Double, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: """
          UPDATE run SET machine = ?, machineSince = ?, dollarsPerHour = ? WHERE id = ? AND state = 'running' \
          AND machineSince IS NULL
          """, arguments: [machine, now.milliseconds, dollarsPerHour, id])
    }
  }

  public func log(_ id: String, _ texts: [String], at: Date) throws {
    try state.write { try Self.log(id, texts, at: at, $0) }
  }

  private static func log(_ id: String, _ texts: [String], at: Date, _ database: Database) throws {
    var number = try Int.fetchOne(database, sql: "SELECT MAX(number) FROM runLog WHERE run = ?", arguments: [id]) ?? 0
    for text in texts where number < mostLines {
      number += 1
      try database.execute(
        sql: "INSERT INTO runLog (run, number, at, text) VALUES (?, ?, ?, ?)",
        arguments: [id, number, at.milliseconds, number == mostLines ? "the rest is not shown" : text])
    }
  }

  public func end(_ id: String, _ report: RunReport, baseline: Baseline?, now: Date) throws {
    let text = try Self.json(report)
    let left = report.verdict == .passed ? try baseline.flatMap { try LeftBaseline($0, run: id, at: now) } : nil
    try state.write { database in
      try database.execute(
        sql: """
          UPDATE run SET state = 'ended', ended = ?, verdict = ?, cause = ?, sentence = ?,
          type = COALESCE(?, type), fileName = COALESCE(?, fileName), fileSize = COALESCE(?, fileSize)
          WHERE id = ? AND state = 'running'
          """,
        arguments: [
          now.milliseconds, report.verdict.rawValue, report.cause?.rawValue, report.sentence,
          report.engine?.type.rawValue, report.source?.name, report.source?.size.map { Int64(clamping: $0) }, id,
        ])
      guard database.changesCount == 1 else { return }
      try database.execute(
        sql: "INSERT INTO runReport (place, report) SELECT place, ? FROM run WHERE id = ?", arguments: [text, id])
      try RunTotals.count(report, database)
      try RunEnding.follow(id, source: report.source, now: now, database)
      if let left {
        try baselines?.keep(left, database)
      } else if baseline != nil, report.verdict == .passed {
        try Self.log(id, ["what was measured is too large to be kept: no baseline is left"], at: now, database)
      }
    }
  }

  public func end(_ id: String, because finding: Finding, now: Date) throws {
    _ = try state.write { try Self.end(finding, "id = ? AND state = 'running'", [id], now: now, $0) }
  }
}
