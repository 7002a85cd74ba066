import Foundation
import Logging
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Synchronization
import Testing

@testable import ProofbackServer

/// A kind of channel that does what a test tells it.
final class SteerableChannel: ChannelKind {
  let name = "steerable"
  let title = "steerable"
  let options = [KindOption("key", "Key", .secret, isRequired: true), KindOption("place", "Place")]
  private let work: @Sendable (Notice) async -> Delivery
  private let notices = Mutex<[Notice]>([])

  init(_ work: @escaping @Sendable (Notice) async -> Delivery = { _ in .delivered("taken") }) { self.work = work }

  var sent: [Notice] { notices.withLock { $0 } }

  func describe(_ options: [String: String], allowedHosts: [String]) async throws -> String {
    if options["place"] == "nowhere" { throw OptionProblem("place", "there is no such place") }
    return options["place"] ?? "somewhere"
  }

  func send(_ notice: Notice, _ options: [String: String], allowedHosts: [String]) async -> Delivery {
    notices.withLock { $0.append(notice) }
    return await work(notice)
  }
}

/// Time that a test moves.
final class Clock: Sendable {
  private let at: Mutex<Date>
  init(_ date: Date) { at = Mutex(date) }
  var now: Date { at.withLock { $0 } }
  func advance(_ seconds: TimeInterval) { at.withLock { $0 += seconds } }
}

struct NoticeKit {
  let base: ServerKit
  let state: ServerState
  let channel: SteerableChannel
  let clock: Clock
  let posting: Posting

  init(_ channel: SteerableChannel = SteerableChannel()) throws {
    base = try ServerKit(SteerableLauncher { SteerableLauncher.passed($0) })
    let clock = Clock(base.store.noon)
    self.clock = clock
    self.channel = channel
    state = ServerState(
      base.state.kept,
      facilities: Facilities(
        types: [],
        read: { location, _ in
          LocationReading(host: location.contains("db1") ? "db1" : nil, path: location, description: location)
        }, inspect: { _, _, _ in .key("key") }, hostKeys: { _ in [] }), launcher: base.state.launcher,
      folder: base.store.folder,
      couriers: Couriers(kinds: [channel]) { _, _ in .delivered("there") },
      publicAddress: "https://proofback.example", now: { clock.now })
    posting = Posting(state: state, logger: Logger(label: "test"))
  }

  var store: StoreKit { base.store }

  func addChannel() async throws -> Channel {
    try await ChannelKeeping(state).add(kind: "steerable", name: "ops", values: ["key": "swordfish"], by: base.by)
  }

  /// A run of a schedule that ended badly.
  func badRun(
    _ location: String = "ssh://b@db1/x", file: String = "shop.sql.gz.gpg", cause: String = "ends inside table orders"
  )
    throws -> RunRecord
  {
    let rule = ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC")
    let schedule = try store.schedules.add(
      name: "nightly \(Identifier.make())", RestoreTestDefinition(location: location), rule, .forEver, by: base.by)
    let run = try store.runs.request(
      schedule.test.definition, title: "nightly", restoreTest: schedule.test.id, by: base.by)
    _ = try store.runs.claim(run.id, by: "d", now: clock.now)
    let definition = FindingDefinition("dump.truncated", .failed, cause: "", nextStep: "make the backup anew")
    let report = RunReport(
      runID: "r", verdict: .failed, cause: definition.code, sentence: "this backup can't be trusted: \(cause)",
      findings: [definition.finding(cause)], stages: [StageRecord(name: .locate, seconds: 0.1, bytes: 0)],
      inventory: nil, engine: nil, sandbox: nil, source: SourceObject(name: file, path: file, size: 1_200_000_000),
      layers: [], depth: .full, started: clock.now, seconds: 1)
    try store.runs.end(run.id, report, now: clock.now)
    return run
  }

  /// Claims and sends what is due, as the outbox does.
  func postAll() async throws {
    for message in try store.outbox.due(now: clock.now, limit: 100) {
      #expect(try store.outbox.claim(message, until: clock.now + 180))
      await posting.carryOut(message)
    }
  }
}

