import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Synchronization
import Testing

/// A kind elsewhere whose machines cost a dollar an hour, and which notes what it was lent.
private final class PaidKind: LauncherKind {
  let name = "paid"
  let title = "paid"
  let options: [KindOption] = []
  /// So that no bucket has to be set up.
  let isHere = true
  let prices = [PriceItem("paid.machine", "a machine", dollars: 1, source: "a test")]
  let lent = Mutex<[LauncherSurroundings]>([])
  /// Seconds that a machine takes, by the server's clock.
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void = {}) { self.work = work }

  func describe(_ options: [String: String]) throws -> String { "" }
  func looksFirst(_ options: [String: String]) -> Bool { true }
  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher {
    lent.withLock { $0.append(surroundings) }
    return SteerableLauncher { [work] assignment in
      surroundings.started(MachineUse(machine: "large", units: ["paid.machine": 2]))
      work()
      return SteerableLauncher.passed(assignment)
    }
  }
}

/// What a server does before it starts a machine for a run, and what it costs.
@Suite struct PreflightTests {
  private static let bucket: @Sendable (String, String?) -> LocationReading = { location, _ in
    var reading = LocationReading(host: nil, path: location, description: location)
    reading.reach = BucketReach(
      bucket: "b", region: "r", isAmazons: true, key: "k", isOneObject: true, answers: [FindingCode("s3.archived")])
    return reading
  }

  private func kit(
    _ kind: PaidKind, now: @escaping @Sendable () -> Date = { Date() },
    look: @escaping @Sendable (Assignment) -> BackupLook
  ) throws -> ServerKit {
    try ServerKit(
      SteerableLauncher { SteerableLauncher.passed($0) }, launchers: [kind], read: Self.bucket, look: { look($0) },
      now: now)
  }

  /// A dispatcher that has ended starts nothing any more.
  private func carryOut(_ kit: ServerKit, within seconds: Double = 60) async throws {
    try await ServerKit.carryOut(
      Dispatcher(kit.state, most: 2, logger: Logger(label: "test")), kit.store, within: seconds)
  }

  private func workplace(_ kit: ServerKit, ceiling: String = "") throws -> Workplace {
    try WorkplaceKeeping(kit.state).add(
      kind: "paid", name: "there", limit: "1", ceiling: ceiling, values: [:], by: kit.by)
  }

  private func seen(_ assignment: Assignment, size: UInt64?, _ head: BackupHead? = nil) -> BackupLook {
    var report = SteerableLauncher.passed(assignment)
    report.source = SourceObject(name: "k", path: "k", size: size)
    return BackupLook(report: report, head: head)
  }

  @Test func `what the server sees in the bucket says what is needed, and with its own key`() async throws {
    let asked = Mutex<[Assignment]>([])
    let kind = PaidKind()
    let kit = try kit(kind) { assignment in
      asked.withLock { $0.append(assignment) }
      return seen(assignment, size: 10_000_000)
    }
    _ = try kit.request(kit.store.folder + "/k", workplace: try workplace(kit).id)
    try await carryOut(kit)
    let look = try #require(asked.withLock { $0 }.first)
    #expect(look.specification.goal == .look && look.specification.runID.hasPrefix("check-"))
    let lent = try #require(kind.lent.withLock { $0 }.first { $0.needs != nil })
    #expect(lent.needs?.diskBytes == 3_000_000_000 && lent.wasSeen && lent.reach(look.specification)?.bucket == "b")
    let run = try #require(try kit.store.runs.newest(before: nil, limit: 1).first)
    #expect(run.verdict == .passed && run.machine == "large")
    #expect(run.dollars.map { abs($0 - 2.0 / 60) < 0.001 } == true, "a minute at least")
    #expect(try kit.store.runs.report(run.id)?.cost?.dollars == run.dollars)
  }

  @Test func `a missing, archived or far too large object starts no machine, and what can't be seen starts one`()
    async throws
  {
    let answers: [(verdict: Verdict, code: String, size: UInt64?)] = [
      (.failed, "location.missing", nil), (.inconclusive, "s3.archived", nil),
      (.passed, "preflight.too-large", 900_000_000_000), (.inconclusive, "location.unreachable", nil),
    ]
    let left = Mutex(answers)
    let kind = PaidKind()
    let kit = try kit(kind) { assignment in
      let answer = left.withLock { $0.removeFirst() }
      var look = seen(assignment, size: answer.size)
      look.report.verdict = answer.verdict
      if answer.verdict != .passed {
        (look.report.cause, look.report.source) = (FindingCode(answer.code), nil)
        look.report.findings = [Finding(code: FindingCode(answer.code), consequence: .failed, message: "m")]
      }
      return look
    }
    let workplace = try workplace(kit)
    for answer in answers {
      let run = try kit.request(kit.store.folder + "/k", workplace: workplace.id)
      try await carryOut(kit)
      let ended = try #require(try kit.store.runs.run(run.id))
      let report = try kit.store.runs.report(run.id)
      #expect(report?.runID == "run-\(run.id)")
      if answer.code == "location.unreachable" {
        #expect(ended.verdict == .passed && ended.machine != nil)
        #expect(report?.findings.map(\.code.rawValue).contains("preflight.size-unknown") == true)
      } else {
        #expect(ended.cause == answer.code && ended.machine == nil && ended.cost == nil, "\(ended)")
      }
      if answer.verdict == .failed {
        #expect(ended.verdict == .failed && report?.findings.last?.code.rawValue == "preflight.no-machine")
      }
    }
  }

