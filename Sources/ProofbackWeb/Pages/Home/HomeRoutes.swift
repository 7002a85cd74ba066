import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Home: the sentence, what needs somebody, what runs now, the form, the schedules, the last runs.
enum HomeRoutes {
  static let all: [Route] = [.get("/", .person) { try show($0) }]

  private static let pageSize = 50
  /// Of runs that need somebody, go on or wait; the others are one click away.
  private static let mostShown = 20

  struct Home: Sendable {
    var sentence: String
    var alerts: [AlertRow]
    var attention: [RunRow]
    var hasAttention: Bool
    /// More of them: `and 30 more`.
    var moreAttention: String?
    var current: [RunRow]
    var hasCurrent: Bool
    var moreCurrent: Bool
    var schedules: [ScheduleRow]
    var hasSchedules: Bool
    var pages: PageLinks
    var list: RunListContent
    var hasRuns: Bool
    var backup: BackupFields
  }

  static func show(
    _ visit: Visit, form: RunRequests.Form = .init(), problems: FormProblems? = nil, check: LocationCheck.Outcome? = nil
  ) throws -> Response {
    let home = try home(visit, try BackupFields(visit, form: form, problems: problems, check: check))
    return visit.page("home", "Home", home, status: problems == nil ? .ok : .unprocessableContent)
  }

  private static func home(_ visit: Visit, _ backup: BackupFields) throws -> Home {
    let (now, standings, history) = (visit.now, visit.state.kept.standings, visit.state.kept.history)
    let byHandSince = now.addingTimeInterval(-7 * 86_400)
    let tally = try standings.tally(provenSince: now.addingTimeInterval(-86_400), byHandSince: byHandSince)
    let attention = try standings.needing(byHandSince: byHandSince, limit: mostShown)
    let more = tally.bad + tally.unsure - attention.count
    let current = try history.unfinished(limit: mostShown + 1)
    let runs = try history.newest(before: nil, limit: 10)
    let page = min(max(1, visit.query("page").flatMap { Int($0) } ?? 1), tally.schedules / pageSize + 1)
    let schedules = try standings.schedules(skipping: (page - 1) * pageSize, limit: pageSize)
    let alerts = try visit.state.kept.alerts.open(limit: mostShown).map {
      AlertRow($0, isManager: visit.person?.role == .manager, now: now)
    }
    return Home(
      sentence: HomeSentence.text(tally), alerts: alerts, attention: attention.map { RunRow($0, now: now) },
      hasAttention: !attention.isEmpty || !alerts.isEmpty, moreAttention: more > 0 ? "and \(more) more" : nil,
      current: current.prefix(mostShown).map { RunRow($0, now: now) }, hasCurrent: !current.isEmpty,
      moreCurrent: current.count > mostShown, schedules: schedules.map { ScheduleRow($0, now: now) },
      hasSchedules: !schedules.isEmpty, pages: PageLinks(page: page, size: pageSize, items: tally.schedules),
      list: RunListContent(caption: "Last runs", runs: runs.map { RunRow($0, now: now) }), hasRuns: !runs.isEmpty,
      backup: backup)
  }
}
