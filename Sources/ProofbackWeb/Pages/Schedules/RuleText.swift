import Foundation
import ProofbackCore

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

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  /// `Mon`
  static func weekday(_ date: Date, _ zone: String) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    return days[(calendar.component(.weekday, from: date) + 6) % 7]
  }
}
