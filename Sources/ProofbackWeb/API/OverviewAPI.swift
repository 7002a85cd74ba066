import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What home says first: how the backups stand, what needs somebody, and what should have happened and did not.
enum OverviewAPI {
  static let all: [APIRoute] = [
    APIRoute(.get, "/api/v1/overview", .read, show),
    APIRoute(.get, "/api/v1/alerts", .read, queries: Paging.queries, alerts),
  ]

  struct Overview: Encodable, Sendable {
    var sentence: String
    var bad: Int
    var unsure: Int
    /// Never tested.
    var never: Int
    /// In the last 24 hours.
    var proven: Int
    /// Longer ago.
    var provenBefore: Int
    var schedules: Int
    /// Newest runs of backups that are bad or of which we could not tell, the newest first.
    var attention: [RunItem]
    /// More of them than are listed.
    var moreAttention: Int
  }

  struct AlertItem: Encodable, Sendable {
    var id: String
    var kind: String
    var name: String
    var fact: String
    var hint: String
    var since: Date
    var opened: Date
    /// Of what is about a restore test.
    var restoreTest: String?
    var schedule: String?
    /// Of what is about a channel.
    var channel: String?
    /// Of what is about a run.
    var run: String?

    init(_ alert: Alert, now: Date) {
      (id, kind, since, opened, schedule) = (alert.id, alert.kind.rawValue, alert.since, alert.opened, alert.schedule)
      name = UntrustedText.line(alert.name, limit: 100)
      fact = AlertText.fact(alert, now: now)
      hint = AlertText.hint(alert.kind)
      switch alert.kind {
      case .channel: channel = alert.subject
      case .claim: run = alert.subject
      case .late, .stale: restoreTest = alert.subject
      }
    }
  }

  @Sendable private static func show(_ visit: APIVisit) throws -> Response {
    let (now, standings) = (visit.now, visit.state.kept.standings)
    let byHandSince = StandingTally.byHandSince(now)
    let tally = try standings.tally(provenSince: StandingTally.provenSince(now), byHandSince: byHandSince)
    let attention = try standings.needing(byHandSince: byHandSince, limit: HomeRoutes.mostShown)
    return try visit.json(
      Overview(
        sentence: HomeSentence.text(tally), bad: tally.bad, unsure: tally.unsure, never: tally.never,
        proven: tally.proven, provenBefore: tally.provenBefore, schedules: tally.schedules,
        attention: attention.map { RunItem($0) }, moreAttention: max(0, tally.bad + tally.unsure - attention.count)))
  }

  @Sendable private static func alerts(_ visit: APIVisit) throws -> Response {
    let page = try Paging(visit, .id).page(id: \Alert.id, visit.state.kept.alerts.open) {
      AlertItem($0, now: visit.now)
    }
    return try visit.json(page)
  }
}
