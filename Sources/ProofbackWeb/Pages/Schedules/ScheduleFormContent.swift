import ProofbackCore
import ProofbackServer

/// The form of a schedule with what can be chosen in it.
struct ScheduleFormContent: Sendable {
  var action: String
  var title: String
  var schedule: ScheduleRequests.Form
  var backup: BackupFields
  var problems: [String: String]
  /// The place that was tried, so that the next "Save" saves; empty: none was.
  var checked: String
  var frequencies: [Choice]
  var weekdays: [Choice]
  var repetitions: [Choice]
  var tells: NotifyFields
  /// The next times as things stand, for who has no script.
  var times: [String]
  var timesProblem: String?

  /// - Parameter ids: before the ids of the backup's fields.
  init(
    _ visit: Visit, action: String, title: String, schedule: ScheduleRequests.Form, problems: FormProblems? = nil,
    check: LocationCheck.Outcome? = nil, ids: String = ""
  ) throws {
    self.action = action
    self.title = title
    self.schedule = schedule
    backup = try BackupFields(visit, form: schedule.run, problems: problems, check: check, ids: ids, hasBaseline: true)
    checked = check == nil ? "" : schedule.run.place
    self.problems = backup.problems
    tells = NotifyFields(schedule.notifications, channels: try visit.state.kept.channels.all())
    func choices(_ all: [(String, String)], _ chosen: String) -> [Choice] {
      all.map { Choice(value: $0.0, label: $0.1, isChosen: $0.0 == chosen) }
    }
    frequencies = choices(
      [("daily", "every day"), ("weekly", "every week"), ("monthly", "every month"), ("cron", "by a cron expression")],
      schedule.frequency)
    weekdays = choices(
      [
        ("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"),
        ("0", "Sunday"),
      ], schedule.weekday)
    repetitions = choices(
      [("ever", "for ever"), ("times", "a number of times"), ("until", "until a date")], schedule.repetition)
    let preview = SchedulePreview.times(schedule, visit)
    (times, timesProblem) = (preview.times, preview.problem)
  }
}

extension ScheduleRequests.Form {
  init(_ visit: Visit) {
    self.init()
    name = visit.field("name")
    for (name, field) in Self.ruleFields { self[keyPath: field] = visit.field(name) }
    run = RunRequests.Form(visit)
    notifications = NotificationForm(visit)
  }

  /// As it was saved.
  init(_ schedule: Schedule) {
    self.init()
    name = schedule.test.name
    run = RunRequests.Form(schedule.test.definition)
    notifications = NotificationForm(schedule.test.definition.notifications)
    timeZone = schedule.rule.timeZone
    let (hour, minute) = (schedule.rule.minuteOfDay / 60, schedule.rule.minuteOfDay % 60)
    time = "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    switch schedule.rule.frequency {
    case .daily: frequency = "daily"
    case .weekly(let day): (frequency, weekday) = ("weekly", String(day))
    case .monthly(let day): (frequency, monthday) = ("monthly", String(day))
    case .cron(let text): (frequency, cron) = ("cron", text)
    }
    if let remaining = schedule.remaining { (repetition, times) = ("times", String(remaining)) }
    if let end = schedule.until {
      (repetition, until) = ("until", String(ZonedTime.text(end, timeZone).prefix(10)))
    }
  }
}
