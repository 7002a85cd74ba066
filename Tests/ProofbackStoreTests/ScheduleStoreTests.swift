import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct ScheduleStoreTests {
  private let rule = ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC")
  private static let day: TimeInterval = 86_400

  private func add(_ kit: StoreKit, _ repetition: Repetition = .forEver) throws -> Schedule {
    let by = kit.actor(try kit.manager())
    return try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/backups/shop.sql"), rule, repetition, by: by)
  }

  private func by(_ kit: StoreKit, at date: Date) throws -> Actor {
    Actor(person: try #require(try kit.people.all().first).id, at: date, address: "")
  }

  /// Makes the runs that are due; the newest of all, when there is a new one.
  private func fire(_ kit: StoreKit, now: Date) throws -> RunRecord? {
    try kit.schedules.fireDue(now: now, limit: 10) > 0 ? try kit.runs.newest(before: nil, limit: 1).first : nil
  }

  @Test func `a time fires once, however many servers look`() async throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let due = try #require(schedule.next)
    #expect(try fire(kit, now: due.addingTimeInterval(-1)) == nil)
    let other = Schedules(try StateDatabase(path: kit.folder + "/state.sqlite"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        let schedules = number.isMultiple(of: 2) ? kit.schedules : other
        group.addTask { _ = try schedules.fireDue(now: due, limit: 10) }
      }
      try await group.waitForAll()
    }
    #expect(try kit.schedules.schedule(schedule.id)?.next == due.addingTimeInterval(Self.day))
    #expect(try kit.runs.newest(before: nil, limit: 10).map(\.due) == [due])
  }

  @Test func `times that were missed run once, late, and the next is in the future`() throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let due = try #require(schedule.next)
    let now = due.addingTimeInterval(3.5 * Self.day)
    let run = try #require(try fire(kit, now: now))
    #expect(run.due == due)
    #expect(run.late == 3.5 * Self.day)
    #expect(try fire(kit, now: now) == nil)
    #expect(try kit.schedules.schedule(schedule.id)?.next == due.addingTimeInterval(4 * Self.day))
  }

  @Test func `a newer run takes the place of one that still waits`() throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let due = try #require(schedule.next)
    let first = try #require(try fire(kit, now: due))
    let second = try #require(try fire(kit, now: due.addingTimeInterval(Self.day)))
    #expect(try kit.runs.run(first.id)?.cause == "run.replaced")
    #expect(try kit.runs.waiting(limit: 10) == [second.id])
  }

  @Test func `a schedule ends after its number of times, or on its day`() throws {
    let kit = try StoreKit()
    let twice = try add(kit, .times(2))
    let due = try #require(twice.next)
    _ = try fire(kit, now: due)
    _ = try fire(kit, now: due.addingTimeInterval(Self.day))
    #expect(try kit.schedules.schedule(twice.id)?.next == nil)
    let until = try kit.schedules.add(
      name: "until", twice.test.definition, rule, .until(due.addingTimeInterval(Self.day * 1.5)),
      by: by(kit, at: kit.noon))
    _ = try fire(kit, now: due)
    #expect(try kit.schedules.schedule(until.id)?.next == due.addingTimeInterval(Self.day))
    _ = try fire(kit, now: due.addingTimeInterval(Self.day))
    #expect(try kit.schedules.schedule(until.id)?.next == nil)
  }

  @Test func `what is paused does not fire, and goes on from when it is resumed`() throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let due = try #require(schedule.next)
    try kit.schedules.pause(schedule.id, by: by(kit, at: kit.noon))
    #expect(try fire(kit, now: due) == nil)
    let later = due.addingTimeInterval(10 * Self.day + 60)
    try kit.schedules.resume(schedule.id, by: by(kit, at: later))
    #expect(try kit.schedules.schedule(schedule.id)?.next == due.addingTimeInterval(11 * Self.day))
  }

  @Test func `a deleted schedule frees its name and its credentials; its runs stay`() throws {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let key = try kit.credentials.add(
      name: "k", kind: .passphrase, description: "", hosts: [], secret: Data("s".utf8), by: kit.actor(ada))
    var definition = RestoreTestDefinition(location: "/backups/shop.sql")
    definition.passphrase = key.id
    let schedule = try kit.schedules.add(name: "shop", definition, rule, .forEver, by: kit.actor(ada))
    #expect(throws: StoreError.inUse(["shop"])) { try kit.credentials.delete(key.id, by: kit.actor(ada)) }
    #expect(throws: StoreError.alreadyThere) {
      try kit.schedules.add(name: "Shop", definition, rule, .forEver, by: kit.actor(ada))
    }
    _ = try fire(kit, now: try #require(schedule.next))
    try kit.schedules.delete(schedule.id, by: kit.actor(ada))
    #expect(try kit.runs.schedules(after: nil, limit: 10).isEmpty)
    #expect(try kit.runs.newest(before: nil, limit: 10).map(\.title) == ["shop"])
    try kit.credentials.delete(key.id, by: kit.actor(ada))
    _ = try kit.schedules.add(name: "shop", RestoreTestDefinition(location: "/x"), rule, .forEver, by: kit.actor(ada))
  }

  @Test func `with a schedule its results go when that is wanted, those of others stay`() throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let by = try by(kit, at: kit.noon)
    #expect(try kit.schedules.fireDue(now: try #require(schedule.next), limit: 10) == 1)
    let ended = try #require(try kit.runs.newest(of: schedule.test.id, limit: 1).first)
    try kit.runs.log(ended.id, ["a line"], at: kit.noon)
    _ = try kit.runs.cancel(ended.id, by: by)
    let running = try kit.runs.request(schedule.test.definition, title: "shop", restoreTest: schedule.test.id, by: by)
    _ = try kit.runs.claim(running.id, by: "dispatcher", now: kit.noon)
    let other = try kit.runs.request(schedule.test.definition, title: "by hand", restoreTest: nil, by: by)
    try kit.schedules.delete(schedule.id, keepingResults: false, by: by)
    #expect(try kit.runs.run(ended.id) == nil)
    #expect(try kit.runs.lines(ended.id, after: 0, limit: 10).isEmpty)
    // What goes on is told to end, and goes when it has.
    #expect(try kit.runs.cancelled(of: "dispatcher") == [running.id])
    try kit.runs.log(running.id, ["its last line"], at: kit.noon)
    try kit.runs.end(running.id, because: ServerFindings.internalError.finding("cancelled"), now: kit.noon)
    #expect(try kit.runs.run(running.id) == nil && kit.runs.lines(running.id, after: 0, limit: 10).isEmpty)
    #expect(try kit.runs.run(other.id)?.state == .waiting)
  }

  @Test func `what waits and goes on of a deleted schedule is cancelled, and stays with the results`() throws {
    let kit = try StoreKit()
    let schedule = try add(kit)
    let by = try by(kit, at: kit.noon)
    func request() throws -> RunRecord {
      try kit.runs.request(schedule.test.definition, title: "shop", restoreTest: schedule.test.id, by: by)
    }
    let running = try request()
    _ = try kit.runs.claim(running.id, by: "dispatcher", now: kit.noon)
    let waiting = try request()
    try kit.schedules.delete(schedule.id, by: by)
    let ended = try #require(try kit.runs.run(waiting.id))
    #expect(ended.state == .ended && ended.cause == "run.cancelled-early")
    #expect(ended.sentence == "could not tell: its schedule was deleted before it began")
    #expect(try kit.runs.waiting(limit: 9).isEmpty && kit.runs.cancelled(of: "dispatcher") == [running.id])
    // A server that ends meanwhile does not try it again.
    try kit.runs.interrupt(running.id, now: kit.noon)
    #expect(try kit.runs.run(running.id)?.state == .ended && kit.runs.waiting(limit: 9).isEmpty)
    #expect(try kit.runs.newest(of: schedule.test.id, limit: 9).count == 2)
    #expect(try kit.runs.needing(byHandSince: .distantPast, limit: 9).isEmpty)
    let lines = try kit.trail.page(AuditFilter(), before: nil, limit: 99).lines
    #expect(Set(lines.filter { $0.what == "run.cancelled" }.map(\.about)) == [running.id, waiting.id])
    // Run again: nothing stands for a schedule that is gone, so it is a run by hand.
    #expect(try request().restoreTest == nil)
  }

  @Test func `a list goes on after its last schedule, whatever was added or deleted meanwhile`() throws {
    let kit = try StoreKit()
    let by = kit.actor(try kit.manager())
    // All in the same millisecond.
    for number in 0..<5 {
      _ = try kit.schedules.add(
        name: "shop \(number)", RestoreTestDefinition(location: "/x"), rule, .forEver, by: by)
    }
    let all = try kit.runs.schedules(after: nil, limit: 10).map(\.schedule.id)
    let first = try kit.runs.schedules(after: nil, limit: 2).map(\.schedule.id)
    #expect(all.count == 5 && first == Array(all[..<2]))
    for id in first { try kit.schedules.delete(id, by: by) }
    let later = Actor(person: by.person, at: by.at + 1, address: "")
    let new = try kit.schedules.add(
      name: "new", RestoreTestDefinition(location: "/x"), rule, .forEver, by: later)
    #expect(try kit.runs.schedules(after: first[1], limit: 10).map(\.schedule.id) == Array(all[2...]) + [new.id])
    #expect(throws: StoreError.notThere) { try kit.runs.schedules(after: "nosuchid", limit: 10) }
  }
}