@Suite struct NotificationTests {
  @Test func `a bad run is told with state, backup, host and cause, its hint, and a link`() async throws {
    let kit = try NoticeKit()
    _ = try await kit.addChannel()
    let run = try kit.badRun()
    try await kit.postAll()
    let notice = try #require(kit.channel.sent.first)
    #expect(notice.subject == "bad: shop.sql.gz.gpg on db1: ends inside table orders")
    #expect(notice.cause == "ends inside table orders" && notice.hint == "make the backup anew")
    #expect(notice.link == "https://proofback.example/runs/\(run.id)")
    #expect(notice.facts.contains { $0.name == "file" && $0.value == "shop.sql.gz.gpg, 1.2 GB" })
    #expect(notice.facts.contains { $0.name == "tried" && $0.value == "locate 0.1 s" })
    try await kit.postAll()
    #expect(kit.channel.sent.count == 1)
  }

  @Test func `names from elsewhere are on one line, capped and escaped`() async throws {
    let kit = try NoticeKit()
    _ = try await kit.addChannel()
    let hostile = "x\r\nBcc: evil\u{202E}\u{0}" + String(repeating: "y", count: 5000)
    _ = try kit.badRun(file: hostile, cause: hostile)
    try await kit.postAll()
    let notice = try #require(kit.channel.sent.first)
    for text in [notice.subject, notice.cause] + notice.facts.map(\.value) {
      #expect(!text.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
      #expect(text.count < 700)
    }
  }

  @Test func `a message that fails is tried again ever later for a day, then given up, and its channel is an alarm`()
    async throws
  {
    let fails = Atomic(true)
    let kit = try NoticeKit(
      SteerableChannel { _ in
        fails.load(ordering: .relaxed)
          ? .failed(fact: "nothing answers", hint: "look", isFinal: false) : .delivered("ok")
      })
    let channel = try await kit.addChannel()
    _ = try kit.badRun()
    var times: [Date] = []
    while let next = try kit.store.outbox.due(now: kit.clock.now + 86_400, limit: 1).first?.next {
      kit.clock.advance(max(0, next.timeIntervalSince(kit.clock.now)))
      times.append(kit.clock.now)
      try await kit.postAll()
      if times.count == 5 { #expect(try kit.store.alerts.open(limit: 10).isEmpty) }
    }
    #expect((25...60).contains(times.count))
    #expect(try #require(times.last).timeIntervalSince(kit.store.noon) > 80_000)
    let gaps = zip(times.dropFirst(), times).map { $0.timeIntervalSince($1) }
    #expect(gaps[0] < 40 && gaps.allSatisfy { $0 <= 3600 * 1.25 } && (gaps.last ?? 0) >= 3600 * 0.75)
    let message = try #require(try kit.store.outbox.troubled(limit: 10).first)
    #expect(message.givenUp != nil && message.problem == "nothing answers; next: look")
    let alert = try #require(try kit.store.alerts.open(limit: 10).first)
    #expect(alert.kind == .channel && alert.subject == channel.id)
    #expect(AlertText.fact(alert, now: kit.clock.now).contains("nothing answers"))
    fails.store(false, ordering: .relaxed)
    _ = try kit.badRun()
    try await kit.postAll()
    #expect(try kit.store.alerts.open(limit: 10).isEmpty)
  }

  @Test func `a worker's token that came with a second key is told by every channel, with what to do`() async throws {
    let channel = SteerableChannel()
    let kit = try NoticeKit(channel)
    _ = try await kit.addChannel()
    let run = try kit.badRun()
    try await kit.postAll()
    try kit.store.alerts.raise(claimOf: run.id, detail: "from 192.0.2.7", from: "192.0.2.7", now: kit.clock.now)
    try kit.store.alerts.raise(claimOf: run.id, detail: "again", from: "192.0.2.8", now: kit.clock.now)
    try kit.store.alerts.tell(now: kit.clock.now)
    try await kit.postAll()
    let notice = try #require(channel.sent.last)
    #expect(notice.state == "alarm" && notice.link.hasSuffix("/runs/\(run.id)"))
    #expect(
      notice.subject.hasPrefix("alarm: run ") && notice.cause.contains("somebody else came with its worker's token"))
    #expect(notice.cause.hasSuffix("from 192.0.2.7") && notice.hint.contains("replace the keys"))
    #expect(channel.sent.filter { $0.state == "alarm" }.count == 1)
  }

