import Foundation
import ProofbackCore
import Testing

@Suite struct ScheduleTests {
  private static func date(_ text: String) -> Date {
    (try? Date(text, strategy: .iso8601)) ?? .distantPast
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var rule: ScheduleRule
    var after: String
    var times: [String]
    var testDescription: String { "\(rule.frequency) after \(after)" }
  }

  private static func rule(_ frequency: ScheduleRule.Frequency, _ hour: Int, _ minute: Int, _ zone: String = "UTC")
    -> ScheduleRule
  {
    ScheduleRule(frequency, minuteOfDay: hour * 60 + minute, timeZone: zone)
  }

  static let cases = [
    Case(
      rule: rule(.daily, 3, 15), after: "2026-11-25T03:15:00Z", times: ["2026-11-26T03:15:00Z", "2026-11-27T03:15:00Z"]
    ),
    Case(rule: rule(.daily, 3, 15), after: "2026-11-25T03:14:59Z", times: ["2026-11-25T03:15:00Z"]),
    Case(
      rule: rule(.weekly(day: 1), 4, 0), after: "2026-11-25T00:00:00Z",
      times: ["2026-11-30T04:00:00Z", "2026-12-07T04:00:00Z"]),
    Case(
      rule: rule(.monthly(day: 31), 4, 0), after: "2027-01-31T04:00:00Z",
      times: ["2027-02-28T04:00:00Z", "2027-03-31T04:00:00Z", "2027-04-30T04:00:00Z"]),
    Case(rule: rule(.monthly(day: 29), 4, 0), after: "2028-02-01T00:00:00Z", times: ["2028-02-29T04:00:00Z"]),
    Case(rule: rule(.monthly(day: 1), 0, 0), after: "2026-12-01T00:00:00Z", times: ["2027-01-01T00:00:00Z"]),
    // Berlin leaps from 02:00 to 03:00 on 28 March 2027, and has 02:30 twice on 31 October.
    Case(
      rule: rule(.daily, 2, 30, "Europe/Berlin"), after: "2027-03-27T12:00:00Z",
      times: ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]),
    Case(
      rule: rule(.daily, 2, 30, "Europe/Berlin"), after: "2027-10-30T12:00:00Z",
      times: ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]),
    Case(
      rule: rule(.cron("*/20 2-3 * * mon-fri"), 0, 0), after: "2026-11-27T03:40:00Z",
      times: ["2026-11-30T02:00:00Z", "2026-11-30T02:20:00Z"]),
    // Both kinds of day: either one.
    Case(
      rule: rule(.cron("0 5 1 * 0"), 0, 0), after: "2026-11-28T00:00:00Z",
      times: ["2026-11-29T05:00:00Z", "2026-12-01T05:00:00Z"]),
    Case(rule: rule(.cron("0 0 29 2 *"), 0, 0), after: "2026-11-25T00:00:00Z", times: ["2028-02-29T00:00:00Z"]),
    Case(rule: rule(.cron("@weekly"), 0, 0), after: "2026-11-25T00:00:00Z", times: ["2026-11-29T00:00:00Z"]),
  ]

  @Test(arguments: cases) func `the next times are those that people expect`(_ one: Case) {
    let times = one.rule.next(one.times.count, after: Self.date(one.after)).map { $0.ISO8601Format() }
    #expect(times == one.times)
  }

  @Test(arguments: [
    "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *",
    "1,,2 * * * *", "a * * * *", "0 0 30 2 *", "@reboot", "+5 * * * *",
  ])
  func `what is no cron expression is refused, and says what is wrong`(_ text: String) {
    #expect(throws: CronExpression.Problem.self) { try CronExpression(text) }
  }
}
