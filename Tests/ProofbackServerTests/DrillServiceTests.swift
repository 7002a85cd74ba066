import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import Synchronization
import Testing

/// Drills from the request to their end, with a launcher that does as it is told.
@Suite struct DrillServiceTests {
  /// A server with a restore test.
  private struct Kit {
    let server: ServerKit
    let test: RestoreTest
    let schedule: Schedule
    var drills: any DrillRepository { server.state.kept.drills }

    init(_ launcher: any Launcher, most: Int = 2, name: String = "shop") throws {
      server = try ServerKit(launcher, most: most)
      schedule = try server.store.schedules.add(
        name: name, RestoreTestDefinition(location: "\(server.store.folder)/shop.sql"),
        ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: server.by)
      test = schedule.test
    }

    func request() throws -> String { try DrillRequests(server.state).request(test, by: server.by).drill.id }

    /// Lets a server work until something holds.
    func serve(until holds: () async throws -> Bool) async throws {
      let dispatcher = Dispatcher(server.state, most: server.most, logger: Logger(label: "test"))
      let service = DrillService(
        server.state, dispatcher: dispatcher, logger: Logger(label: "test"), pace: .milliseconds(10))
      let work = [Task { try await dispatcher.run() }, Task { try await service.run() }]
      let deadline = Date(timeIntervalSinceNow: 60)
      while try await !holds(), Date() < deadline { try await Task.sleep(for: .milliseconds(10)) }
      for task in work.reversed() {
        task.cancel()
        _ = await task.result
      }
    }

    func carryOut(_ id: String) async throws -> DrillRecord {
      try await serve { try drills.drill(id)?.state.goesOn == false }
      return try #require(try drills.drill(id))
    }
  }

  /// Damaged runs fail, but for those that end within what the location says.
  private static func judge(_ assignment: Assignment) -> RunReport {
    var report = SteerableLauncher.passed(assignment)
    report.source = SourceObject(name: "shop.sql", path: assignment.specification.location, size: 1000)
    guard let damage = assignment.specification.damage, damage.kind != .digit else { return report }
    let finding = Finding(code: FindingCode("dump.truncated"), consequence: .failed, message: "it ends early")
    (report.verdict, report.cause, report.findings) = (.failed, finding.code, [finding])
    return report
  }