  @Test func `what can never succeed is given up at once`() async throws {
    let kit = try NoticeKit(SteerableChannel { _ in .failed(fact: "gone", hint: "", isFinal: true) })
    _ = try await kit.addChannel()
    _ = try kit.badRun()
    try await kit.postAll()
    #expect(try kit.store.outbox.troubled(limit: 10).first?.givenUp != nil)
    #expect(try kit.store.alerts.open(limit: 10).count == 1)
  }

  @Test func `the outbox sends what waits, a channel that hangs holds up no other, and the end does not wait for it`()
    async throws
  {
    let kit = try NoticeKit(
      SteerableChannel { notice in
        if notice.subject.contains("slow") { try? await Task.sleep(for: .seconds(60)) }
        return .delivered("ok")
      })
    _ = try await ChannelKeeping(kit.state).add(
      kind: "steerable", name: "other", values: ["key": "k"], by: kit.base.by)
    _ = try kit.badRun(file: "slow")
    _ = try await kit.addChannel()
    _ = try kit.badRun(file: "quick")
    let service = OutboxService(kit.state, logger: Logger(label: "test"))
    let work = Task { try await service.run() }
    let deadline = Date(timeIntervalSinceNow: 300)
    func isSent(_ word: String) -> Bool { kit.channel.sent.contains { $0.subject.contains(word) } }
    while !(isSent("quick") && isSent("slow")), Date() < deadline { try await Task.sleep(for: .milliseconds(20)) }
    #expect(isSent("slow"))
    #expect(isSent("quick"))
    work.cancel()
  }

  @Test func `several alarms are one notice that lists them`() async throws {
    let kit = try NoticeKit()
    _ = try await kit.addChannel()
    let rule = ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC")
    for name in ["shop", "crm", "wiki", "mail"] {
      _ = try kit.store.schedules.add(
        name: name, RestoreTestDefinition(location: "/\(name)"), rule, .forEver, by: kit.base.by)
    }
    kit.clock.advance(2 * 86_400)
    let watch = SilenceWatch(kit.state, logger: Logger(label: "test"))
    for _ in 0..<3 { watch.look() }
    try await kit.postAll()
    let notice = try #require(kit.channel.sent.first)
    #expect(kit.channel.sent.count == 1)
    #expect(notice.subject.hasPrefix("silent: 4 alarms: ") && notice.subject.hasSuffix(" and 1 more"))
    #expect(notice.facts.count == 4 && notice.facts.allSatisfy { $0.value.contains("it was due") })
  }

  @Test func `a channel is looked at before it is stored, and a secret left empty stays`() async throws {
    let kit = try NoticeKit()
    let keeping = ChannelKeeping(kit.state)
    for values in [["key": ""], ["key": "k", "place": "nowhere"], ["key": "a\nb"], ["key": "k", "place": "a\u{7}"]] {
      await #expect(throws: FormProblems.self) {
        try await keeping.add(kind: "steerable", name: "x", values: values, by: kit.base.by)
      }
    }
    await #expect(throws: FormProblems.self) {
      try await keeping.add(kind: "none", name: "x", values: [:], by: kit.base.by)
    }
    let channel = try await kit.addChannel()
    await #expect(throws: FormProblems.self) {
      try await keeping.add(kind: "steerable", name: "OPS", values: ["key": "k"], by: kit.base.by)
    }
    try await keeping.change(channel.id, name: "ops", values: ["place": "here"], by: kit.base.by)
    #expect(try kit.store.channels.open(channel.id).options == ["key": "swordfish", "place": "here"])
    #expect(try keeping.shown(channel.id).values == ["place": "here"])
    #expect(try await keeping.test(channel.id, by: kit.base.by, name: "Ada").isDelivered)
    #expect(kit.channel.sent.first?.reason == .test)
  }
}
