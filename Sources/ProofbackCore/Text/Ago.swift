public import Foundation

/// `7 hours ago`, `just now`, `in 3 days`.
public enum Ago {
  private static let steps: [(seconds: Double, word: String)] = [
    (86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3600, "hour"), (60, "minute"),
  ]

  public static func text(_ date: Date, now: Date) -> String {
    let distance = now.timeIntervalSince(date)
    for step in steps where abs(distance) >= step.seconds {
      let count = Int(abs(distance) / step.seconds)
      let span = "\(count) \(step.word)\(count == 1 ? "" : "s")"
      return distance > 0 ? "\(span) ago" : "in \(span)"
    }
    return distance >= 0 ? "just now" : "in a moment"
  }
}
