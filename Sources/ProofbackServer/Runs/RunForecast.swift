public import Foundation
public import ProofbackCore

/// How long a run will take, from the past of its restore test.
public enum RunForecast {
  /// Runs of the past that count.
  private static let most = 5

  /// How many runs of a restore test are looked through for them.
  public static let looksBack = 30

  /// Seconds that a run takes as a rule: the median of the last passed ones. Nil when none passed.
  /// - Parameter past: runs of one restore test, the newest first.
  public static func seconds(_ past: [RunRecord]) -> Double? {
    let lengths = past.filter { $0.verdict == .passed }.compactMap(\.seconds).prefix(most).sorted()
    return lengths.isEmpty ? nil : lengths[lengths.count / 2]
  }

  /// `about 20 s left`; nil when nothing is known, or it takes longer than it ever did.
  public static func left(_ run: RunRecord, expected: Double?, now: Date) -> String? {
    guard let expected, let started = run.started else { return nil }
    let left = expected - now.timeIntervalSince(started)
    return left >= 1 ? "about \(Quantity.text(seconds: left.rounded())) left" : nil
  }
}

extension RunRecord {
  /// From its start to its end.
  public var seconds: Double? {
    guard let started, let ended else { return nil }
    return ended.timeIntervalSince(started)
  }
}
