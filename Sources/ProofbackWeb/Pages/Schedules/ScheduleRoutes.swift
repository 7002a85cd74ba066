import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Schedules: made, looked at, changed, stopped, deleted.
enum ScheduleRoutes {
  static let all: [Route] = [
    .get("/schedules/new", .person) { visit in
      try form(visit, .init(), action: "/schedules", title: "Schedule regular tests")
    },
    .get("/schedules/preview", .person, SchedulePreview.show),
    .post("/schedules", .person, add), .get("/schedules/{id}", .person, show),
    .get("/schedules/{id}/edit", .person, edit), .post("/schedules/{id}", .person, change),
    .post("/schedules/{id}/run", .person, run), .post("/schedules/{id}/stop", .person, stop),
    .post("/schedules/{id}/resume", .person, resume), .post("/schedules/{id}/baseline", .person, newBaseline),
    .get("/schedules/{id}/checks", .person, CheckRoutes.show),
    .post("/schedules/{id}/checks", .person, CheckRoutes.accept), .post("/schedules/{id}/delete", .person, delete),
  ]

  static func form(
    _ visit: Visit, _ form: ScheduleRequests.Form, action: String, title: String, problems: FormProblems? = nil,
    check: LocationCheck.Outcome? = nil
  ) throws -> Response {
    visit.page(
      "scheduleForm", title,
      try ScheduleFormContent(visit, action: action, title: title, schedule: form, problems: problems, check: check),
      status: problems == nil ? .ok : .unprocessableContent)
  }

  @Sendable private static func add(_ visit: Visit) async throws -> Response {
    try await save(visit, action: "/schedules", title: "Schedule regular tests") { form in
      try ScheduleRequests(visit.state).add(form, by: visit.actor).id
    }
  }

  /// What the location holds is shown before anything is saved: the form comes back with it, and is sent once more.
  private static func save(
    _ visit: Visit, action: String, title: String, _ save: (ScheduleRequests.Form) throws -> String
  ) async throws -> Response {
    let form = ScheduleRequests.Form(visit)
    // The next times were asked for: the form as it was typed.
    if visit.field("do") == "times" { return try Self.form(visit, form, action: action, title: title) }
    do {
      if visit.field("do") != "check", visit.field("checked") == form.run.place {
        return visit.go(to: "/schedules/\(try save(form))")
      }
      let definition = try ScheduleRequests(visit.state).definition(form, now: visit.now)
      let outcome = try await LocationCheck(visit.state).check(definition)
      return try Self.form(visit, form, action: action, title: title, check: outcome)
    } catch let problems as FormProblems {
      return try Self.form(visit, form, action: action, title: title, problems: problems)
    }
  }

  @Sendable private static func show(_ visit: Visit) throws -> Response {
    let schedule = try schedule(visit)
    let runs = try visit.state.kept.history.newest(of: schedule.test.id, limit: PreviousRestores.inStrip + 1)
    guard let standing = try visit.state.kept.standings.standing(of: schedule.test.id) else {
      throw StoreError.notThere
    }
    let keys = try schedule.test.definition.credentials.compactMap {
      try visit.state.kept.credentials.credential($0)?.name
    }
    return visit.page(
      "schedule", schedule.test.name,
      SchedulePage(
        schedule, standing, runs: runs, keys: keys, servers: try visit.state.serverNames(),
        channels: try visit.state.kept.channels.all(),
        baseline: try baseline(of: schedule, visit), drill: try drill(of: schedule, visit),
        alerts: try visit.state.kept.alerts.open(limit: 1000),
        previous: visit.part(PreviousRestores(runs, of: schedule)), now: visit.now))
  }

  @Sendable private static func edit(_ visit: Visit) throws -> Response {
    let schedule = try schedule(visit)
    return try form(
      visit, ScheduleRequests.Form(schedule), action: "/schedules/\(schedule.id)", title: "Modify \(schedule.test.name)"
    )
  }

  @Sendable private static func change(_ visit: Visit) async throws -> Response {
    let schedule = try schedule(visit)
    return try await save(visit, action: "/schedules/\(schedule.id)", title: "Modify \(schedule.test.name)") { form in
      try ScheduleRequests(visit.state).change(schedule.id, form, by: visit.actor)
      return schedule.id
    }
  }

  @Sendable private static func run(_ visit: Visit) throws -> Response {
    let schedule = try schedule(visit)
    let test = schedule.test
    do {
      let run = try visit.site.requests.again(
        test.definition, title: test.name, restoreTest: test.id, by: visit.actor)
      visit.site.dispatcher.ring()
      return visit.go(to: "/runs/\(run.id)")
    } catch let problems as FormProblems {
      return try refused(visit, schedule, problems)
    }
  }

  /// Something was taken away since it was saved: its form says what.
  static func refused(_ visit: Visit, _ schedule: Schedule, _ problems: FormProblems) throws -> Response {
    try form(
      visit, ScheduleRequests.Form(schedule), action: "/schedules/\(schedule.id)",
      title: "Modify \(schedule.test.name)", problems: problems)
  }

  @Sendable private static func stop(_ visit: Visit) throws -> Response {
    let id = try schedule(visit).id
    try visit.state.kept.schedules.pause(id, by: visit.actor)
    return visit.go(to: "/schedules/\(id)")
  }

  @Sendable private static func resume(_ visit: Visit) throws -> Response {
    let id = try schedule(visit).id
    try visit.state.kept.schedules.resume(id, by: visit.actor)
    return visit.go(to: "/schedules/\(id)")
  }

  @Sendable private static func newBaseline(_ visit: Visit) throws -> Response {
    let schedule = try schedule(visit)
    try visit.state.kept.baselines.forget(of: schedule, by: visit.actor)
    return visit.go(to: "/schedules/\(schedule.id)")
  }

  private static func baseline(of schedule: Schedule, _ visit: Visit) throws -> SchedulePage.HeldAgainst? {
    try visit.state.kept.baselines.kept(of: schedule.test.id).map { kept in
      SchedulePage.HeldAgainst(
        kept, hasRun: try visit.state.kept.history.run(kept.run) != nil, zone: schedule.rule.timeZone, now: visit.now)
    }
  }

  private static func drill(of schedule: Schedule, _ visit: Visit) throws -> SchedulePage.LastDrill? {
    try visit.state.kept.drills.newest(of: schedule.test.id, limit: 1).first.map { drill in
      SchedulePage.LastDrill(
        drill, try visit.state.kept.drills.results(of: drill.id), zone: schedule.rule.timeZone, now: visit.now)
    }
  }

  @Sendable private static func delete(_ visit: Visit) throws -> Response {
    try visit.state.kept.schedules.delete(
      schedule(visit).id, keepingResults: visit.field("results") != "delete", by: visit.actor)
    return visit.go(to: "/")
  }

  static func schedule(_ visit: Visit) throws -> Schedule {
    guard let id = visit.parameters.get("id"), let schedule = try visit.state.kept.schedules.schedule(id) else {
      throw StoreError.notThere
    }
    return schedule
  }
}
