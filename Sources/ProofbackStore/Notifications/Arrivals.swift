import Foundation
import GRDB
import ProofbackCore

/// When new files came to a location, as its runs saw them: the rhythm of a backup, and whether it has stopped.
enum Arrivals {
  /// Arrivals that the rhythm is learned from.
  private static let memory = 20
  /// Gaps that are needed before anything is said.
  private static let fewest = 3
  /// How much longer than its longest gap a rhythm may be.
  private static let patience = 1.5

  /// Takes down what a run found; opens or closes the alert that no new file comes.
  static func note(_ source: SourceObject, of test: RestoreTest, now: Date, _ database: Database) throws {
    let last = try Row.fetchOne(
      database, sql: "SELECT * FROM arrival WHERE restoreTest = ? ORDER BY at DESC LIMIT 1", arguments: [test.id])
    if let last, isSame(source, last) {
      try database.execute(
        sql: "UPDATE arrival SET seen = ?, sha256 = COALESCE(sha256, ?) WHERE restoreTest = ? AND at = ?",
        arguments: [now.milliseconds, source.sha256, test.id, last["at"] as Int64])
      let came = Date(milliseconds: last["at"])
      if let rhythm = try rhythm(test.id, database), now.timeIntervalSince(came) > rhythm * patience {
        let detail = "before, one came at least every \(Quantity.text(seconds: rhythm))"
        try Alerts.open(.stale, test.id, test.name, since: came, detail: detail, now: now, database)
      }
    } else {
      // A clock that is ahead, and a file from the past that took the place of a newer one, came when they were seen.
      let came = source.modified.map { min($0, now) } ?? now
      let after = last.map { Date(milliseconds: $0["at"]) } ?? .distantPast
      try insert(source, test.id, at: came > after ? came : now, now: now, database)
      try Alerts.close(.stale, test.id, now: now, database)
    }
  }

  /// When it looks elsewhere from now on.
  static func forget(_ test: String, now: Date, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM arrival WHERE restoreTest = ?", arguments: [test])
    try Alerts.close(.stale, test, now: now, database)
  }

  private static func insert(
    _ source: SourceObject, _ test: String, at: Date, now: Date, _ database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO arrival (restoreTest, at, name, size, modified, sha256, seen) VALUES (?, ?, ?, ?, ?, ?, ?) \
        ON CONFLICT DO NOTHING
        """,
      arguments: [
        test, at.milliseconds, source.name, source.size.map { Int64(clamping: $0) }, source.modified?.milliseconds,
        source.sha256, now.milliseconds,
      ])
    try database.execute(
      sql: """
        DELETE FROM arrival WHERE restoreTest = ? AND at NOT IN \
        (SELECT at FROM arrival WHERE restoreTest = ? ORDER BY at DESC LIMIT ?)
        """, arguments: [test, test, memory])
  }

  /// What one of the two does not know says nothing: a run that ended early has no hash.
  private static func isSame(_ source: SourceObject, _ row: Row) -> Bool {
    func agree<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool { one == nil || other == nil || one == other }
    return source.name == row["name"] && agree(source.size.map { Int64(clamping: $0) }, row["size"] as Int64?)
      && agree(source.modified?.milliseconds, row["modified"] as Int64?)
      && agree(source.sha256, row["sha256"] as String?)
  }

  /// The longest gap between new files, in seconds; of many gaps the longest is left out, so that one outage of the past
  /// does not excuse the next. Nil: too little is known.
  private static func rhythm(_ test: String, _ database: Database) throws -> TimeInterval? {
    let times = try Int64.fetchAll(
      database, sql: "SELECT at FROM arrival WHERE restoreTest = ? ORDER BY at", arguments: [test])
    let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) / 1000 }.sorted()
    guard gaps.count >= fewest else { return nil }
    return gaps.count >= 6 ? gaps[gaps.count - 2] : gaps.last
  }
}
