import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Restore tests with their schedules.
enum ScheduleAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/schedules", .read, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/schedules", .run, success: .created, add),
    APIRoute(.post, "/api/v1/schedules/check", .run, success: .noContent, checkNew),
    APIRoute(.post, "/api/v1/schedules/{id}/check", .run, success: .noContent, checkChange),
    APIRoute(.get, "/api/v1/schedules/{id}", .read, show), APIRoute(.patch, "/api/v1/schedules/{id}", .run, change),
    APIRoute(.delete, "/api/v1/schedules/{id}", .run, queries: ["results"], success: .noContent, delete),
    APIRoute(.post, "/api/v1/schedules/preview", .read, preview),
    APIRoute(.post, "/api/v1/schedules/{id}/pause", .run, pause),
    APIRoute(.post, "/api/v1/schedules/{id}/resume", .run, resume),
    APIRoute(.delete, "/api/v1/schedules/{id}/baseline", .run, success: .noContent, newBaseline),
    APIRoute(.get, "/api/v1/schedules/{id}/proposed-checks", .read, ProposedCheckAPI.list),
    APIRoute(.post, "/api/v1/schedules/{id}/proposed-checks", .run, ProposedCheckAPI.accept),
    APIRoute(.post, "/api/v1/schedules/{id}/run", .run, success: .created, run),
  ]

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    let servers = try visit.state.serverNames()
    let page = try Paging(visit, .id).page(id: \.schedule.id, visit.state.kept.standings.schedules(after:limit:)) {
      ScheduleItem($0, servers: servers, now: visit.now, isAlone: false)
    }
    return try visit.json(page)
  }

  /// What a request says, over what there is.
  private static func take(_ visit: APIVisit, into form: inout ScheduleRequests.Form) throws {
    try form.set(visit.body.form(ScheduleRequests.Form.kinds))
    if let options = visit.body.givenOptions { form.run.options = options }
  }

  @Sendable private static func add(_ visit: APIVisit) throws -> Response {
    var form = ScheduleRequests.Form()
    try take(visit, into: &form)
    let schedule = try ScheduleRequests(visit.state).add(form, by: visit.actor)
    return try visit.json(item(schedule, visit), .created, location: "/schedules/\(schedule.id)")
  }

  /// What a rule comes to; nothing is saved.
  struct Preview: Encodable, Sendable {
    /// In words.
    var when: String
    /// The next five.
    var nextTimes: [Date]
  }

  @Sendable private static func preview(_ visit: APIVisit) throws -> Response {
    var form = ScheduleRequests.Form()
    try form.set(visit.body.form(ScheduleRequests.Form.kinds))
    return try visit.json(
      Preview(
        when: RuleText.text(try ScheduleRequests.rule(form)), nextTimes: try SchedulePreview.dates(form, now: visit.now)
      ))
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    try visit.json(item(schedule(visit), visit))
  }

  @Sendable private static func change(_ visit: APIVisit) throws -> Response {
    let id = try schedule(visit).id
    var form = ScheduleRequests.Form(try schedule(visit))
    try take(visit, into: &form)
    try ScheduleRequests(visit.state).change(id, form, by: visit.actor)
    return try show(visit)
  }

  /// Whether `add` would take it, but for a name that somebody has meanwhile.
  @Sendable private static func checkNew(_ visit: APIVisit) throws -> Response {
    try check(ScheduleRequests.Form(), visit)
  }

  /// Whether `change` would.
  @Sendable private static func checkChange(_ visit: APIVisit) throws -> Response {
    try check(ScheduleRequests.Form(schedule(visit)), visit)
  }

  private static func check(_ start: ScheduleRequests.Form, _ visit: APIVisit) throws -> Response {
    var form = start
    try take(visit, into: &form)
    _ = try ScheduleRequests(visit.state).definition(form, now: visit.now)
    return visit.nothing
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    let results = visit.query("results") ?? "keep"
    guard ["keep", "delete"].contains(results) else {
      throw FormProblems("results", "it is neither keep nor delete")
    }
    try visit.state.kept.schedules.delete(
      schedule(visit).id, keepingResults: results == "keep", by: visit.actor)
    return visit.nothing
  }

  /// What is paused stays so.
  @Sendable private static func pause(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let schedule = try schedule(visit)
    if schedule.paused == nil { try visit.state.kept.schedules.pause(schedule.id, by: visit.actor) }
    return try show(visit)
  }

  /// What goes on is left alone.
  @Sendable private static func resume(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let schedule = try schedule(visit)
    if schedule.paused != nil { try visit.state.kept.schedules.resume(schedule.id, by: visit.actor) }
    return try show(visit)
  }

  /// Where there is none already, it stays so.
  @Sendable private static func newBaseline(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.baselines.forget(of: schedule(visit), by: visit.actor)
    return visit.nothing
  }

  @Sendable private static func run(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let test = try schedule(visit).test
    let run = try visit.site.requests.again(
      test.definition, title: test.name, restoreTest: test.id, by: visit.actor)
    visit.site.dispatcher.ring()
    return try visit.json(RunItem(run), .created, location: "/runs/\(run.id)")
  }

  static func item(_ schedule: Schedule, _ visit: APIVisit) throws -> ScheduleItem {
    guard let standing = try visit.state.kept.standings.standing(of: schedule.test.id) else {
      throw StoreError.notThere
    }
    return ScheduleItem(
      ScheduleStanding(schedule: schedule, standing: standing), servers: try visit.state.serverNames(),
      baseline: try visit.state.kept.baselines.kept(of: schedule.test.id), now: visit.now, isAlone: true)
  }

  static func schedule(_ visit: APIVisit) throws -> Schedule {
    guard let schedule = try visit.state.kept.schedules.schedule(visit.id) else { throw StoreError.notThere }
    return schedule
  }
}
