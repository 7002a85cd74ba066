import Foundation
import Synchronization

/// Which refused logins the audit trail is told of: one for each login and address in a minute, so that guessing does not
/// fill it. Together with `LoginThrottle`, which makes guesses rare, an account has some hundred lines a day at most.
final class RefusalNotes: Sendable {
  private static let interval: TimeInterval = 60
  private static let mostKeys = 10_000
  private let noted = Mutex<[String: Date]>([:])

  /// Whether this one is written down.
  func isNew(_ login: String, _ address: String, now: Date) -> Bool {
    let key = "\(login.lowercased().prefix(100)) \(address)"
    return noted.withLock { noted in
      if let last = noted[key], now.timeIntervalSince(last) < Self.interval { return false }
      if noted.count >= Self.mostKeys { noted = noted.filter { now.timeIntervalSince($0.value) < Self.interval } }
      // A flood of invented logins: rather too few lines than too much memory.
      if noted.count >= Self.mostKeys { return false }
      noted[key] = now
      return true
    }
  }
}
