import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// A state with channels and one scheduled restore test.
struct NotificationKit {
  let store: StoreKit
  let by: Actor
  let channels: [Channel]
  let schedule: Schedule
  static let day: TimeInterval = 86_400

  init(_ rule: NotificationRule? = nil, channels count: Int = 2) throws {
    store = try StoreKit()
    by = store.actor(try store.manager())
    channels = try ["a", "b", "c"].prefix(count).map { [store, by] in
      try store.channels.add(name: $0, kind: "steerable", description: "", options: ["key": "swordfish"], by: by)
    }
    var definition = RestoreTestDefinition(location: "/backups")
    definition.notifications = rule
    schedule = try store.schedules.add(
      name: "shop", definition, ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: by)
  }

  /// A run of the restore test that is going on.
  func running(at date: Date? = nil) throws -> RunRecord {
    let actor = Actor(person: by.person, at: date ?? store.noon, address: "")
    let run = try store.runs.request(
      schedule.test.definition, title: "shop", restoreTest: schedule.test.id, by: actor)
    _ = try store.runs.claim(run.id, by: "d", now: actor.at)
    return run
  }

  /// A run from start to end.
  @discardableResult
  func run(_ verdict: Verdict, at date: Date? = nil, source: SourceObject? = nil) throws -> RunRecord {
    let run = try running(at: date)
    try store.runs.end(run.id, Self.report(verdict, source), now: date ?? store.noon)
    return run
  }

  static func report(_ verdict: Verdict, _ source: SourceObject? = nil) -> RunReport {
    RunReport(
      runID: "r", verdict: verdict, cause: verdict == .passed ? nil : "dump.truncated",
      sentence: verdict == .passed ? "this backup was restored" : "this backup can't be trusted: it is cut",
      findings: [],
      stages: [], inventory: nil, engine: nil, sandbox: nil, source: source, layers: [], depth: .full,
      started: Date(timeIntervalSince1970: 1_800_000_000), seconds: 1)
  }

  /// What is due, by channel's name.
  func due(at date: Date? = nil) throws -> [String: NotificationReason] {
    let names = Dictionary(uniqueKeysWithValues: channels.map { ($0.id, $0.name) })
    return try store.outbox.due(now: date ?? store.noon + 3650 * Self.day, limit: 1000).reduce(into: [:]) {
      $0[$1.channel.flatMap { names[$0] } ?? "heartbeat"] = $1.reason
    }
  }
}

extension FindingCode: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

@Suite struct NotificationStoreTests {
  @Test func `a failed run is told by every channel unless its rule says otherwise, and a proven one by none`() throws {
    let kit = try NotificationKit()
    try kit.run(.passed)
    #expect(try kit.due().isEmpty)
    try kit.run(.failed)
    #expect(try kit.due() == ["a": .failure, "b": .failure])
  }

  @Test func `rules choose reasons and channels`() throws {
    let all = try NotificationKit(NotificationRule(reasons: [.failure, .recovery, .everyRun]))
    try all.run(.passed)
    #expect(try all.due() == ["a": .everyRun, "b": .everyRun])
    let recovery = try NotificationKit(NotificationRule(reasons: [.recovery]))
    try recovery.run(.inconclusive)
    #expect(try recovery.due().isEmpty)
    try recovery.run(.passed, at: recovery.store.noon + 60)
    #expect(try recovery.due() == ["a": .recovery, "b": .recovery])
    let none = try NotificationKit(NotificationRule(reasons: []))
    try none.run(.failed)
    #expect(try none.due().isEmpty)
  }

  @Test func `a rule names channels, and never falls silent when they are deleted`() throws {
    let kit = try NotificationKit()
    var definition = kit.schedule.test.definition
    definition.notifications = NotificationRule(channels: [kit.channels[1].id])
    try kit.store.schedules.change(
      kit.schedule.id, name: "shop", definition, kit.schedule.rule, .forEver, by: kit.by)
    try kit.run(.failed)
    #expect(try kit.due() == ["b": .failure])
    #expect(try kit.store.channels.delete(kit.channels[1].id, by: kit.by) == ["shop"])
    #expect(try kit.due().isEmpty)
    try kit.run(.failed)
    #expect(try kit.due() == ["a": .failure])
  }

  @Test func `a channel knows what became of the last that was sent, until it is changed`() throws {
    let kit = try NotificationKit(channels: 1)
    let channels = kit.store.channels
    let id = kit.channels[0].id
    #expect(try channels.all()[0].tried == nil)
    try channels.noteAttempt(id, problem: "refused", at: kit.store.noon)
    #expect(try channels.all()[0].problem == "refused" && channels.all()[0].tried == kit.store.noon)
    try channels.noteAttempt(id, problem: nil, at: kit.store.noon)
    #expect(try channels.all()[0].problem == nil && channels.all()[0].tried != nil)
    try channels.change(id, name: "other", description: "", options: [:], by: kit.by)
    #expect(try channels.all()[0].tried == nil)
    #expect(try channels.delete(id, by: kit.by).isEmpty)
  }

