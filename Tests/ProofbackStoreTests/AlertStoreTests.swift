import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

@Suite struct AlertStoreTests {
  private static let day = NotificationKit.day

  private func file(_ name: String, _ date: Date, sha: String? = nil) -> SourceObject {
    SourceObject(name: name, path: "/backups/\(name)", size: 10, modified: date, sha256: sha ?? name)
  }

  /// New files on these days, each tested on its day.
  private func history(_ kit: NotificationKit, days: [Double]) throws {
    for day in days {
      let date = kit.store.noon + day * Self.day
      try kit.run(.passed, at: date, source: file("shop-\(day)", date))
    }
  }

  @Test func `a rhythm of new files that stops is an alarm, and a new file ends it`() throws {
    let kit = try NotificationKit()
    try history(kit, days: [0, 1, 2, 3, 4])
    let last = file("shop-4.0", kit.store.noon + 4 * Self.day)
    try kit.run(.passed, at: kit.store.noon + 5.4 * Self.day, source: last)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
    for day in [5.6, 6, 7] { try kit.run(.passed, at: kit.store.noon + day * Self.day, source: last) }
    let alert = try #require(try kit.store.alerts.open(limit: 10).first)
    #expect(try kit.store.alerts.open(limit: 10).count == 1)
    #expect(alert.kind == .stale && alert.name == "shop" && alert.since == kit.store.noon + 4 * Self.day)
    try history(kit, days: [8])
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `weekends, one outage of the past and hashes that are missing are no alarm`() throws {
    let kit = try NotificationKit()
    try history(kit, days: [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 24, 25])
    var last = file("shop-25.0", kit.store.noon + 25 * Self.day)
    last.sha256 = nil
    try kit.run(.inconclusive, at: kit.store.noon + 29 * Self.day, source: last)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
    try kit.run(.inconclusive, at: kit.store.noon + 30 * Self.day, source: last)
    #expect(try kit.store.alerts.open(limit: 10).map(\.kind) == [.stale])
  }

  @Test func `too little history says nothing, and another location starts anew`() throws {
    let kit = try NotificationKit()
    try history(kit, days: [0, 1, 2])
    try kit.run(.passed, at: kit.store.noon + 30 * Self.day, source: file("shop-2.0", kit.store.noon + 2 * Self.day))
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
    try history(kit, days: [31, 32, 33, 34])
    try kit.run(.passed, at: kit.store.noon + 60 * Self.day, source: file("shop-34.0", kit.store.noon + 34 * Self.day))
    #expect(try kit.store.alerts.open(limit: 10).count == 1)
    try kit.store.schedules.change(
      kit.schedule.id, name: "shop", RestoreTestDefinition(location: "/elsewhere"), kit.schedule.rule, .forEver,
      by: kit.by)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `a schedule whose time has long come without a run is late until one has ended`() throws {
    let kit = try NotificationKit()
    let due = try #require(kit.schedule.next)
    func overdue(_ hours: Double) throws -> [Overdue] {
      try kit.store.alerts.overdue(grace: 3600, now: due + hours * 3600)
    }
    #expect(try overdue(0.9).isEmpty)
    #expect(try overdue(1.1).map(\.test) == [kit.schedule.test.id])
    #expect(try kit.store.schedules.fireDue(now: due + 9 * 3600, limit: 10) == 1)
    let run = try #require(try kit.store.runs.newest(of: kit.schedule.test.id, limit: 1).first)
    #expect(run.late.map { Int($0.rounded()) } == 9 * 3600)
    try kit.store.runs.beat("d", waitingFor: "for one of 2 runs that are going on", now: due + 9 * 3600)
    let late = try overdue(9.1)
    #expect(late.map(\.reason) == ["it waits for one of 2 runs that are going on"])
    try kit.store.alerts.reconcile(late: late, now: due + 9.1 * 3600)
    try kit.store.alerts.reconcile(late: late, now: due + 9.2 * 3600)
    #expect(try kit.store.alerts.open(limit: 10).map(\.since) == [due])
    _ = try kit.store.runs.claim(run.id, by: "d", now: due + 10 * 3600)
    #expect(try overdue(12).isEmpty)
    #expect(try overdue(14).count == 1)
    try kit.store.runs.end(run.id, NotificationKit.report(.passed), now: due + 14 * 3600)
    try kit.store.alerts.reconcile(late: overdue(14), now: due + 14 * 3600)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `what is stopped or deleted is not late`() throws {
    let kit = try NotificationKit()
    let now = try #require(kit.schedule.next) + 7200
    try kit.store.schedules.pause(kit.schedule.id, by: kit.by)
    #expect(try kit.store.alerts.overdue(grace: 3600, now: now).isEmpty)
    try kit.store.schedules.delete(kit.schedule.id, by: kit.by)
    #expect(try kit.store.alerts.overdue(grace: 3600, now: now).isEmpty)
  }

  @Test func `alarms that open together are one message for each channel, told once`() throws {
    let kit = try NotificationKit()
    let noon = kit.store.noon
    let quiet = try kit.store.schedules.add(
      name: "quiet", Self.quiet, kit.schedule.rule, .forEver, by: kit.by)
    let second = try kit.store.schedules.add(
      name: "crm", RestoreTestDefinition(location: "/crm"), kit.schedule.rule, .forEver, by: kit.by)
    let late = [kit.schedule, second, quiet].map {
      Overdue(test: $0.test.id, name: $0.test.name, due: noon, reason: "")
    }
    try kit.store.alerts.reconcile(late: late, now: noon)
    for _ in 0..<3 { try kit.store.alerts.tell(now: noon) }
    let messages = try kit.store.outbox.due(now: noon, limit: 10)
    #expect(messages.count == 2 && messages.allSatisfy { $0.reason == .silence && $0.alerts.count == 2 })
    #expect(Set(try kit.store.alerts.alerts(messages[0].alerts).map(\.name)) == ["shop", "crm"])
  }

  private static var quiet: RestoreTestDefinition {
    var definition = RestoreTestDefinition(location: "/quiet")
    definition.notifications = NotificationRule(reasons: [.failure])
    return definition
  }

  @Test func `a channel that fails is told by the others`() throws {
    let kit = try NotificationKit(channels: 3)
    for _ in 0..<2 {
      try kit.store.alerts.raise(
        channel: kit.channels[0].id, since: kit.store.noon, detail: "no", now: kit.store.noon)
    }
    try kit.store.alerts.tell(now: kit.store.noon)
    #expect(try kit.due() == ["b": .silence, "c": .silence])
    #expect(try kit.store.alerts.open(limit: 10).count == 1)
    try kit.store.alerts.close(channel: kit.channels[0].id, now: kit.store.noon)
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }
}
