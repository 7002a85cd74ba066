import Foundation
import ProofbackCore
import ProofbackServer

/// When a rule is due, in words.
enum RuleText {
  private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  static func text(_ rule: ScheduleRule) -> String {
    let minute = rule.minuteOfDay % 60
    let time = "\(rule.minuteOfDay / 60):\(minute < 10 ? "0" : "")\(minute) \(rule.timeZone)"
    return switch rule.frequency {
    case .daily: "every day at \(time)"
    case .weekly(let day): "every \(days[day % 7]) at \(time)"
    case .monthly(let day):
      day > 28
        ? "on day \(day) of every month, or its last, at \(time)" : "on day \(day) of every month at \(time)"
    case .cron(let text): "by cron \(text), \(rule.timeZone)"
    }
  }
}

/// A time as people read it in a schedule's zone.
enum ZonedTime {
  static func text(_ date: Date, _ zone: String) -> String {
    var style = Date.ISO8601FormatStyle(timeZone: TimeZone(identifier: zone) ?? .gmt)
    style = style.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space).time(
      includingFractionalSeconds: false)
    return String(date.formatted(style).prefix(16))
  }
}

/// A schedule's line on home.
struct ScheduleRow: Sendable {
  var id: String
  var name: String
  var location: String
  var mark: String
  var word: String
  var proven: String
  var next: String
  var strip: String

  init(_ one: ScheduleStanding, now: Date) {
    let (schedule, standing) = (one.schedule, one.standing)
    id = schedule.id
    name = schedule.test.name
    location = schedule.test.definition.location
    let state = standing.verdict.map { ProofState($0) }
    mark = state?.mark ?? "never"
    word = state?.word ?? "never tested"
    proven = standing.proven.map { Ago.text($0, now: now) } ?? "never"
    next = schedule.paused != nil ? "stopped" : schedule.next.map { Ago.text($0, now: now) } ?? "over"
    strip = Strip.html(standing.recent, most: 30)
  }
}

/// A schedule's page.
struct SchedulePage: Sendable {
  struct Time: Sendable {
    var text: String
  }

  var id: String
  var name: String
  var sentence: String
  var location: String
  var file: String
  var type: String
  var when: String
  var isPaused: Bool
  var tells: String
  var alerts: [String]
  var times: [Time]
  var hasTimes: Bool
  var strip: String
  var hasRuns: Bool
  var list: RunListContent
  /// Address of the list of all its runs.
  var all: String

  static let mostRuns = 50

  init(
    _ schedule: Schedule, _ standing: Standing, runs: [RunRecord], channels: [Channel], alerts: [Alert], now: Date
  ) {
    id = schedule.id
    name = schedule.test.name
    tells = NotifyFields.text(schedule.test.definition.notifications, channels: channels)
    self.alerts = alerts.filter { $0.subject == schedule.test.id }.map { AlertText.fact($0, now: now) }
    let definition = schedule.test.definition
    location = definition.location
    file = definition.filePattern ?? "the location itself"
    type = definition.type?.rawValue ?? "found from the bytes"
    when = RuleText.text(schedule.rule)
    isPaused = schedule.paused != nil
    times =
      isPaused || schedule.next == nil
      ? []
      : schedule.rule.next(min(5, schedule.remaining ?? 5), after: now)
        .filter { time in schedule.until.map { time <= $0 } ?? true }
        .map { Time(text: ZonedTime.text($0, schedule.rule.timeZone)) }
    hasTimes = !times.isEmpty
    strip = Strip.html(standing.recent, most: Standing.mostResults)
    hasRuns = !runs.isEmpty
    list = RunListContent(caption: "Previous restores", runs: runs.map { RunRow($0, now: now) })
    all = "/runs?test=\(schedule.test.id)"
    let proven = standing.proven.map { Ago.text($0, now: now) }
    sentence =
      proven.map { "\(schedule.test.name) was last proven restorable \($0)." }
      ?? "\(schedule.test.name) was never proven restorable."
  }
}
