import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// What is old goes, but never the newest run and the newest proof of a restore test.
@Suite struct PruningTests {
  private static let day: TimeInterval = 86_400

  /// One restore test with a run a day: the first ones are proofs, the later ones could not tell.
  private func prepared(proofs: Int, others: Int) throws -> (StoreKit, [String]) {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let test = try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/srv/shop"), ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"),
      .forEver, by: kit.actor(ada)
    ).test
    let ids = try (0..<proofs + others).map { number in
      let at = kit.noon.addingTimeInterval(Double(number) * Self.day)
      let run = try kit.runs.request(
        test.definition, title: "shop", restoreTest: test.id, by: Actor(person: ada.id, at: at, address: ""))
      _ = try kit.runs.claim(run.id, by: "d", now: at)
      try kit.runs.log(run.id, ["a line"], at: at)
      let report = RunReport(
        runID: run.id, verdict: number < proofs ? .passed : .inconclusive, cause: nil, sentence: "s", findings: [],
        stages: [], inventory: nil, engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: at,
        seconds: 1)
      try kit.runs.end(run.id, report, now: at)
      return run.id
    }
    return (kit, ids)
  }

  private func detailed(_ kit: StoreKit, _ ids: [String]) throws -> [Int] {
    try ids.indices.filter {
      let hasReport = try kit.runs.report(ids[$0]) != nil
      #expect(try hasReport == !kit.runs.lines(ids[$0], after: 0, limit: 1).isEmpty)
      return hasReport
    }
  }

  @Test func `logs and reports go in small batches, and a proof's when a newer one has come`() throws {
    let (kit, ids) = try prepared(proofs: 3, others: 4)
    let limit = kit.noon.addingTimeInterval(4.5 * Self.day)
    #expect(try kit.runs.pruneDetails(before: limit, batch: 2))
    #expect(try detailed(kit, ids) == [2, 3, 4, 5, 6])
    while try kit.runs.pruneDetails(before: limit, batch: 2) {}
    #expect(try detailed(kit, ids) == [2, 5, 6])
    let ada = try #require(try kit.people.all().first)
    let test = try kit.runs.schedules(after: nil, limit: 1)[0].schedule.test
    let at = kit.noon.addingTimeInterval(8 * Self.day)
    let run = try kit.runs.request(
      test.definition, title: "shop", restoreTest: test.id, by: Actor(person: ada.id, at: at, address: ""))
    _ = try kit.runs.claim(run.id, by: "d", now: at)
    let report = try #require(try kit.runs.report(ids[2]))
    try kit.runs.end(run.id, report, now: at)
    _ = try kit.runs.pruneDetails(before: limit, batch: 2)
    #expect(try detailed(kit, ids) == [5, 6])
    #expect(try kit.runs.run(ids[0])?.verdict == .passed)
  }

  @Test func `whole runs go with all that they left, and are found no more`() throws {
    let (kit, ids) = try prepared(proofs: 2, others: 3)
    let limit = kit.noon.addingTimeInterval(100 * Self.day)
    while try kit.runs.pruneRuns(before: limit, batch: 2) {}
    #expect(try ids.filter { try kit.runs.run($0) != nil } == [ids[1], ids[4]])
    var filter = RunFilter()
    filter.text = "shop"
    #expect(try kit.runs.count(filter, most: 10) == 2)
    #expect(try kit.runs.pruneDetails(before: limit, batch: 10) == false)
    #expect(try detailed(kit, ids) == [1, 4])
  }

  @Test func `how long is kept is remembered`() throws {
    let kit = try StoreKit()
    let settings = Settings(kit.database)
    #expect(try settings.retention() == Retention(detailDays: 400, runDays: nil))
    _ = try kit.runs.pruneDetails(before: kit.noon, batch: 1)
    let ada = try kit.manager()
    try settings.keep(Retention(detailDays: 30, runDays: 90), by: kit.actor(ada))
    #expect(try settings.retention() == Retention(detailDays: 30, runDays: 90))
    #expect(try kit.trail.lines(limit: 1).first?.what == "retention.set")
  }
}
