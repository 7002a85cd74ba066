import Foundation
import GRDB
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackStore

/// How backups stand, as runs end.
@Suite struct StandingTests {
  private let rule = ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC")

  /// Schedules by name, each with the ends of its runs in order.
  private func prepared(_ ends: [(String, [Verdict])], _ kit: StoreKit) throws {
    let ada = try kit.manager()
    for (name, verdicts) in ends {
      let test = try kit.schedules.add(
        name: name, RestoreTestDefinition(location: "/srv/\(name)"), rule, .forEver, by: kit.actor(ada)
      ).test
      for (number, verdict) in verdicts.enumerated() {
        try run(kit, test, verdict, at: kit.noon.addingTimeInterval(Double(number) * 3600), by: ada)
      }
    }
  }

  private func run(_ kit: StoreKit, _ test: RestoreTest?, _ verdict: Verdict, at: Date, by: Person) throws {
    let run = try kit.runs.request(
      test?.definition ?? RestoreTestDefinition(location: "/by/hand"), title: test?.name ?? "hand",
      restoreTest: test?.id,
      by: Actor(person: by.id, at: at, address: ""))
    _ = try kit.runs.claim(run.id, by: "d", now: at)
    try kit.runs.end(
      run.id,
      RunReport(
        runID: run.id, verdict: verdict, cause: nil, sentence: "s", findings: [], stages: [], inventory: nil,
        engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: at, seconds: 1), now: at)
  }

  private static let ends: [(String, [Verdict])] = [
    ("fresh", [.failed, .passed, .passed]), ("old", [.passed]), ("unsure", [.passed, .inconclusive]), ("new", []),
    ("bad", [.passed, .failed]),
  ]

