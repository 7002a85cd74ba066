import Foundation
import GRDB
import ProofbackCore

/// Sums over all runs, kept as runs end, so that nobody has to read a million of them.
enum RunTotals {
  static func prepare(_ database: Database) throws {
    try database.execute(
      sql: """
        CREATE TABLE verdictTotal (verdict TEXT PRIMARY KEY, runs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE stageTotal (
          stage TEXT PRIMARY KEY, runs INTEGER NOT NULL, seconds REAL NOT NULL, bytes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO verdictTotal SELECT verdict, COUNT(*) FROM run WHERE verdict IS NOT NULL GROUP BY verdict;
        """)
  }

  static func count(_ report: RunReport, _ database: Database) throws {
    try count(report.verdict, 1, database)
    for stage in report.stages {
      try database.execute(
        sql: """
          INSERT INTO stageTotal (stage, runs, seconds, bytes) VALUES (?, 1, ?, ?) ON CONFLICT (stage) DO UPDATE \
          SET runs = runs + 1, seconds = seconds + excluded.seconds, bytes = bytes + excluded.bytes
          """, arguments: [stage.name.rawValue, stage.seconds, Int64(clamping: stage.bytes)])
    }
  }

  static func count(_ verdict: Verdict, _ runs: Int64, _ database: Database) throws {
    guard runs > 0 else { return }
    try database.execute(
      sql: """
        INSERT INTO verdictTotal (verdict, runs) VALUES (?, ?) \
        ON CONFLICT (verdict) DO UPDATE SET runs = runs + excluded.runs
        """, arguments: [verdict.rawValue, runs])
  }
}

extension Runs: StatisticsRepository {
  public func statistics() throws -> RunStatistics {
    try state.read { database in
      var all = RunStatistics()
      for row in try Row.fetchAll(database, sql: "SELECT verdict, runs FROM verdictTotal") {
        if let verdict = Verdict(rawValue: row["verdict"]) { all.ended[verdict] = row["runs"] }
      }
      all.stages = try Row.fetchAll(database, sql: "SELECT * FROM stageTotal").compactMap { row in
        Stage(rawValue: row["stage"]).map {
          .init(stage: $0, runs: row["runs"], seconds: row["seconds"], bytes: row["bytes"])
        }
      }
      all.proofs = try Row.fetchAll(
        database,
        sql: """
          SELECT restoreTest.id, name, NULLIF(proven, 0) AS proven FROM restoreTest \
          JOIN standing ON standing.subject = restoreTest.id WHERE archived IS NULL ORDER BY name
          """
      ).map {
        .init(restoreTest: $0["id"], name: $0["name"], proven: ($0["proven"] as Int64?).map(Date.init(milliseconds:)))
      }
      // The states stand in the statements: their indexes hold for these only.
      if let row = try Row.fetchOne(
        database, sql: "SELECT COUNT(*) AS runs, MIN(place) / 1024 AS first FROM run WHERE state = 'waiting'")
      {
        all.waiting = row["runs"]
        all.longestWaiting = (row["first"] as Int64?).map(Date.init(milliseconds:))
      }
      all.running = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM run WHERE state = 'running'") ?? 0
      return all
    }
  }
}
