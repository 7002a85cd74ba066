import Foundation
import GRDB
import ProofbackCore

/// A message's row, and the one way in which rows are made.
struct OutboxRow: FetchableRecord {
  let message: OutboxMessage

  init(row: Row) throws {
    func date(_ column: String) -> Date? { (row[column] as Int64?).map(Date.init(milliseconds:)) }
    var message = OutboxMessage(
      id: row["id"], reason: NotificationReason(rawValue: row["reason"]) ?? .everyRun,
      created: Date(milliseconds: row["created"]))
    message.channel = row["channel"]
    message.address = row["address"]
    message.run = row["run"]
    message.alerts = (row["alerts"] as String).split(separator: " ").map(String.init)
    message.next = date("next")
    message.attempts = row["attempts"]
    message.problem = row["problem"]
    message.sent = date("sent")
    message.givenUp = date("givenUp")
    self.message = message
  }

  /// Nothing happens when there is one of the same run or alerts, channel and reason.
  static func insert(_ message: OutboxMessage, _ database: Database) throws {
    let about = message.run ?? message.alerts.joined(separator: " ")
    let once = [about, message.channel ?? "heartbeat", message.reason.rawValue].joined(separator: "/")
    try database.execute(
      sql: """
        INSERT INTO outbox (id, once, reason, channel, address, run, alerts, created, next) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once) DO NOTHING
        """,
      arguments: [
        message.id, once, message.reason.rawValue, message.channel, message.address, message.run,
        message.alerts.joined(separator: " "), message.created.milliseconds, message.created.milliseconds,
      ])
  }
}
