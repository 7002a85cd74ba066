import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Drills of restore tests: asked for, looked at, cancelled.
enum DrillAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/schedules/{id}/drills", .read, queries: Paging.queries, list),
    APIRoute(.post, "/api/v1/schedules/{id}/drills", .run, success: .created, request),
    APIRoute(.get, "/api/v1/drills/{id}", .read, show),
    APIRoute(.post, "/api/v1/drills/{id}/cancel", .run, cancel),
  ]

  @Sendable private static func list(_ visit: APIVisit) throws -> Response {
    let paging = try Paging(visit)
    let drills = try visit.state.kept.drills.newest(of: schedule(visit).test.id, limit: 200)
    return try visit.json(paging.page(drills) { try item($0, visit) })
  }

  @Sendable private static func request(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let (drill, isNew) = try DrillRequests(visit.state).request(schedule(visit).test, by: visit.actor)
    guard isNew else { throw Problem.conflict("it is being drilled already: drill \(drill.id)") }
    return try visit.json(item(drill, visit), .created, location: "/drills/\(drill.id)")
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    guard let drill = try visit.state.kept.drills.drill(visit.id) else { throw StoreError.notThere }
    return try visit.json(item(drill, visit))
  }

  /// One that has ended stays as it is.
  @Sendable private static func cancel(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    try visit.state.kept.drills.cancel(visit.id, by: visit.actor)
    return try show(visit)
  }

  private static func item(_ drill: DrillRecord, _ visit: APIVisit) throws -> DrillItem {
    DrillItem(drill, try visit.state.kept.drills.results(of: drill.id))
  }

  private static func schedule(_ visit: APIVisit) throws -> Schedule {
    guard let schedule = try visit.state.kept.schedules.schedule(visit.id) else { throw StoreError.notThere }
    return schedule
  }
}

/// A drill with what became of its damages.
struct DrillItem: Encodable, Sendable {
  var id: String
  var restoreTest: String
  var title: String
  var state: DrillState
  var waitsFor: String?
  var requestedBy: String
  var requested: Date
  var started: Date?
  var ended: Date?
  /// Of the undamaged backup.
  var verdict: Verdict?
  var stopped: String?
  var fileName: String?
  var sentence: String
  /// Damages, and those that were tried.
  var damages: Int
  var tried: Int
  var results: [DrillResult]

  init(_ drill: DrillRecord, _ results: [DrillResult]) {
    let tally = DrillTally(results)
    id = drill.id
    restoreTest = drill.restoreTest
    title = drill.title
    state = drill.state
    waitsFor = drill.waitsFor
    requestedBy = drill.requestedBy
    requested = drill.requested
    started = drill.started
    ended = drill.ended
    verdict = drill.verdict
    stopped = drill.stopped
    fileName = drill.basis?.file?.name
    sentence = DrillText(drill, results).sentence
    (damages, tried) = (tally.all, tally.tried)
    self.results = results
  }
}
