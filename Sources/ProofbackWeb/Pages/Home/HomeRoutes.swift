import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Home: the sentence, what needs somebody, what runs now, the form, the last runs.
enum HomeRoutes {
  static let all: [Route] = [.get("/", .person) { try show($0) }]

  struct Home: Sendable {
    var sentence: String
    var alerts: [AlertRow]
    var attention: [RunRow]
    var hasAttention: Bool
    var current: [RunRow]
    var hasCurrent: Bool
    var schedules: [ScheduleRow]
    var hasSchedules: Bool
    var list: RunListContent
    var hasRuns: Bool
    var backup: BackupFields
  }

  static func show(
    _ visit: Visit, form: RunRequests.Form = .init(), problems: FormProblems? = nil, check: LocationCheck.Outcome? = nil
  ) throws -> Response {
    let runs = try visit.state.kept.history.newest(before: nil, limit: 100)
    let last = try visit.state.kept.history.lastOfEach(byHandSince: visit.now.addingTimeInterval(-7 * 86_400))
    let attention = last.filter { $0.state == .ended && $0.verdict != .passed }
    let current = runs.filter { $0.state != .ended }
    let backup = try BackupFields(visit, form: form, problems: problems, check: check)
    let now = visit.now
    let schedules = try visit.state.kept.schedules.all(limit: 50).map {
      ScheduleRow($0, runs: try visit.state.kept.history.newest(of: $0.test.id, limit: 30), now: now)
    }
    let tested = Set(last.compactMap(\.restoreTest))
    let untested = try visit.state.kept.schedules.all(limit: 10_000).count { !tested.contains($0.test.id) }
    let alerts = try visit.state.kept.alerts.open(limit: 50).map {
      AlertRow($0, isManager: visit.person?.role == .manager, now: now)
    }
    let home = Home(
      sentence: HomeSentence.text(last, untested: untested, now: now),
      alerts: alerts, attention: attention.map { RunRow($0, now: now) },
      hasAttention: !attention.isEmpty || !alerts.isEmpty, current: current.map { RunRow($0, now: now) },
      hasCurrent: !current.isEmpty,
      schedules: schedules, hasSchedules: !schedules.isEmpty,
      list: RunListContent(caption: "Last runs", runs: runs.prefix(10).map { RunRow($0, now: now) }),
      hasRuns: !runs.isEmpty, backup: backup)
    return visit.page("home", "Home", home, status: problems == nil ? .ok : .unprocessableContent)
  }
}
