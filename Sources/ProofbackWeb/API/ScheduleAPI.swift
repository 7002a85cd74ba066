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
    APIRoute(.delete, "/api/v1/schedules/{id}", .run, success: .noContent, delete),
    APIRoute(.post, "/api/v1/schedules/{id}/pause", .run, pause),
    APIRoute(.post, "/api/v1/schedules/{id}/resume", .run, resume),
    APIRoute(.post, "/api/v1/schedules/{id}/run", .run, success: .created, run),
  ]

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    let paging = try Paging(visit)
    let all = try visit.state.kept.schedules.all(limit: Int(paging.cursor ?? 0) + paging.limit + 1)
    return try visit.json(paging.page(all) { try ScheduleItem($0, visit, isAlone: false) })
  }

  @Sendable private static func add(_ visit: APIVisit) throws -> Response {
    var form = ScheduleRequests.Form()
    try form.set(visit.body.form(ScheduleRequests.Form.kinds))
    let schedule = try ScheduleRequests(visit.state).add(form, by: visit.actor)
    return try visit.json(ScheduleItem(schedule, visit), .created, location: "/schedules/\(schedule.id)")
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    try visit.json(ScheduleItem(schedule(visit), visit))
  }

  @Sendable private static func change(_ visit: APIVisit) throws -> Response {
    let id = try schedule(visit).id
    var form = ScheduleRequests.Form(try schedule(visit))
    try form.set(visit.body.form(ScheduleRequests.Form.kinds))
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
    try form.set(visit.body.form(ScheduleRequests.Form.kinds))
    _ = try ScheduleRequests(visit.state).definition(form, now: visit.now)
    return visit.nothing
  }

  @Sendable private static func delete(_ visit: APIVisit) throws -> Response {
    try visit.state.kept.schedules.delete(schedule(visit).id, by: visit.actor)
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

  @Sendable private static func run(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let test = try schedule(visit).test
    let run = try visit.site.requests.again(
      test.definition, title: test.name, restoreTest: test.id, by: visit.actor)
    visit.site.dispatcher.ring()
    return try visit.json(RunItem(run), .created, location: "/runs/\(run.id)")
  }

  private static func schedule(_ visit: APIVisit) throws -> Schedule {
    guard let schedule = try visit.state.kept.schedules.schedule(visit.id) else { throw StoreError.notThere }
    return schedule
  }
}
