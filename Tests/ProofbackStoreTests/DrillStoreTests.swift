import Foundation
import GRDB
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// Drills in the state: one at a time, none lost, none a run.
@Suite struct DrillStoreTests {
  private let kit: StoreKit
  private let drills: Drills
  private let by: Actor

  init() throws {
    kit = try StoreKit()
    drills = Drills(kit.database)
    by = kit.actor(try kit.manager())
    try kit.runs.beat("here", waitingFor: "", now: kit.noon)
  }

  private func schedule(_ name: String = "shop") throws -> Schedule {
    try kit.schedules.add(
      name: name, RestoreTestDefinition(location: "/b/\(name).sql"),
      ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: by)
  }

  private func claim(_ dispatcher: String = "here", at: Date? = nil) throws -> DrillRecord? {
    try drills.claim(by: dispatcher, silence: 20, now: at ?? kit.noon)
  }

  private static let basis = DrillBasis(
    RunReport.notRun(
      RunSpecification(runID: "r", location: "/b", stateFolder: "/s"),
      because: ServerFindings.internalError.finding("x"), started: Date()),
    of: RunSpecification(runID: "r", location: "/b", stateFolder: "/s"))
  private static let cases = [
    DrillCase(what: "one", change: .damage(Damage(.stored, .cut, at: 7)), otherwise: "o"),
    DrillCase(what: "two", change: .later(30), otherwise: "o"), DrillCase(what: "three", change: .keysLost),
  ]

  @Test func `a restore test that is being drilled is not drilled twice`() throws {
    let test = try schedule().test
    let (first, isNew) = try drills.request(test, by: by)
    #expect(isNew && first.state == .waiting)
    let second = try drills.request(test, by: by)
    #expect(!second.isNew && second.drill.id == first.id)
    try drills.cancel(first.id, by: by)
    #expect(try drills.request(test, by: by).isNew)
  }

  @Test func `one goes on at a time, and only a server that shows itself takes one`() throws {
    let (shop, wiki) = (try schedule().test, try schedule("wiki").test)
    let first = try drills.request(shop, by: by).drill
    _ = try drills.request(wiki, by: by)
    #expect(try claim("nobody") == nil)
    #expect(try claim()?.id == first.id)
    #expect(try claim() == nil)
    try drills.end(first.id, stopped: nil, verdict: nil, now: kit.noon)
    #expect(try claim()?.title == "wiki")
  }

  @Test func `what a server left goes on with its first undone step`() throws {
    let drill = try drills.request(try schedule().test, by: by).drill
    _ = try claim()
    #expect(try drills.begin(drill.id) == DrillStep(number: 0, item: .control, tries: 1))
    try drills.plan(drill.id, Self.cases, Self.basis)
    let step = try #require(try drills.begin(drill.id))
    #expect(step.item == Self.cases[0])
    var result = DrillResult(damage: "one")
    result.outcome = .caught
    try drills.record(drill.id, step, result)
    #expect(try drills.begin(drill.id) == DrillStep(number: 2, item: Self.cases[1], tries: 1))
    // It ends in order: that does not count.
    try drills.release(drill.id, by: "here")
    #expect(try !drills.isGoingOn(drill.id, by: "here"))
    #expect(try claim()?.basis == Self.basis)
    #expect(try drills.begin(drill.id)?.tries == 1)
    // It is killed: that does.
    let later = kit.noon.addingTimeInterval(60)
    try kit.runs.beat("there", waitingFor: "", now: later)
    #expect(try claim("there", at: later)?.id == drill.id)
    #expect(try drills.begin(drill.id) == DrillStep(number: 2, item: Self.cases[1], tries: 2))
    #expect(try drills.results(of: drill.id).map(\.outcome) == [.caught, nil, nil])
    #expect(try drills.results(of: drill.id).map(\.damage) == ["one", "two", "three"])
  }

  @Test func `one that was cancelled takes nothing any more`() throws {
    let drill = try drills.request(try schedule().test, by: by).drill
    _ = try claim()
    _ = try drills.begin(drill.id)
    for _ in 0..<2 { try drills.cancel(drill.id, by: by) }
    try drills.plan(drill.id, Self.cases, Self.basis)
    try drills.end(drill.id, stopped: "s", verdict: nil, now: kit.noon)
    let ended = try #require(try drills.drill(drill.id))
    #expect(ended.state == .cancelled && ended.stopped == nil && ended.basis == nil)
    #expect(try drills.results(of: drill.id).isEmpty)
    let told = try kit.trail.page(AuditFilter(text: "drill."), before: nil, limit: 10).lines.map(\.what)
    #expect(told == ["drill.cancelled", "drill.requested"])
    #expect(throws: StoreError.notThere) { try drills.cancel("nosuchid", by: by) }
  }

  @Test func `the last few of a restore test are kept, and none when it is deleted`() throws {
    let (shop, wiki) = (try schedule(), try schedule("wiki"))
    let other = try drills.request(wiki.test, by: by).drill
    for hour in 0..<8 {
      let at = kit.noon.addingTimeInterval(Double(hour) * 3600)
      let drill = try drills.request(shop.test, by: Actor(person: by.person, at: at, address: "")).drill
      try drills.cancel(drill.id, by: by)
    }
    let kept = try drills.newest(of: shop.test.id, limit: 100)
    #expect(kept.count == 5 && kept.first?.requested == kit.noon.addingTimeInterval(7 * 3600))
    try kit.schedules.delete(shop.id, by: by)
    #expect(try drills.newest(of: shop.test.id, limit: 100).isEmpty)
    #expect(throws: StoreError.notThere) { try drills.request(shop.test, by: by) }
    #expect(try drills.drill(other.id) != nil)
  }

  @Test func `no run is made of it, and nobody is told`() throws {
    let drill = try drills.request(try schedule().test, by: by).drill
    _ = try claim()
    try drills.end(drill.id, stopped: "it does not pass", verdict: .failed, now: kit.noon)
    #expect(try drills.drill(drill.id)?.verdict == .failed)
    #expect(try kit.runs.newest(of: drill.restoreTest, limit: 9).isEmpty)
    #expect(try kit.runs.standing(of: drill.restoreTest)?.lastRun == nil)
    #expect(try kit.outbox.due(now: .distantFuture, limit: 9).isEmpty)
  }
}
