public import Foundation
import GRDB
public import ProofbackCore

/// The outbox in the embedded state.
public struct Messages: Outbox {
  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func due(now: Date, limit: Int) throws -> [OutboxMessage] {
    try state.read {
      try OutboxRow.fetchAll(
        $0,
        // Beside a minimum the other columns are those of its row (SQLite, "bare columns in an aggregate query").
        sql: """
          SELECT *, MIN(next) FROM outbox WHERE next <= ? AND next IS NOT NULL GROUP BY COALESCE(channel, address) \
          ORDER BY next LIMIT ?
          """,
        arguments: [now.milliseconds, limit]
      ).map(\.message)
    }
  }

  /// The time that it is due at is the lease: whoever moves it has the message, and it comes back by itself.
  public func claim(_ message: OutboxMessage, until: Date) throws -> Bool {
    try state.write {
      try $0.execute(
        sql: "UPDATE outbox SET next = ?, attempts = attempts + 1 WHERE id = ? AND next = ? AND attempts = ?",
        arguments: [until.milliseconds, message.id, message.next?.milliseconds, message.attempts])
      return $0.changesCount == 1
    }
  }

  public func sent(_ id: String, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE outbox SET sent = ?, next = NULL, problem = NULL WHERE id = ? AND sent IS NULL",
        arguments: [now.milliseconds, id])
    }
  }

  public func failed(_ id: String, _ problem: String, retry: Date?, now: Date) throws {
    try state.write {
      try $0.execute(
        sql: "UPDATE outbox SET problem = ?, next = ?, givenUp = ? WHERE id = ? AND sent IS NULL",
        arguments: [problem, retry?.milliseconds, retry == nil ? now.milliseconds : nil, id])
    }
  }

  public func troubled(limit: Int) throws -> [OutboxMessage] {
    try state.read {
      try OutboxRow.fetchAll(
        $0,
        sql: "SELECT * FROM outbox WHERE problem IS NOT NULL AND sent IS NULL ORDER BY created DESC LIMIT ?",
        arguments: [limit]
      ).map(\.message)
    }
  }

  public func forget(before date: Date) throws {
    try state.write {
      try $0.execute(
        sql: "DELETE FROM outbox WHERE next IS NULL AND created < ?", arguments: [date.milliseconds])
    }
  }
}
