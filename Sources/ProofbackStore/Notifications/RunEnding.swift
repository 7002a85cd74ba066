import Foundation
import GRDB
import ProofbackCore

/// What follows from a run's end, in the transaction that ends it. Every way in which a run ends comes through here.
enum RunEnding {
  /// - Parameter source: the file that it found, when it has a report.
  static func follow(_ id: String, source: SourceObject?, now: Date, _ database: Database) throws {
    try Spending.settle(id, now: now, database)
    if try Runs.deleteUnwanted(id, database) { return }
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT restoreTest, verdict, \(RunNews.isNews("run")) AS isNews FROM run WHERE id = ?",
        arguments: [id]),
      let testID = row["restoreTest"] as String?, let test = try RestoreTests.test(testID, database),
      let verdict = (row["verdict"] as String?).flatMap(Verdict.init(rawValue:))
    else { return }
    // Whoever cancels a run knows of it, and of a run that another one follows that other one tells.
    guard row["isNews"] as Bool else { return }
    if let source { try Arrivals.note(source, of: test, now: now, database) }
    let rule = test.definition.notifications ?? NotificationRule()
    if verdict == .passed, let address = rule.heartbeat {
      var message = OutboxMessage(id: Identifier.make(), reason: .everyRun, created: now)
      (message.address, message.run) = (address, id)
      try OutboxRow.insert(message, database)
    }
    guard let reason = rule.reason(for: verdict, after: try earlierVerdict(id, testID, database)) else { return }
    for channel in rule.chosen(of: try channels(database)) {
      var message = OutboxMessage(id: Identifier.make(), reason: reason, created: now)
      (message.channel, message.run) = (channel, id)
      try OutboxRow.insert(message, database)
    }
  }

  static func channels(_ database: Database) throws -> [String] {
    try String.fetchAll(database, sql: "SELECT id FROM channel ORDER BY name")
  }

  private static func earlierVerdict(_ id: String, _ test: String, _ database: Database) throws -> Verdict? {
    try String.fetchOne(
      database,
      sql: """
        SELECT verdict FROM run WHERE restoreTest = ? AND id <> ? AND state = 'ended' AND \(RunNews.isNews("run")) \
        ORDER BY place DESC LIMIT 1
        """, arguments: [test, id]
    ).flatMap(Verdict.init(rawValue:))
  }
}
