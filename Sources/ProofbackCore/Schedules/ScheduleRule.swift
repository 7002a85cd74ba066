public import Foundation

/// When a schedule is due, in a time zone.
public struct ScheduleRule: Sendable, Codable, Equatable {
  public enum Frequency: Sendable, Codable, Equatable {
    case daily
    /// 0 is Sunday.
    case weekly(day: Int)
    /// A day that a month does not have means its last.
    case monthly(day: Int)
    case cron(String)
  }

  public var frequency: Frequency
  /// Minutes after midnight; a cron expression has times of its own.
  public var minuteOfDay: Int
  /// IANA name, such as `Europe/Berlin`.
  public var timeZone: String

  public init(_ frequency: Frequency, minuteOfDay: Int, timeZone: String) {
    self.frequency = frequency
    self.minuteOfDay = minuteOfDay
    self.timeZone = timeZone
  }

  /// The first time after `date`. A time that the clock leaps over comes at the leap's end; one that comes twice counts
  /// once, unless a cron expression follows the clock. Nil when the rule is none, or there is no such time within five years.
  ///
  /// Foundation's recurrence rules say the same, but need up to 4 ms for it; this takes microseconds, and ten thousand
  /// schedules may be due in one minute.
  public func next(after date: Date) -> Date? { next(1, after: date).first }

  /// The next `count` times.
  public func next(_ count: Int, after date: Date) -> [Date] {
    guard count > 0, let zone = TimeZone(identifier: timeZone), let times else { return [] }
    let clock = LocalClock(zone: zone)
    let today = clock.day(of: date)
    var found: [Date] = []
    for number in (today - 1)...(today + 5 * 366) where times.fits(CivilDay(number: number)) {
      for time in times.of(number, clock) {
        guard time > found.last ?? date else { continue }
        found.append(time)
        if found.count == count { return found }
      }
    }
    return found
  }

  /// Minutes of the day, in order, and the days that they hold for.
  private struct Times {
    var minutes: [Int]
    /// See `CronExpression.followsClock`.
    var followsClock = false
    var fits: (CivilDay) -> Bool

    /// Those of a day, in order.
    func of(_ day: Int, _ clock: LocalClock) -> [Date] {
      followsClock
        ? clock.moments(day: day, minutes: minutes) : minutes.map { clock.date(day: day, minute: $0) }
    }
  }

  /// Nil when the cron expression is none.
  private var times: Times? {
    switch frequency {
    case .daily: return Times(minutes: [minuteOfDay]) { _ in true }
    case .weekly(let day): return Times(minutes: [minuteOfDay]) { $0.weekday == day % 7 }
    case .monthly(let day): return Times(minutes: [minuteOfDay]) { $0.day == min(day, $0.daysInMonth) }
    case .cron(let text):
      guard let cron = try? CronExpression(text) else { return nil }
      let months = Set(cron.months)
      let days = cron.daysOfMonth.map { Set($0) }
      let weekdays = cron.daysOfWeek.map { Set($0) }
      let minutes = cron.hours.flatMap { hour in cron.minutes.map { hour * 60 + $0 } }
      return Times(minutes: minutes, followsClock: cron.followsClock) { day in
        guard months.contains(day.month) else { return false }
        // cron runs when the day of the month or the day of the week fits, where both are given (crontab(5)).
        if let days, let weekdays { return days.contains(day.day) || weekdays.contains(day.weekday) }
        return days?.contains(day.day) ?? weekdays?.contains(day.weekday) ?? true
      }
    }
  }
}
