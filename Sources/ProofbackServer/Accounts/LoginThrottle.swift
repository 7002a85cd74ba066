import Foundation
import Synchronization

/// Slows guessing: after some failures for an account or from an address, the next attempt has to wait, twice as long each
/// time.
final class LoginThrottle: Sendable {
  private struct Failures {
    var count = 0
    var until = Date.distantPast
  }

  private static let free = 5
  private static let longest: TimeInterval = 900
  private static let mostKeys = 10_000
  private let failures = Mutex<[String: Failures]>([:])

  /// Seconds to wait before the next attempt; 0: now.
  func wait(_ keys: [String], now: Date) -> TimeInterval {
    failures.withLock { all in keys.compactMap { all[$0]?.until.timeIntervalSince(now) }.max().map { max(0, $0) } ?? 0 }
  }

  func failed(_ keys: [String], now: Date) {
    failures.withLock { all in
      // A flood of invented logins must not fill memory: those that are over go first.
      if all.count > Self.mostKeys { all = all.filter { $0.value.until > now } }
      if all.count > 2 * Self.mostKeys { all.removeAll() }
      for key in keys {
        var failure = all[key] ?? Failures()
        failure.count += 1
        if failure.count >= Self.free {
          failure.until = now + min(Self.longest, pow(2, Double(failure.count - Self.free)))
        }
        all[key] = failure
      }
    }
  }

  func succeeded(_ keys: [String]) {
    failures.withLock { all in for key in keys { all[key] = nil } }
  }
}
