import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackStore

/// Runs by hand that need somebody are dismissed; what a schedule tests is not.
@Suite struct DismissalTests {
  private func tally(_ kit: StoreKit) throws -> StandingTally {
    try kit.runs.tally(provenSince: kit.noon, byHandSince: kit.noon)
  }

  @Test(arguments: [Verdict.failed, .inconclusive])
  func `a run by hand that is dismissed needs nobody and counts nowhere, and stays as it was`(verdict: Verdict) throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let bad = try kit.ended(verdict, at: kit.noon, by: ada)
    #expect(try tally(kit).all == 1 && kit.runs.canDismiss(bad.id, byHandSince: kit.noon))
    let later = Actor(person: ada.id, at: kit.noon.addingTimeInterval(60), address: "")
    for _ in 0..<2 { #expect(try kit.runs.dismiss(bad.id, byHandSince: kit.noon, by: later)) }
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 9).isEmpty)
    #expect(try tally(kit).all == 0 && !kit.runs.canDismiss(bad.id, byHandSince: kit.noon))
    let kept = try #require(try kit.runs.run(bad.id))
    #expect(kept.verdict == verdict && kept.dismissed == later.at)
    #expect(try kit.runs.page(RunFilter(), .newest, limit: 9).runs == [kept])
    let lines = try AuditTrail(kit.database).page(AuditFilter(), before: nil, limit: 99).lines
    let line = try #require(lines.first)
    #expect(line.what == "run.dismissed" && line.about == bad.id && line.details == "hand" && line.who == ada.id)
    #expect(lines.count { $0.what == "run.dismissed" } == 1)
    let next = try kit.ended(.failed, at: kit.noon.addingTimeInterval(120), by: ada)
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 9).map(\.id) == [next.id] && tally(kit).bad == 1)
  }

  @Test func `what a restore test found, what passed, what goes on and what is older is not dismissed`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let test = try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/srv/shop"), ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"),
      .forEver, by: kit.actor(ada)
    ).test
    let old = try kit.ended(.failed, at: kit.noon, by: ada)
    let others = [
      try kit.ended(.failed, of: test, at: kit.noon, by: ada), old,
      try kit.ended(.passed, at: kit.noon.addingTimeInterval(60), by: ada),
      try kit.runs.request(
        RestoreTestDefinition(location: "/elsewhere"), title: "elsewhere", restoreTest: nil, by: kit.actor(ada)),
    ]
    for other in others {
      #expect(try !kit.runs.canDismiss(other.id, byHandSince: kit.noon))
      #expect(try !kit.runs.dismiss(other.id, byHandSince: kit.noon, by: kit.actor(ada)))
      #expect(try kit.runs.run(other.id)?.dismissed == nil)
    }
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 9).map(\.id) == [others[0].id])
    #expect(throws: StoreError.notThere) {
      try kit.runs.dismiss("nosuchid", byHandSince: kit.noon, by: kit.actor(ada))
    }
    let bad = try kit.ended(.failed, at: kit.noon.addingTimeInterval(90), by: ada)
    #expect(try !kit.runs.dismiss(bad.id, byHandSince: kit.noon.addingTimeInterval(91), by: kit.actor(ada)))
  }
}