  @Test func `runs by themselves, replaced ones and those that somebody cancelled are nobody's news`() throws {
    let kit = try NotificationKit(NotificationRule(reasons: [.failure, .everyRun]))
    let alone = try kit.store.runs.request(
      RestoreTestDefinition(location: "/x"), title: "x", restoreTest: nil, by: kit.by)
    _ = try kit.store.runs.claim(alone.id, by: "d", now: kit.store.noon)
    try kit.store.runs.end(alone.id, NotificationKit.report(.failed), now: kit.store.noon)
    let cancelled = try kit.running()
    #expect(try kit.store.runs.cancel(cancelled.id, by: kit.by))
    try kit.store.runs.end(cancelled.id, NotificationKit.report(.inconclusive), now: kit.store.noon)
    let due = try #require(kit.schedule.next)
    _ = try kit.store.schedules.fireDue(now: due, limit: 10)
    _ = try kit.store.schedules.fireDue(now: due + NotificationKit.day, limit: 10)
    #expect(try kit.due().isEmpty)
  }

  @Test func `a run that is interrupted twice, and one that ends without a report, is told`() throws {
    let kit = try NotificationKit()
    _ = try kit.running()
    #expect(try kit.store.runs.endInterrupted(silence: 20, now: kit.store.noon + 60) == 1)
    #expect(try kit.due().isEmpty, "it is tried again")
    _ = try kit.store.runs.claim(try #require(try kit.store.runs.waiting(limit: 1).first), by: "d", now: kit.store.noon)
    #expect(try kit.store.runs.endInterrupted(silence: 20, now: kit.store.noon + 120) == 1)
    #expect(try kit.due() == ["a": .failure, "b": .failure])
    let other = try NotificationKit()
    let run = try other.running()
    try other.store.runs.end(run.id, because: ServerFindings.internalError.finding("x"), now: other.store.noon)
    #expect(try other.due() == ["a": .failure, "b": .failure])
  }

  @Test func `a run is told once, however often it is ended`() throws {
    let kit = try NotificationKit(channels: 1)
    let run = try kit.run(.failed)
    try kit.store.runs.end(run.id, NotificationKit.report(.failed), now: kit.store.noon)
    try kit.store.runs.end(run.id, because: ServerFindings.interrupted.finding("x"), now: kit.store.noon)
    #expect(try kit.store.outbox.due(now: kit.store.noon, limit: 10).count == 1)
  }

  @Test func `of many servers one gets a message; one that falls silent loses it`() async throws {
    let kit = try NotificationKit(channels: 1)
    try kit.run(.failed)
    let message = try #require(try kit.store.outbox.due(now: kit.store.noon, limit: 1).first)
    let other = Messages(try StateDatabase(path: kit.store.folder + "/state.sqlite"))
    let lease = kit.store.noon + 180
    let winners = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        let outbox = number.isMultiple(of: 2) ? kit.store.outbox : other
        group.addTask { (try? outbox.claim(message, until: lease)) == true }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(winners == 1)
    #expect(try kit.store.outbox.due(now: lease - 1, limit: 10).isEmpty)
    let again = try #require(try kit.store.outbox.due(now: lease, limit: 10).first)
    #expect(again.id == message.id && again.attempts == 1)
    try kit.store.outbox.failed(again.id, "no", retry: lease + 60, now: lease)
    #expect(try kit.store.outbox.troubled(limit: 10).map(\.problem) == ["no"])
    try kit.store.outbox.sent(again.id, now: lease)
    #expect(try kit.store.outbox.due(now: lease + 600, limit: 10).isEmpty)
    #expect(try kit.store.outbox.troubled(limit: 10).isEmpty)
    try kit.store.outbox.forget(before: lease)
  }

  @Test func `many messages of one channel don't stand before those of another`() throws {
    let kit = try NotificationKit(channels: 1)
    for _ in 0..<5 { try kit.run(.failed) }
    let later = try kit.store.channels.add(name: "b", kind: "k", description: "", options: [:], by: kit.by)
    try kit.run(.failed, at: kit.store.noon + 60)
    let due = try kit.store.outbox.due(now: kit.store.noon + 60, limit: 2)
    #expect(due.map(\.channel) == [kit.channels[0].id, later.id])
    #expect(due.map(\.created) == [kit.store.noon, kit.store.noon + 60])
  }

  @Test func `a heartbeat goes out after a proven run only`() throws {
    let kit = try NotificationKit(NotificationRule(heartbeat: "https://hc.example/1"), channels: 0)
    try kit.run(.failed)
    #expect(try kit.due().isEmpty)
    try kit.run(.passed)
    let messages = try kit.store.outbox.due(now: kit.store.noon, limit: 10)
    #expect(messages.map(\.address) == ["https://hc.example/1"])
  }

  @Test func `a channel's options are sealed under its own id, and changing it tries again at once`() throws {
    let kit = try NotificationKit(channels: 1)
    let id = kit.channels[0].id
    #expect(try kit.store.channels.open(id).options == ["key": "swordfish"])
    #expect(try kit.store.written().range(of: Data("swordfish".utf8)) == nil)
    try kit.run(.failed)
    let message = try #require(try kit.store.outbox.due(now: kit.store.noon, limit: 1).first)
    try kit.store.outbox.failed(message.id, "no", retry: kit.store.noon + 3600, now: kit.store.noon)
    #expect(try kit.due(at: kit.store.noon).isEmpty)
    try kit.store.channels.change(id, name: "A", description: "", options: ["key": "new"], by: kit.by)
    #expect(try kit.store.outbox.due(now: kit.store.noon, limit: 1).map(\.id) == [message.id])
    #expect(throws: StoreError.alreadyThere) {
      try kit.store.channels.add(name: "a", kind: "k", description: "", options: [:], by: kit.by)
    }
    #expect(try kit.store.trail.lines().map(\.what).prefix(1) == ["channel.changed"])
  }
}
