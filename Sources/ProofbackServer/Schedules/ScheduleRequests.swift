public import Foundation
public import ProofbackCore

/// Saving schedules: what the form says, checked.
public struct ScheduleRequests: Sendable {
  /// The form's fields beside those of a single run.
  public struct Form: Sendable, Equatable {
    public var name = ""
    /// `daily`, `weekly`, `monthly` or `cron`.
    public var frequency = "daily"
    /// `03:15`
    public var time = "03:00"
    /// 0 is Sunday.
    public var weekday = "1"
    public var monthday = "1"
    public var cron = ""
    public var timeZone = "UTC"
    /// `ever`, `times` or `until`.
    public var repetition = "ever"
    public var times = "10"
    /// `2027-01-31`
    public var until = ""
    public var run = RunRequests.Form()
    public var notifications = NotificationForm()
    public init() {}
  }

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `FormProblems`.
  public func add(_ form: Form, by actor: Actor) throws -> Schedule {
    let (name, definition, rule, repetition) = try read(form, now: actor.at)
    do {
      return try state.kept.schedules.add(name: name, definition, rule, repetition, by: actor)
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another schedule is named \(UntrustedText.line(name, limit: 60))")
    }
  }

  /// - Throws: `FormProblems`.
  public func change(_ id: String, _ form: Form, by actor: Actor) throws {
    let (name, definition, rule, repetition) = try read(form, now: actor.at)
    do {
      try state.kept.schedules.change(id, name: name, definition, rule, repetition, by: actor)
    } catch StoreError.alreadyThere {
      throw FormProblems("name", "another schedule is named \(UntrustedText.line(name, limit: 60))")
    }
  }

  /// What a form says, all of it checked and nothing saved.
  /// - Throws: `FormProblems`.
  public func definition(_ form: Form, now: Date) throws -> RestoreTestDefinition { try read(form, now: now).1 }

  /// The rule alone, for showing its next times.
  /// - Throws: `FormProblems`.
  public static func rule(_ form: Form) throws -> ScheduleRule {
    if form.frequency == "cron" {
      let (zone, cron) = try FieldRules.all({ try Self.zone(form) }, { try Self.cron(form) })
      return ScheduleRule(.cron(cron), minuteOfDay: 0, timeZone: zone)
    }
    let (zone, frequency, minute) = try FieldRules.all(
      { try Self.zone(form) }, { try Self.frequency(form) }, { try Self.minutes(form.time) })
    return ScheduleRule(frequency, minuteOfDay: minute, timeZone: zone)
  }

  private static func zone(_ form: Form) throws -> String {
    let (field, zone, example) = ("timeZone", form.timeZone, "Europe/Berlin, UTC")
    guard !zone.isEmpty else { throw FormProblem(field, "it is empty", hint: example) }
    guard zone.utf8.count <= 500, TimeZone(identifier: zone) != nil else {
      throw FormProblem(field, "there is no time zone \(UntrustedText.line(zone, limit: 60))", hint: example)
    }
    return zone
  }

  private static func cron(_ form: Form) throws -> String {
    guard form.cron.utf8.count <= 500 else {
      throw FormProblem("cron", "it has \(form.cron.utf8.count) bytes", hint: "500 are allowed")
    }
    do { _ = try CronExpression(form.cron) } catch let problem as CronExpression.Problem {
      throw FormProblem("cron", problem.fact, hint: "for example 15 3 * * mon-fri")
    }
    return form.cron
  }

  /// A name from the file's: `shop` of `shop-*.sql.gz`. Empty when there is nothing to make one from.
  public static func proposedName(_ form: RunRequests.Form) -> String {
    let file = form.file.isEmpty ? form.location.split(separator: "/").last.map(String.init) ?? "" : form.file
    let stem = file.prefix { $0 != "." && $0 != "*" && $0 != "?" && $0 != "[" }
    let name = UntrustedText.line(stem.trimmingCharacters(in: CharacterSet(charactersIn: " -_@")), limit: 80)
    return name.isEmpty ? UntrustedText.line(file, limit: 80) : name
  }

  private static func frequency(_ form: Form) throws -> ScheduleRule.Frequency {
    switch form.frequency {
    case "daily": return .daily
    case "weekly":
      guard let day = Int(form.weekday), (0...6).contains(day) else { throw FormProblem("weekday", "it is no weekday") }
      return .weekly(day: day)
    case "monthly":
      guard let day = Int(form.monthday), (1...31).contains(day) else {
        throw FormProblem("monthday", "it is no day from 1 to 31")
      }
      return .monthly(day: day)
    default: throw FormProblem("frequency", "there is no frequency \(UntrustedText.line(form.frequency, limit: 40))")
    }
  }

  private static func minutes(_ text: String) throws -> Int {
    guard let match = text.wholeMatch(of: /([0-9]{1,2}):([0-9]{2})/), let hour = Int(match.output.1),
      let minute = Int(match.output.2), hour < 24, minute < 60
    else { throw FormProblem("time", "\(UntrustedText.line(text, limit: 20)) is no time", hint: "for example 03:15") }
    return hour * 60 + minute
  }

  private static func repetition(_ form: Form, _ rule: ScheduleRule, now: Date) throws -> Repetition {
    switch form.repetition {
    case "ever": return .forEver
    case "times":
      guard let count = Int(form.times), (1...100_000).contains(count) else {
        throw FormProblem("times", "\(UntrustedText.line(form.times, limit: 20)) is no number of times")
      }
      return .times(count)
    case "until":
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = TimeZone(identifier: rule.timeZone) ?? .gmt
      guard let match = form.until.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/),
        let day = day(match.output, calendar),
        let end = calendar.date(byAdding: .day, value: 1, to: day)?.addingTimeInterval(-1)
      else { throw FormProblem("until", "\(UntrustedText.line(form.until, limit: 20)) is no date", hint: "2027-01-31") }
      guard end > now else { throw FormProblem("until", "\(form.until) is over") }
      return .until(end)
    default: throw FormProblem("repetition", "it is neither for ever, a number of times, nor until a date")
    }
  }

  /// Nil for a day that no calendar has, which Foundation would roll over: 2027-02-31.
  private static func day(_ parts: (Substring, Substring, Substring, Substring), _ calendar: Calendar) -> Date? {
    let components = DateComponents(
      calendar: calendar, year: Int(parts.1), month: Int(parts.2), day: Int(parts.3))
    return components.isValidDate ? components.date : nil
  }

  private func read(
    _ form: Form, now: Date
  ) throws -> (String, RestoreTestDefinition, ScheduleRule, Repetition) {
    var problems: [FormProblem] = []
    func attempt<Value>(_ work: () throws -> Value) throws -> Value? {
      do { return try work() } catch let problem as FormProblem {
        problems.append(problem)
      } catch let several as FormProblems {
        problems += several.problems
      }
      return nil
    }
    let given = form.name.trimmingCharacters(in: .whitespaces)
    let name = try attempt { try FieldRules.name(given.isEmpty ? Self.proposedName(form.run) : given, field: "name") }
    var definition = try attempt { try RunRequests(state).definition(form.run) }
    // Nil within nil: it is as nobody has changed it.
    let told = try attempt { try form.notifications.rule(state) }
    definition?.notifications = told ?? nil
    let rule = try attempt { try Self.rule(form) }
    let repetition = try attempt {
      try Self.repetition(form, rule ?? ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), now: now)
    }
    guard problems.isEmpty, let name, let definition, let rule, let repetition else { throw FormProblems(problems) }
    guard rule.next(after: now) != nil else { throw FormProblems("frequency", "it never comes") }
    return (name, definition, rule, repetition)
  }
}
