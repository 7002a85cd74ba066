import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Drills: asked for on a schedule's page, looked at, cancelled.
enum DrillRoutes {
  static let all: [Route] = [
    .post("/schedules/{id}/drill", .person, request), .get("/drills/{id}", .person, show),
    .post("/drills/{id}/cancel", .person, cancel),
  ]

  @Sendable private static func request(_ visit: Visit) throws -> Response {
    let schedule = try ScheduleRoutes.schedule(visit)
    do {
      let drill = try DrillRequests(visit.state).request(schedule.test, by: visit.actor).drill
      return visit.go(to: "/drills/\(drill.id)")
    } catch let problems as FormProblems {
      return try ScheduleRoutes.refused(visit, schedule, problems)
    }
  }

  @Sendable private static func show(_ visit: Visit) throws -> Response {
    let (kept, drill) = (visit.state.kept, try drill(visit))
    let others = try kept.drills.newest(of: drill.restoreTest, limit: 10).map {
      (drill: $0, results: try kept.drills.results(of: $0.id))
    }
    let content = DrillContent(
      drill, try kept.drills.results(of: drill.id),
      schedule: try kept.schedules.schedule(ofRestoreTest: drill.restoreTest), others: others,
      asker: try kept.people.person(drill.requestedBy)?.name ?? "somebody who was removed", now: visit.now)
    return visit.page("drill", "Drill of \(drill.title)", content)
  }

  @Sendable private static func cancel(_ visit: Visit) throws -> Response {
    let id = try drill(visit).id
    try visit.state.kept.drills.cancel(id, by: visit.actor)
    return visit.go(to: "/drills/\(id)")
  }

  private static func drill(_ visit: Visit) throws -> DrillRecord {
    guard let id = visit.parameters.get("id"), let drill = try visit.state.kept.drills.drill(id) else {
      throw StoreError.notThere
    }
    return drill
  }
}
