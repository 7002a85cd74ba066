import Foundation

/// When a message that failed is tried again: twice as late each time, at most an hour later, a little at random so that
/// many don't come at once, and for a day.
enum Backoff {
  static let first: TimeInterval = 30
  static let longest: TimeInterval = 3600
  static let patience: TimeInterval = 86_400

  /// - Parameters:
  ///   - attempts: that failed so far.
  ///   - chance: from 0 to 1.
  /// - Returns: nil when it is given up.
  static func next(after attempts: Int, created: Date, now: Date, chance: Double) -> Date? {
    let delay = min(longest, first * pow(2, Double(min(max(attempts, 1), 20) - 1)))
    let next = now.addingTimeInterval(delay * (0.75 + 0.5 * chance))
    return next.timeIntervalSince(created) <= patience ? next : nil
  }
}
