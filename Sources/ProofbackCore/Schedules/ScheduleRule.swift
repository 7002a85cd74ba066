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
  /// once. Nil when the rule is none, or there is no such time within five years.
  public func next(after date: Date) -> Date? {
    guard let zone = TimeZone(identifier: timeZone) else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let end = date.addingTimeInterval(5 * 366 * 86_400)
    return rules(calendar).compactMap { rule in
      // From the start of the day before, so that the first recurrence is not taken for the start itself.
      let start = calendar.startOfDay(for: date.addingTimeInterval(-86_400))
      return rule.recurrences(of: start, in: date..<end).first { $0 > date }
    }.min()
  }

  /// The next `count` times.
  public func next(_ count: Int, after date: Date) -> [Date] {
    var times: [Date] = []
    while times.count < count, let next = next(after: times.last ?? date) { times.append(next) }
    return times
  }

  private func rules(_ calendar: Calendar) -> [Calendar.RecurrenceRule] {
    let (hours, minutes) = ([minuteOfDay / 60], [minuteOfDay % 60])
    switch frequency {
    case .daily:
      return [
        .init(
          calendar: calendar, frequency: .daily, matchingPolicy: .nextTime, hours: hours, minutes: minutes, seconds: [0]
        )
      ]
    case .weekly(let day):
      return [
        .init(
          calendar: calendar, frequency: .weekly, matchingPolicy: .nextTime, weekdays: [.every(Self.weekdays[day % 7])],
          hours: hours,
          minutes: minutes, seconds: [0])
      ]
    case .monthly(let day):
      // Of the days 28 up to this one, the last that the month has (RFC 5545, BYSETPOS).
      let days = day > 28 ? Array(28...day) : [day]
      return [
        .init(
          calendar: calendar, frequency: .monthly, matchingPolicy: .nextTime, daysOfTheMonth: days, hours: hours,
          minutes: minutes, seconds: [0],
          setPositions: [-1])
      ]
    case .cron(let text): return (try? CronExpression(text)).map { Self.rules($0, calendar) } ?? []
    }
  }

  /// cron runs when the day of the month or the day of the week fits, where both are given (crontab(5)).
  private static func rules(_ cron: CronExpression, _ calendar: Calendar) -> [Calendar.RecurrenceRule] {
    let months = cron.months.count == 12 ? [] : cron.months.map { Calendar.RecurrenceRule.Month($0) }
    func rule(days: [Int], weekdays: [Int]) -> Calendar.RecurrenceRule {
      Calendar.RecurrenceRule(
        calendar: calendar, frequency: .daily, matchingPolicy: .nextTime, months: months, daysOfTheMonth: days,
        weekdays: weekdays.map { .every(Self.weekdays[$0]) }, hours: cron.hours, minutes: cron.minutes, seconds: [0])
    }
    var rules: [Calendar.RecurrenceRule] = []
    if let days = cron.daysOfMonth { rules.append(rule(days: days, weekdays: [])) }
    if let weekdays = cron.daysOfWeek { rules.append(rule(days: [], weekdays: weekdays)) }
    return rules.isEmpty ? [rule(days: [], weekdays: [])] : rules
  }

  private static let weekdays: [Locale.Weekday] = [
    .sunday, .monday, .tuesday, .wednesday, .thursday, .friday, .saturday,
  ]
}
