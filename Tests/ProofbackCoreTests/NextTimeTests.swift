import Foundation
import ProofbackCore
import Testing

/// Our own arithmetic against Foundation's recurrence rules, which are slow but know all that is to know.
@Suite struct NextTimeTests {
  private static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]

  private func expected(_ rule: ScheduleRule, after date: Date) -> Date? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: rule.timeZone) ?? .gmt
    let (hours, minutes) = ([rule.minuteOfDay / 60], [rule.minuteOfDay % 60])
    let weekdays: [Locale.Weekday] = [.sunday, .monday, .tuesday, .wednesday, .thursday, .friday, .saturday]
    let recurrence: Calendar.RecurrenceRule =
      switch rule.frequency {
      case .weekly(let day):
        .init(
          calendar: calendar, frequency: .weekly, matchingPolicy: .nextTime, weekdays: [.every(weekdays[day])],
          hours: hours, minutes: minutes, seconds: [0])
      case .monthly(let day):
        // Of the days 28 up to this one, the last that the month has (RFC 5545, BYSETPOS).
        .init(
          calendar: calendar, frequency: .monthly, matchingPolicy: .nextTime,
          daysOfTheMonth: day > 28 ? Array(28...day) : [day], hours: hours, minutes: minutes, seconds: [0],
          setPositions: [-1])
      default:
        .init(
          calendar: calendar, frequency: .daily, matchingPolicy: .nextTime, hours: hours, minutes: minutes, seconds: [0]
        )
      }
    let start = calendar.startOfDay(for: date.addingTimeInterval(-86_400))
    return recurrence.recurrences(of: start, in: date..<date.addingTimeInterval(70 * 86_400)).first { $0 > date }
  }

  @Test(arguments: zones) func `the next time is the one that Foundation's rules give`(_ zone: String) {
    var random = SystemRandomNumberGenerator()
    for number in 0..<60 {
      // Around the changes to and from summer time too, and in the hours of the night in which they happen.
      let date = Date(timeIntervalSince1970: 1_800_000_000 + Double(Int.random(in: 0..<40_000_000, using: &random)))
      let minute =
        number.isMultiple(of: 2) ? Int.random(in: 0..<240, using: &random) : Int.random(in: 0..<1440, using: &random)
      let frequency: ScheduleRule.Frequency =
        [.daily, .weekly(day: number % 7), .monthly(day: 1 + number % 31)][number % 3]
      let rule = ScheduleRule(frequency, minuteOfDay: minute, timeZone: zone)
      #expect(rule.next(after: date) == expected(rule, after: date), "\(rule) after \(date.ISO8601Format())")
    }
  }
}