  @Test func `what the first bytes say is reckoned with, and no key is lent to whoever looks at them`() async throws {
    let asked = Mutex<[Assignment]>([])
    let kind = PaidKind()
    let kit = try kit(kind) { assignment in
      asked.withLock { $0.append(assignment) }
      return seen(assignment, size: 100_000_000, BackupHead(packing: .layer("zstd", states: 400_000_000)))
    }
    let secret = try kit.store.credentials.add(
      name: "p", kind: .passphrase, description: "", hosts: [], secret: Data("planted".utf8), by: kit.by)
    _ = try kit.request(kit.store.folder + "/k", passphrase: secret.id, workplace: try workplace(kit).id)
    try await carryOut(kit)
    let look = try #require(asked.withLock { $0 }.first)
    #expect(look.secrets.passphrase?.content.isEmpty == true)
    let needs = try #require(kind.lent.withLock { $0 }.compactMap(\.needs).first)
    #expect(needs.basis == "the file's 100.0 MB, zstd, which unpacks to 400.0 MB")
    #expect(needs.diskBytes == 10_000_000_000)
  }

  @Test(arguments: [true, false])
  func `what the first bytes decide starts no machine, and nothing else of theirs does`(_ isDecided: Bool) async throws
  {
    let code = FindingCode("decrypt.no-key-given")
    let kit = try kit(PaidKind()) { assignment in
      var look = seen(
        assignment, size: 1000, BackupHead(packing: .layer("age", states: nil), ends: isDecided ? code : nil))
      look.report.verdict = .inconclusive
      look.report.cause = code
      look.report.findings = [Finding(code: code, consequence: .inconclusive, message: "m")]
      return look
    }
    let run = try kit.request(kit.store.folder + "/k", workplace: try workplace(kit).id)
    try await carryOut(kit)
    let ended = try #require(try kit.store.runs.run(run.id))
    #expect((ended.machine == nil) == isDecided && (ended.cause == code.rawValue) == isDecided)
    let told = try kit.store.runs.report(run.id)?.findings.last?.code.rawValue
    #expect((told == "preflight.no-machine") == isDecided)
  }

  @Test
  func `at its monthly ceiling a workplace starts no run, says so, and goes on when it is raised or the month ends`()
    async throws
  {
    let now = Mutex(Date(timeIntervalSince1970: 1_796_000_000))
    let kind = PaidKind { now.withLock { $0 += 3600 } }
    let clock: @Sendable () -> Date = { now.withLock { $0 } }
    let kit = try kit(kind, now: clock) { seen($0, size: 1) }
    let workplace = try workplace(kit, ceiling: "3")
    // Two dollars each: the second goes over it.
    for _ in 0..<2 { _ = try kit.request(kit.store.folder + "/k", workplace: workplace.id) }
    try await carryOut(kit)
    let kept = try #require(try kit.state.kept.workplaces.workplace(workplace.id))
    #expect(abs(kept.spent - 4) < 0.001 && kept.isAtCeiling)
    let third = try kit.request(kit.store.folder + "/k", workplace: workplace.id)
    try await carryOut(kit, within: 1)
    let waiting = try #require(try kit.store.runs.run(third.id))
    #expect(waiting.state == .waiting)
    #expect(
      waiting.waitsFor == "for the next month, or a higher ceiling: $4.00 of $3.00 are spent in there")
    #expect(try !kit.state.kept.queue.hasRoomForDrill(in: workplace.id))
    try WorkplaceKeeping(kit.state).change(
      workplace.id, name: "there", limit: "1", ceiling: "5", values: [:], by: kit.by)
    try await carryOut(kit)
    #expect(try kit.store.runs.run(third.id)?.verdict == .passed)
    let fourth = try kit.request(kit.store.folder + "/k", workplace: workplace.id)
    try await carryOut(kit, within: 1)
    #expect(try kit.store.runs.run(fourth.id)?.state == .waiting)
    now.withLock { $0 += 31 * 86_400 }
    try await carryOut(kit)
    #expect(try kit.store.runs.run(fourth.id)?.verdict == .passed)
    let costs = try kit.state.kept.workplaces.costs(of: workplace.id, months: 12)
    #expect(costs.map(\.runs) == [1, 3] && costs.map { Int($0.dollars.rounded()) } == [2, 6])
    #expect(costs.map(\.month) == costs.map(\.month).sorted(by: >))
    #expect(throws: FormProblems.self) {
      try WorkplaceKeeping(kit.state).change(
        workplace.id, name: "there", limit: "1", ceiling: "4.50", values: [:], by: kit.by)
    }
  }

  @Test func `prices of a manager's own stand in the product's place, and only for what is paid for`() throws {
    let kit = try kit(PaidKind()) { seen($0, size: 1) }
    let prices = PriceRequests(kit.state)
    func problem(_ text: String) -> String? {
      do { try prices.set(text, by: kit.by) } catch { return (error as? FormProblems)?.problems.first?.fact }
      return nil
    }
    #expect(problem("paid.machine") == "paid.machine is no price")
    #expect(problem("other = 1") == "nothing that is paid for is called other")
    #expect(problem("paid.machine = -1") == "-1 is no price of paid.machine")
    #expect(problem("paid.machine = nan") == "nan is no price of paid.machine")
    #expect(problem("paid.machine = 1\npaid.machine = 2") == "paid.machine has two prices")
    #expect(problem(" paid.machine = 0.5 \n\n") == nil)
    #expect(try prices.list().perHour(MachineUse(machine: "m", units: ["paid.machine": 3])) == 1.5)
    #expect(PriceRequests.text(try prices.list().own) == "paid.machine = 0.5")
    #expect(problem("") == nil)
    #expect(try prices.list().own.isEmpty)
  }
}
