public import Foundation

/// How long a schedule goes on.
public enum Repetition: Sendable, Codable, Equatable {
  case forEver
  case times(Int)
  case until(Date)
}

/// When a restore test runs.
public struct Schedule: Sendable, Equatable, Identifiable {
  public var id: String
  public var test: RestoreTest
  public var rule: ScheduleRule
  /// Runs that are still to come; nil: no number is set.
  public var remaining: Int?
  public var until: Date?
  /// Nil: it is over.
  public var next: Date?
  public var paused: Date?
  public var created: Date

  public init(
    id: String, test: RestoreTest, rule: ScheduleRule, remaining: Int? = nil, until: Date? = nil, next: Date? = nil,
    paused: Date? = nil, created: Date
  ) {
    self.id = id
    self.test = test
    self.rule = rule
    self.remaining = remaining
    self.until = until
    self.next = next
    self.paused = paused
    self.created = created
  }

  public mutating func set(_ repetition: Repetition) {
    (remaining, until) =
      switch repetition {
      case .forEver: (nil, nil)
      case .times(let count): (count, nil)
      case .until(let date): (nil, date)
      }
  }

  /// The first time after `date`; nil when it is over.
  public func nextTime(after date: Date) -> Date? {
    if let remaining, remaining <= 0 { return nil }
    guard let time = rule.next(after: date) else { return nil }
    return until.map { time <= $0 } ?? true ? time : nil
  }
}
