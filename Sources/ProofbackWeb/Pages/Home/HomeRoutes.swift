import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Home: the sentence, what needs somebody, what runs now, the two forms, the schedules, the last runs.
enum HomeRoutes {
  static let all: [Route] = [.get("/", .person) { try show($0) }, .get("/now", .person, now)]

  private static let pageSize = 50
  /// Of runs that need somebody, go on or wait; the others are one click away.
  static let mostShown = 20
  /// Runs of the past by which the time that is left is told.
  static let mostInForecast = 20

  static func show(
    _ visit: Visit, form: RunRequests.Form = .init(), problems: FormProblems? = nil, check: LocationCheck.Outcome? = nil
  ) throws -> Response {
    visit.page(
      "home", "Home", try content(visit, form, problems, check), status: problems == nil ? .ok : .unprocessableContent)
  }

  private static func content(
    _ visit: Visit, _ form: RunRequests.Form, _ problems: FormProblems?, _ check: LocationCheck.Outcome?
  ) throws -> HomeContent {
    let (kept, now) = (visit.state.kept, visit.now)
    let byHandSince = StandingTally.byHandSince(now)
    let tally = try kept.standings.tally(provenSince: StandingTally.provenSince(now), byHandSince: byHandSince)
    let attention = try kept.standings.needing(byHandSince: byHandSince, limit: mostShown)
    let more = tally.bad + tally.unsure - attention.count
    let current = try kept.history.unfinished(limit: mostShown + 1)
    let runs = try kept.history.newest(before: nil, limit: 10)
    let page = min(max(1, visit.query("page").flatMap { Int($0) } ?? 1), tally.schedules / pageSize + 1)
    let schedules = try kept.standings.schedules(skipping: (page - 1) * pageSize, limit: pageSize)
    let regular = try ScheduleFormContent(
      visit, action: "/schedules", title: "Schedule regular tests", schedule: .init(), ids: "regular-")
    let alerts = try kept.alerts.open(limit: mostShown).map {
      AlertRow($0, isManager: visit.person?.role == .manager, now: now)
    }
    let servers = try visit.state.serverNames()
    return HomeContent(
      sentence: HomeSentence.text(tally), alerts: alerts,
      attention: visit.rows(attention.map { AttentionRow($0, now: now) }),
      hasAttention: !attention.isEmpty || !alerts.isEmpty, moreAttention: more > 0 ? "and \(more) more" : nil,
      current: try current.prefix(mostShown).map { try Self.current($0, visit) }, hasCurrent: !current.isEmpty,
      moreCurrent: current.count > mostShown,
      backup: try BackupFields(visit, form: form, problems: problems, check: check), regular: Nested(content: regular),
      schedules: visit.rows(schedules.map { ScheduleRow($0, servers: servers, now: now) }),
      hasSchedules: !schedules.isEmpty,
      pages: PageLinks(page: page, size: pageSize, items: tally.schedules),
      list: RunListContent("Last runs", runs, visit), hasRuns: !runs.isEmpty,
      isNew: runs.isEmpty && schedules.isEmpty,
      needsFolder: try visit.person?.role == .manager && kept.settings.allowedPaths().isEmpty)
  }

  private static func current(_ run: RunRecord, _ visit: Visit) throws -> CurrentRow {
    let past = try run.restoreTest.map { try visit.state.kept.history.newest(of: $0, limit: mostInForecast) } ?? []
    return CurrentRow(run, position: visit.state.watch.position(run.id), past: past, now: visit.now)
  }

  /// Where the runs of this server stand, for home's script: positions by the run's id.
  @Sendable private static func now(_ visit: Visit) throws -> Response {
    try visit.json(visit.state.watch.positions())
  }
}