  @Test func `schedules come with the worst first, with their last results and their last proof`() throws {
    let kit = try StoreKit()
    try prepared(Self.ends, kit)
    let all = try kit.runs.schedules(skipping: 0, limit: 50)
    #expect(all.map(\.schedule.test.name) == ["bad", "unsure", "new", "old", "fresh"])
    #expect(all.map(\.standing.verdict) == [.failed, .inconclusive, nil, .passed, .passed])
    #expect(all[0].standing.proven == kit.noon && all[2].standing.proven == nil)
    #expect(all[4].standing.recent == [.passed, .passed, .failed])
    #expect(try kit.runs.run(try #require(all[4].standing.lastRun))?.ended == all[4].standing.proven)
    #expect(try kit.runs.schedules(skipping: 3, limit: 1).map(\.schedule.test.name) == ["old"])
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 5).map(\.title).sorted() == ["bad", "unsure"])
    let tally = try kit.runs.tally(provenSince: kit.noon.addingTimeInterval(60), byHandSince: kit.noon)
    #expect(tally.bad == 1 && tally.unsure == 1 && tally.never == 1 && tally.proven == 1 && tally.provenBefore == 1)
  }

  @Test func `no more results are kept than a strip shows`() throws {
    let kit = try StoreKit()
    try prepared([("often", Array(repeating: .failed, count: 3) + Array(repeating: .passed, count: 90))], kit)
    let recent = try kit.runs.schedules(skipping: 0, limit: 1)[0].standing.recent
    #expect(recent.count == Standing.mostResults && recent.allSatisfy { $0 == .passed })
  }

  @Test func `what was tested by hand counts for a while, what is deleted does not count`() throws {
    let kit = try StoreKit()
    try prepared([("gone", [.failed])], kit)
    let ada = try #require(try kit.people.all().first)
    try run(kit, nil, .failed, at: kit.noon, by: ada)
    try run(kit, nil, .inconclusive, at: kit.noon.addingTimeInterval(10), by: ada)
    try kit.schedules.delete(try kit.runs.schedules(after: nil, limit: 1)[0].schedule.id, by: kit.actor(ada))
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 9).map(\.verdict) == [.inconclusive])
    #expect(try kit.runs.tally(provenSince: kit.noon, byHandSince: kit.noon).all == 1)
    #expect(try kit.runs.tally(provenSince: kit.noon, byHandSince: kit.noon.addingTimeInterval(60)).all == 0)
  }

  @Test func `a run that gave way to a newer one says nothing of its backup`() throws {
    let kit = try StoreKit()
    try prepared([("shop", [.passed])], kit)
    let due = try #require(try kit.runs.schedules(after: nil, limit: 1)[0].schedule.next)
    _ = try kit.schedules.fireDue(now: due, limit: 1)
    _ = try kit.schedules.fireDue(now: due.addingTimeInterval(86_400), limit: 1)
    let standing = try kit.runs.schedules(skipping: 0, limit: 1)[0].standing
    #expect(standing.verdict == .passed && standing.recent.count == 1)
  }

  @Test func `a run that was cancelled, or that is tried again, says nothing of its backup`() throws {
    let kit = try StoreKit()
    try prepared([("shop", [.passed])], kit)
    let actor = kit.actor(try #require(try kit.people.all().first))
    let test = try kit.runs.schedules(after: nil, limit: 1)[0].schedule.test
    for (title, restoreTest) in [("shop", test.id), ("by hand", nil)] {
      for isCancelled in [true, false] {
        let run = try kit.runs.request(test.definition, title: title, restoreTest: restoreTest, by: actor)
        _ = try kit.runs.claim(run.id, by: "d", now: kit.noon)
        if isCancelled { _ = try kit.runs.cancel(run.id, by: actor) }
        try kit.runs.interrupt(run.id, now: kit.noon)
      }
    }
    let standing = try kit.runs.schedules(skipping: 0, limit: 1)[0].standing
    #expect(standing.verdict == .passed && standing.recent.count == 1)
    #expect(try kit.runs.needing(byHandSince: kit.noon, limit: 9).isEmpty)
    #expect(try kit.runs.tally(provenSince: kit.noon, byHandSince: kit.noon).all == 1)
  }

  @Test func `the proof that a run is held against is the last before it that has a report`() throws {
    let kit = try StoreKit()
    try prepared([("shop", [.passed, .passed, .failed, .inconclusive, .passed]), ("other", [.passed])], kit)
    let test = try #require(try kit.runs.schedules(after: nil, limit: 9).first { $0.schedule.test.name == "shop" })
      .schedule.test
    let runs = Array(try kit.runs.newest(of: test.id, limit: 9).reversed())
    #expect(try kit.runs.proof(before: runs[0].id) == nil)
    #expect(
      try runs.dropFirst(2).map { try kit.runs.proof(before: $0.id)?.run.id } == Array(repeating: runs[1].id, count: 3))
    _ = try kit.runs.pruneDetails(before: kit.noon.addingTimeInterval(3601), batch: 9)
    #expect(try kit.runs.proof(before: runs[4].id) == nil)
  }

  @Test func `a state from before knows the same after its migration`() throws {
    let kit = try StoreKit()
    try prepared(Self.ends, kit)
    let ada = try #require(try kit.people.all().first)
    try run(kit, nil, .failed, at: kit.noon, by: ada)
    let queue = try DatabaseQueue(path: kit.folder + "/old.sqlite")
    try Migrations.all.migrate(queue, upTo: "1 audit trail")
    try queue.inDatabase { database in
      try database.execute(sql: "PRAGMA foreign_keys = OFF; ATTACH ? AS new", arguments: [kit.folder + "/state.sqlite"])
      try database.execute(
        sql: """
          INSERT INTO person SELECT * FROM new.person; INSERT INTO restoreTest SELECT * FROM new.restoreTest;
          INSERT INTO schedule SELECT * FROM new.schedule;
          INSERT INTO run SELECT id, restoreTest, title, location, definition, state, waitsFor, requestedBy, requested, due,
            started, ended, verdict, cause, sentence, type, fileName, fileSize,
            (SELECT report FROM new.runReport WHERE runReport.place = run.place), claimedBy, cancelled FROM new.run;
          UPDATE run SET type = 'mariadb';
          """)
    }
    try queue.close()
    let runs = Runs(try StateDatabase(path: kit.folder + "/old.sqlite"))
    #expect(try runs.schedules(skipping: 0, limit: 9) == kit.runs.schedules(skipping: 0, limit: 9))
    #expect(try runs.needing(byHandSince: kit.noon, limit: 9).count == 3)
    var filter = RunFilter()
    filter.text = "shop OR fresh"
    #expect(try runs.page(filter, .newest, limit: 9).runs.isEmpty)
    filter.text = "fresh"
    filter.outcomes = [.passed]
    let found = try runs.page(filter, .newest, limit: 9).runs
    #expect(found.count == 2)
    filter.type = "mariadb"
    #expect(try runs.page(filter, .newest, limit: 9).runs == found)
    filter.outcomes = [.failed]
    #expect(try runs.page(filter, .newest, limit: 9).runs.map(\.verdict) == [.failed])
    #expect(try runs.report(found[0].id)?.verdict == .passed)
  }
}
