public import Foundation
import GRDB
import ProofbackCore

extension Alerts {
  /// All that was opened since the last time goes out together: when a server comes back after a night, each channel gets
  /// one message, not one for each schedule.
  public func tell(now: Date) throws {
    let untold = "alert.told IS NULL AND alert.closed IS NULL"
    let isAny = try state.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM alert WHERE \(untold))") }
    guard isAny == true else { return }
    try state.write { database in
      let channels = try RunEnding.channels(database)
      var told: [String: [String]] = [:]
      for alert in try Self.fetch(database, "\(untold) ORDER BY since, alert.id", []) {
        for channel in try Self.audience(alert, channels, database) { told[channel, default: []].append(alert.id) }
        try database.execute(
          sql: "UPDATE alert SET told = ? WHERE id = ?", arguments: [now.milliseconds, alert.id])
      }
      for (channel, alerts) in told {
        var message = OutboxMessage(id: Identifier.make(), reason: .silence, created: now)
        (message.channel, message.alerts) = (channel, alerts)
        try OutboxRow.insert(message, database)
      }
    }
  }

  private static func audience(_ alert: Alert, _ channels: [String], _ database: Database) throws -> [String] {
    // Somebody has what only one machine was given: that is everybody's matter.
    if alert.kind == .claim { return channels }
    guard alert.kind != .channel else { return channels.filter { $0 != alert.subject } }
    guard let test = try RestoreTests.test(alert.subject, database) else { return [] }
    let rule = test.definition.notifications ?? NotificationRule()
    return rule.reasons.contains(.silence) ? rule.chosen(of: channels) : []
  }
}