  @Test func `a drill runs the backup as it is, then each damage, and leaves nothing else behind`() async throws {
    let seen = Mutex<[Assignment]>([])
    let launcher = SteerableLauncher { assignment in
      seen.withLock { $0.append(assignment) }
      return Self.judge(assignment)
    }
    let kit = try Kit(launcher)
    let id = try kit.request()
    let drill = try await kit.carryOut(id)
    #expect(drill.state == .ended && drill.stopped == nil && drill.verdict == .passed)
    let results = try kit.drills.results(of: id)
    #expect(results.count > 20 && results.allSatisfy { $0.outcome != nil })
    #expect(
      results.filter { $0.outcome == .missed }.map(\.damage) == [
        "one digit of it became another", "no newer backup came for a month",
      ])
    let assignments = seen.withLock { $0 }
    #expect(assignments.count == results.count + 1)
    #expect(assignments[0].specification.damage == nil)
    // All are keyed as the first: nothing else is held against anything.
    #expect(Set(assignments.map(\.specification.profileKey)).count == 1)
    #expect(launcher.most == 1)
    let store = kit.server.store
    #expect(try store.runs.newest(of: kit.test.id, limit: 9).isEmpty)
    #expect(try store.runs.standing(of: kit.test.id)?.lastRun == nil)
    #expect(try store.baselines.kept(of: kit.test.id) == nil)
    #expect(try store.runs.statistics().ended.values.reduce(0, +) == 0)
  }

  @Test func `all is held against what the undamaged backup was, whatever runs leave meanwhile`() async throws {
    let seen = Mutex<[RunSpecification]>([])
    let late = Mutex<(@Sendable () throws -> Void)?>(nil)
    let kit = try Kit(
      SteerableLauncher { assignment in
        let number = seen.withLock {
          $0.append(assignment.specification)
          return $0.count
        }
        if number == 3 { try late.withLock { $0 }?() }
        return Self.judge(assignment)
      })
    let (server, test) = (kit.server, kit.test)
    @Sendable func pass(_ name: String) throws {
      let run = try server.store.runs.request(test.definition, title: "shop", restoreTest: test.id, by: server.by)
      _ = try server.store.runs.claim(run.id, by: "another", now: server.store.noon)
      let specification = RunSpecification(runID: run.id, location: "/", stateFolder: "/")
      let report = SteerableLauncher.passed(Assignment(specification: specification, secrets: RunSecrets()))
      let past = PassedRun(runID: name, asOf: server.store.noon, source: nil, dumpedAt: nil, profile: DatabaseProfile())
      try server.store.runs.end(run.id, report, baseline: Baseline(key: 7, newest: past), now: server.store.noon)
    }
    try pass("first")
    late.withLock { $0 = { try pass("second") } }
    let drill = try await kit.carryOut(try kit.request())
    #expect(drill.stopped == nil && drill.basis?.past == "first")
    #expect(Set(seen.withLock { $0 }.map { $0.baseline?.newest.runID }) == ["first"])
    #expect(Set(seen.withLock { $0 }.map(\.profileKey)) == [7])
    // The drill has left what the runs did.
    #expect(try server.store.baselines.baseline(of: test.id)?.newest.runID == "second")
    let missed = try kit.drills.results(of: drill.id).first { $0.damage == "one digit of it became another" }
    #expect(missed?.otherwise?.hasPrefix("it stays within what changes from run to run") == true)
  }

  @Test func `a backup that does not pass is not damaged any further`() async throws {
    let kit = try Kit(
      SteerableLauncher { assignment in
        var report = SteerableLauncher.passed(assignment)
        (report.verdict, report.sentence) = (.failed, "this backup can't be trusted: it is empty")
        return report
      })
    let drill = try await kit.carryOut(try kit.request())
    #expect(drill.state == .ended && drill.verdict == .failed)
    #expect(drill.stopped == "the backup as it is: this backup can't be trusted: it is empty")
    #expect(try kit.drills.results(of: drill.id).isEmpty)
  }

  @Test func `a drill waits while runs need all places, and takes one of them only`() async throws {
    let (held, letGo) = AsyncStream.makeStream(of: Void.self)
    let kit = try Kit(
      SteerableLauncher { assignment in
        if assignment.specification.runID.hasPrefix("run-") { for await _ in held { break } }
        return Self.judge(assignment)
      }, most: 1)
    _ = try kit.server.request("\(kit.server.store.folder)/busy")
    let launched = Mutex(false)
    var id = ""
    try await kit.serve {
      // The run has its place before the drill is asked for.
      if id.isEmpty {
        guard try kit.server.store.runs.waiting(limit: 1).isEmpty else { return false }
        id = try kit.request()
      }
      let drill = try #require(try kit.drills.drill(id))
      if drill.waitsFor == "for runs that are going on", launched.withLock({ $0 == false }) {
        launched.withLock { $0 = true }
        #expect(drill.basis == nil)
        letGo.yield()
      }
      return !drill.state.goesOn
    }
    #expect(launched.withLock { $0 })
    let drill = try #require(try kit.drills.drill(id))
    #expect(drill.state == .ended && drill.stopped == nil && drill.waitsFor == nil)
  }

  @Test func `one that is cancelled ends its run and keeps what it has found`() async throws {
    let count = Mutex(0)
    let wasStopped = Mutex(false)
    let kit = try Kit(
      SteerableLauncher { assignment in
        guard
          count.withLock({
            $0 += 1
            return $0
          }) == 4
        else { return Self.judge(assignment) }
        do { try await Task.sleep(for: .seconds(600)) } catch { wasStopped.withLock { $0 = true } }
        return SteerableLauncher.stopped(assignment)
      })
    let id = try kit.request()
    try await kit.serve {
      if count.withLock({ $0 }) == 4 { try kit.drills.cancel(id, by: kit.server.by) }
      return wasStopped.withLock { $0 }
    }
    #expect(try kit.drills.drill(id)?.state == .cancelled)
    #expect(try kit.drills.results(of: id).count { $0.outcome != nil } == 2)
  }

  @Test func `a server that ends leaves the drill to the next, which tries no damage twice`() async throws {
    let damages = Mutex<[RunSpecification]>([])
    let hangs = Mutex(true)
    let kit = try Kit(
      SteerableLauncher { assignment in
        let number = damages.withLock {
          $0.append(assignment.specification)
          return $0.count
        }
        if number == 6, hangs.withLock({ $0 }) {
          try? await Task.sleep(for: .seconds(600))
          damages.withLock { _ = $0.removeLast() }
          return SteerableLauncher.stopped(assignment)
        }
        return Self.judge(assignment)
      })
    let id = try kit.request()
    try await kit.serve { damages.withLock { $0.count } == 6 }
    #expect(try kit.drills.drill(id)?.state == .waiting)
    hangs.withLock { $0 = false }
    let drill = try await kit.carryOut(id)
    #expect(drill.state == .ended && drill.stopped == nil)
    let results = try kit.drills.results(of: id)
    #expect(results.allSatisfy { $0.outcome != nil })
    #expect(Set(damages.withLock { $0 }.map(\.runID)).count == results.count + 1)
    #expect(damages.withLock { $0 }.count == results.count + 1)
  }

  @Test func `another file, a changed restore test and our own trouble are no news of the checks`() async throws {
    let size = Mutex<UInt64>(0)
    let other = try Kit(
      SteerableLauncher { assignment in
        var report = SteerableLauncher.passed(assignment)
        report.source = SourceObject(
          name: "a", path: "a",
          size: size.withLock {
            $0 += 1
            return min($0, 3)
          })
        return report
      })
    #expect(try await other.carryOut(try other.request()).stopped == "the backup was changed meanwhile")

    let kit = try Kit(SteerableLauncher { Self.judge($0) })
    let id = try kit.request()
    var definition = kit.test.definition
    definition.minSizeBytes = 5
    try kit.server.store.schedules.change(
      kit.schedule.id, name: "shop", definition, kit.schedule.rule, .forEver, by: kit.server.by)
    #expect(try await kit.carryOut(id).stopped == "the restore test was changed meanwhile")

    let trouble = try Kit(
      SteerableLauncher { assignment in
        if assignment.specification.damage != nil { throw RunTrouble(ServerFindings.internalError, "no worker") }
        return Self.judge(assignment)
      })
    let told = try trouble.request()
    #expect(try await trouble.carryOut(told).stopped == nil)
    #expect(try trouble.drills.results(of: told).first?.outcome == .untold)
  }

  @Test func `what is not allowed any more is not drilled`() async throws {
    let kit = try Kit(SteerableLauncher { Self.judge($0) })
    let id = try kit.request()
    try Settings(kit.server.store.database).disallow(path: kit.server.store.folder, by: kit.server.by)
    #expect(try await kit.carryOut(id).stopped?.hasSuffix("lies in none of the allowed folders") == true)
    #expect(throws: FormProblems.self) { try kit.request() }
  }
}
