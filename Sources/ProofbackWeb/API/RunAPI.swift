import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Runs: asked for, listed, followed, ended.
enum RunAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/runs", .read, queries: RunListing.queries) { try $0.json(RunListing.page($0)) },
    APIRoute(.post, "/api/v1/runs", .run, success: .created, request),
    APIRoute(.get, "/api/v1/runs/{id}", .read, show),
    APIRoute(.get, "/api/v1/runs/{id}/events", .read) { RunEvents.answer(try run($0).id, $0.state) },
    APIRoute(.get, "/api/v1/runs/{id}/report", .read) {
      $0.text(try JSONReport.render(report($0)), "application/json")
    },
    APIRoute(.get, "/api/v1/runs/{id}/report.xml", .read) {
      $0.text(JUnitReport.render(try report($0)), "application/xml")
    },
    APIRoute(.get, "/api/v1/runs/{id}/findings", .read, queries: Paging.queries, findings),
    APIRoute(.get, "/api/v1/runs/{id}/log", .read, queries: Paging.queries + ["find"], log),
    APIRoute(.get, "/api/v1/runs/{id}/log.txt", .read) { RunLogText.answer(try run($0).id, $0.state) },
    APIRoute(.post, "/api/v1/runs/{id}/cancel", .run, cancel),
    APIRoute(.post, "/api/v1/runs/{id}/dismiss", .run, dismiss),
    APIRoute(.post, "/api/v1/runs/{id}/again", .run, success: .created, again),
  ]

  struct Line: Encodable, Sendable {
    var number: Int64
    var at: Date
    var text: String
  }

  private static let idempotencyKey = HTTPField.Name("Idempotency-Key")

  @Sendable private static func request(_ visit: APIVisit) throws -> Response {
    var form = RunRequests.Form()
    form.set(try visit.body.form(RunRequests.Form.kinds))
    form.options = visit.body.options
    let asked = form
    func make() throws -> RunRecord { try visit.site.requests.request(asked, by: visit.actor) }
    let key = idempotencyKey.flatMap { visit.request.headers[$0] }
    let run =
      if let key {
        try visit.site.keys.run(key, asked, by: visit.actor, make: make) { try visit.state.kept.history.run($0) }
      } else { try make() }
    return try made(run, visit)
  }

  @Sendable private static func again(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let old = try run(visit)
    guard let definition = try visit.state.kept.history.definition(old.id) else { throw StoreError.notThere }
    let new = try visit.site.requests.again(
      definition, title: old.title, restoreTest: old.restoreTest, by: visit.actor)
    return try made(new, visit)
  }

  private static func made(_ run: RunRecord, _ visit: APIVisit) throws -> Response {
    visit.site.dispatcher.ring()
    return try visit.json(RunItem(run), .created, location: "/runs/\(run.id)")
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    let run = try run(visit)
    let past = run.state == .ended ? nil : run.restoreTest
    let expected = try past.flatMap { test in
      RunForecast.seconds(try visit.state.kept.history.newest(of: test, limit: HomeRoutes.mostInForecast))
    }
    return try visit.json(RunItem(run, position: visit.state.watch.position(run.id), expected: expected))
  }

  /// A run that has ended stays as it is.
  @Sendable private static func cancel(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let run = try run(visit)
    if try visit.state.kept.queue.cancel(run.id, by: visit.actor) { visit.site.dispatcher.cancel(run.id) }
    return try show(visit)
  }

  @Sendable private static func dismiss(_ visit: APIVisit) throws -> Response {
    try visit.body.none()
    let run = try run(visit)
    let byHandSince = StandingTally.byHandSince(visit.now)
    guard try visit.state.kept.standings.dismiss(run.id, byHandSince: byHandSince, by: visit.actor) else {
      throw Problem.conflict(
        run.restoreTest == nil
          ? "it is not among what needs somebody"
          : "it is a run of a restore test, which stands until another run of it passes")
    }
    return try show(visit)
  }

  @Sendable private static func findings(_ visit: APIVisit) throws -> Response {
    let paging = try Paging(visit)
    let findings = try visit.state.kept.history.report(run(visit).id)?.findings ?? []
    return try visit.json(paging.page(findings) { $0 })
  }

  @Sendable private static func log(_ visit: APIVisit) throws -> Response {
    let paging = try Paging(visit)
    let lines = try RunLogContent.lines(
      with: visit.given("find", longest: 200) ?? "", in: visit.state.kept.history, of: run(visit).id,
      after: paging.cursor ?? 0, most: paging.limit + 1)
    let part = lines.prefix(paging.limit)
    return try visit.json(
      Page(
        items: part.map { Line(number: $0.number, at: $0.at, text: $0.text) },
        next: lines.count > part.count ? part.last.map { Paging.text($0.number) } : nil))
  }

  private static func report(_ visit: APIVisit) throws -> RunReport {
    guard let report = try visit.state.kept.history.report(run(visit).id) else { throw StoreError.notThere }
    return report
  }

  private static func run(_ visit: APIVisit) throws -> RunRecord {
    guard let run = try visit.state.kept.history.run(visit.id) else { throw StoreError.notThere }
    return run
  }
}
