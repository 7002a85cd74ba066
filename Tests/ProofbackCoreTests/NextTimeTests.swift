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
    // The same every time: in the half hour that Lord Howe passes over in spring Foundation waits for the next week, and a
    // schedule does not.
    var random = Seeded()
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

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
private struct Seeded: RandomNumberGenerator {
  private var state: UInt64 = 2027
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
