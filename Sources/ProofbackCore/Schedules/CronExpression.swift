/// Five fields, as crontab(5) of Debian's cron writes them: minute, hour, day of month, month, day of week. Lists, ranges,
/// steps and names are understood; `@daily` and its like too, but for `@reboot`.
public struct CronExpression: Sendable, Equatable {
  public var minutes: [Int]
  public var hours: [Int]
  /// Nil: every day of the month.
  public var daysOfMonth: [Int]?
  public var months: [Int]
  /// 0 is Sunday. Nil: every day of the week.
  public var daysOfWeek: [Int]?

  /// Its minute or hour begins with `*`: it means whatever the clock shows. When summer time ends, it comes in both of the
  /// hours that the clock shows twice, and when summer time begins, not at what the clock leaps over. Others are for a time
  /// of the day, and come once (cron(8) of cronie and of Debian's cron; their entry.c has MIN_STAR and HR_STAR).
  public var followsClock: Bool

  /// What is wrong with an expression, as a lower-case fact.
  public struct Problem: Error, Sendable, Equatable {
    public var fact: String
  }

  private static let nicknames = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  /// - Throws: `Problem`.
  public init(_ text: String) throws {
    let written = Self.nicknames[text.lowercased()] ?? text
    let fields = written.split(whereSeparator: \.isWhitespace)
    guard fields.count == 5 else {
      throw Problem(fact: "it has \(fields.count) fields, not 5 (minute, hour, day of month, month, day of week)")
    }
    minutes = try Self.values(fields[0], "minute", 0...59, [])
    hours = try Self.values(fields[1], "hour", 0...23, [])
    let daysOfMonth = try Self.values(fields[2], "day of month", 1...31, [])
    months = try Self.values(fields[3], "month", 1...12, Self.monthNames, first: 1)
    let daysOfWeek = Set(try Self.values(fields[4], "day of week", 0...7, Self.dayNames).map { $0 % 7 }).sorted()
    self.daysOfMonth = fields[2].hasPrefix("*") && daysOfMonth.count == 31 ? nil : daysOfMonth
    self.daysOfWeek = fields[4].hasPrefix("*") && daysOfWeek.count == 7 ? nil : daysOfWeek
    followsClock = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
    try checkDays()
  }

  /// The 30th of February never comes.
  private func checkDays() throws {
    guard let daysOfMonth, daysOfWeek == nil, let first = daysOfMonth.min() else { return }
    let longest = months.map { [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][$0 - 1] }.max() ?? 31
    if first > longest { throw Problem(fact: "the day \(first) is in none of its months") }
  }

  private static func values(
    _ field: Substring, _ name: String, _ range: ClosedRange<Int>, _ names: [String], first: Int = 0
  ) throws -> [Int] {
    var values: Set<Int> = []
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let step = pieces.count > 1 ? Int(pieces[1]) ?? 0 : 1
      guard step > 0, step <= range.upperBound else { throw problem(field, name) }
      let bounds = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      func number(_ text: Substring) throws -> Int {
        let value = Int(text) ?? names.firstIndex(of: text.lowercased()).map { $0 + first }
        guard let value, range.contains(value), !text.hasPrefix("+") else { throw problem(field, name) }
        return value
      }
      let span: ClosedRange<Int>
      if pieces[0] == "*" {
        span = range
      } else if bounds.count == 2 {
        let (low, high) = (try number(bounds[0]), try number(bounds[1]))
        guard low <= high else { throw problem(field, name) }
        span = low...high
      } else {
        let low = try number(bounds[0])
        span = pieces.count > 1 ? low...range.upperBound : low...low
      }
      values.formUnion(stride(from: span.lowerBound, through: span.upperBound, by: step))
    }
    return values.sorted()
  }

  private static func problem(_ field: Substring, _ name: String) -> Problem {
    Problem(fact: "its \(name) is \(UntrustedText.line(field, limit: 40)), which is none")
  }
}
