import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct RunStoreTests {
  private func request(_ kit: StoreKit, _ count: Int) throws -> [RunRecord] {
    let by = kit.actor(try kit.manager())
    return try (0..<count).map {
      try kit.runs.request(
        RestoreTestDefinition(location: "/backups/\($0).sql"), title: "\($0).sql", restoreTest: nil, by: by)
    }
  }

  @Test func `of many dispatchers that try, one gets a run`() async throws {
    let kit = try StoreKit()
    let run = try request(kit, 1)[0]
    // As two server processes: each with connections of its own.
    let other = Runs(try StateDatabase(path: kit.folder + "/state.sqlite"))
    let winners = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        let runs = number.isMultiple(of: 2) ? kit.runs : other
        group.addTask { (try? runs.claim(run.id, by: "d\(number)", now: kit.noon)) != nil }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(winners == 1)
    #expect(try kit.runs.run(run.id)?.state == .running)
    #expect(try kit.runs.waiting(limit: 10).isEmpty)
  }

  @Test func `a run ends once, and its first end counts`() throws {
    let kit = try StoreKit()
    let run = try request(kit, 1)[0]
    _ = try kit.runs.claim(run.id, by: "d", now: kit.noon)
    try kit.runs.end(run.id, because: ServerFindings.internalError.finding("the worker ended"), now: kit.noon)
    try kit.runs.end(run.id, because: ServerFindings.interrupted.finding("later"), now: kit.noon)
    let ended = try #require(try kit.runs.run(run.id))
    #expect(ended.state == .ended)
    #expect(ended.verdict == .inconclusive)
    #expect(ended.cause == "server.internal-error")
    #expect(ended.sentence == "could not tell: the worker ended")
  }

  @Test func `runs of a dispatcher that fell silent end, those of one that is there go on`() throws {
    let kit = try StoreKit()
    let runs = try request(kit, 2)
    try kit.runs.beat("gone", waitingFor: "for room", now: kit.noon)
    _ = try kit.runs.claim(runs[0].id, by: "gone", now: kit.noon)
    let later = kit.noon.addingTimeInterval(60)
    try kit.runs.beat("here", waitingFor: "for room", now: later)
    _ = try kit.runs.claim(runs[1].id, by: "here", now: later)
    #expect(try kit.runs.endInterrupted(silence: 20, now: later) == 1)
    #expect(try kit.runs.run(runs[0].id)?.cause == "run.interrupted")
    #expect(try kit.runs.run(runs[1].id)?.state == .running)
  }

  @Test func `a run that was interrupted is tried again once, unless settings say otherwise`() throws {
    let kit = try StoreKit()
    let requested = try request(kit, 2)
    let first = requested[0]
    func interrupt(_ id: String) throws -> RunRecord? {
      _ = try kit.runs.claim(id, by: "gone", now: kit.noon)
      #expect(try kit.runs.endInterrupted(silence: 20, now: kit.noon.addingTimeInterval(60)) == 1)
      return try kit.runs.waiting(limit: 9).compactMap(kit.runs.run).first { $0.repeats == id }
    }
    let second = try #require(try interrupt(first.id))
    #expect(second.title == first.title && second.repeats == first.id && second.requestedBy == first.requestedBy)
    #expect(try kit.runs.definition(second.id) == kit.runs.definition(first.id))
    #expect(try kit.runs.run(first.id)?.again == second.id)
    #expect(try interrupt(second.id) == nil)
    let manager = try #require(try kit.people.all().first)
    try Settings(kit.database).tryAgain(false, by: kit.actor(manager))
    #expect(try interrupt(requested[1].id) == nil)
  }

  @Test func `an interrupted run that somebody had cancelled is not tried again`() throws {
    let kit = try StoreKit()
    let run = try request(kit, 1)[0]
    _ = try kit.runs.claim(run.id, by: "gone", now: kit.noon)
    let manager = try #require(try kit.people.all().first)
    #expect(try kit.runs.cancel(run.id, by: kit.actor(manager)))
    try kit.runs.interrupt(run.id, now: kit.noon)
    #expect(try kit.runs.run(run.id)?.cause == "run.interrupted")
    #expect(try kit.runs.waiting(limit: 2).isEmpty)
  }

  @Test func `a waiting run that is cancelled ends at once, a running one is to be told`() throws {
    let kit = try StoreKit()
    let runs = try request(kit, 2)
    let ada = try #require(try kit.people.all().first)
    _ = try kit.runs.claim(runs[1].id, by: "d", now: kit.noon)
    #expect(try !kit.runs.cancel(runs[0].id, by: kit.actor(ada)))
    #expect(try kit.runs.run(runs[0].id)?.cause == "run.cancelled-early")
    #expect(try kit.runs.cancel(runs[1].id, by: kit.actor(ada)))
    #expect(try kit.runs.run(runs[1].id)?.state == .running)
  }

  @Test func `a log of any length is kept up to a limit`() throws {
    let kit = try StoreKit()
    let run = try request(kit, 1)[0]
    for _ in 0..<11 { try kit.runs.log(run.id, (0..<1000).map { "line \($0)" }, at: kit.noon) }
    #expect(try kit.runs.lines(run.id, after: 9_990, limit: 100).count == 10)
    #expect(try kit.runs.lines(run.id, after: 9_999, limit: 10).map(\.text) == ["the rest is not shown"])
  }

  @Test func `a run that is asked for takes the place of one of its restore test that waits`() throws {
    let kit = try StoreKit()
    let actor = kit.actor(try kit.manager())
    let test = try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/srv/shop"),
      ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: actor
    ).test
    let runs = try (0..<3).map { _ in
      try kit.runs.request(test.definition, title: "shop", restoreTest: test.id, by: actor)
    }
    #expect(try kit.runs.waiting(limit: 9) == [runs[2].id])
    #expect(try kit.runs.run(runs[0].id)?.cause == "run.replaced")
    _ = try kit.runs.claim(runs[2].id, by: "gone", now: kit.noon)
    let later = try kit.runs.request(test.definition, title: "shop", restoreTest: test.id, by: actor)
    #expect(try kit.runs.endInterrupted(silence: 20, now: kit.noon.addingTimeInterval(60)) == 1)
    #expect(try kit.runs.run(runs[2].id)?.again == later.id)
    #expect(try kit.runs.waiting(limit: 9) == [later.id])
  }
}
