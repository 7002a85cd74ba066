import Foundation
import ProofbackCore
import Testing

/// Cron expressions when the clock changes, as cron(8) says: what follows the clock comes whenever the clock shows it, what
/// is for a time of the day comes once a day.
@Suite struct SummerTimeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var cron: String
    var zone: String
    var after: String
    var times: [String]
    var testDescription: String { "\(cron) \(zone) after \(after)" }

    init(_ cron: String, _ zone: String, after: String, _ times: [String]) {
      (self.cron, self.zone, self.after, self.times) = (cron, zone, after, times)
    }
  }

  private static let (berlin, lordHowe) = ("Europe/Berlin", "Australia/Lord_Howe")

  static let cases = [
    // Berlin has 02:00 to 03:00 twice on 25 October 2026.
    Case(
      "0 * * * *", berlin, after: "2026-10-24T22:30:00Z",
      ["2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"]),
    Case("@hourly", berlin, after: "2026-10-25T00:00:00Z", ["2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"]),
    Case(
      "*/30 2 * * *", berlin, after: "2026-10-24T23:00:00Z",
      [
        "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z",
        "2026-10-26T01:00:00Z",
      ]),
    Case(
      "0 */2 * * *", berlin, after: "2026-10-24T22:30:00Z",
      ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T03:00:00Z"]),
    Case("30 2 * * *", berlin, after: "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    Case(
      "15,45 1-3 * * *", berlin, after: "2026-10-24T23:30:00Z",
      [
        "2026-10-24T23:45:00Z", "2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z", "2026-10-25T02:15:00Z",
        "2026-10-25T02:45:00Z",
      ]),
    // It leaps from 02:00 to 03:00 on 28 March 2027.
    Case(
      "15 * * * *", berlin, after: "2027-03-27T23:30:00Z",
      ["2027-03-28T00:15:00Z", "2027-03-28T01:15:00Z", "2027-03-28T02:15:00Z"]),
    Case("30 2 * * *", berlin, after: "2027-03-27T12:00:00Z", ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]),
    Case("*/30 2 * * *", berlin, after: "2027-03-27T12:00:00Z", ["2027-03-29T00:00:00Z", "2027-03-29T00:30:00Z"]),
    // Lord Howe has 01:30 to 02:00 twice on 4 April 2027, and leaps from 02:00 to 02:30 on 3 October.
    Case(
      "*/15 * * * *", lordHowe, after: "2027-04-03T14:40:00Z",
      ["2027-04-03T14:45:00Z", "2027-04-03T15:00:00Z", "2027-04-03T15:15:00Z", "2027-04-03T15:30:00Z"]),
    Case("0 * * * *", lordHowe, after: "2027-04-03T14:00:00Z", ["2027-04-03T15:30:00Z", "2027-04-03T16:30:00Z"]),
    Case("45 1 * * *", lordHowe, after: "2027-04-03T12:00:00Z", ["2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"]),
    Case(
      "*/15 * * * *", lordHowe, after: "2027-10-02T15:10:00Z",
      ["2027-10-02T15:15:00Z", "2027-10-02T15:30:00Z", "2027-10-02T15:45:00Z"]),
    Case("15 2 * * *", lordHowe, after: "2027-10-02T12:00:00Z", ["2027-10-02T15:30:00Z", "2027-10-03T15:15:00Z"]),
  ]

  @Test(arguments: cases) func `what follows the clock comes twice or not at all, other times come once`(_ one: Case)
    throws
  {
    let rule = ScheduleRule(.cron(one.cron), minuteOfDay: 0, timeZone: one.zone)
    let after = try Date(one.after, strategy: .iso8601)
    #expect(rule.next(one.times.count, after: after).map { $0.ISO8601Format() } == one.times)
    // A schedule goes from each time to the next.
    var (time, single) = (after, [String]())
    while single.count < one.times.count, let next = rule.next(after: time) {
      single.append(next.ISO8601Format())
      time = next
    }
    #expect(single == one.times)
  }

  /// Minutes and hours that an expression means, for whoever looks at the clock at each minute.
  private static let following: [(cron: String, holds: @Sendable (_ hour: Int, _ minute: Int) -> Bool)] = [
    ("*/7 * * * *", { _, minute in minute.isMultiple(of: 7) }),
    ("5 * * * *", { _, minute in minute == 5 }),
    ("10,50 */3 * * *", { hour, minute in hour.isMultiple(of: 3) && [10, 50].contains(minute) }),
    ("*/20 0-3 * * *", { hour, minute in hour <= 3 && minute.isMultiple(of: 20) }),
  ]

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "UTC"])
  func `what follows the clock comes at each minute at which the clock shows it`(_ zone: String) throws {
    let timeZone = try #require(TimeZone(identifier: zone))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    // A midnight of UTC.
    var change = Date(timeIntervalSince1970: 1_790_035_200)
    for number in 0..<4 {
      change = timeZone.nextDaylightSavingTimeTransition(after: change) ?? change.addingTimeInterval(86_400)
      let start = change.addingTimeInterval(-7200 - 780 * Double(number))
      var shown: [(date: Date, hour: Int, minute: Int)] = []
      for minute in 1...480 {
        let date = start.addingTimeInterval(Double(60 * minute))
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        shown.append((date, try #require(parts.hour), try #require(parts.minute)))
      }
      for (cron, holds) in Self.following {
        let expected = shown.filter { holds($0.hour, $0.minute) }.map(\.date)
        let rule = ScheduleRule(.cron(cron), minuteOfDay: 0, timeZone: zone)
        #expect(!expected.isEmpty)
        #expect(rule.next(expected.count, after: start) == expected, "\(cron) after \(start.ISO8601Format())")
      }
    }
  }
}
