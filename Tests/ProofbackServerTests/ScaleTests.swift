import Foundation
import Logging
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Synchronization
import Testing

@testable import ProofbackServer

/// Many at once, with more than one server.
@Suite struct ScaleTests {
  /// A second server on the state of the first, with connections of its own.
  private func other(_ kit: ServerKit) throws -> ServerState {
    let database = try StateDatabase(path: kit.store.folder + "/state.sqlite")
    return ServerState(
      ServerKit.repositories(kit.store, database: database), facilities: kit.state.facilities,
      launcher: kit.state.launcher, folder: kit.state.folder)
  }

  @Test func `schedules that are due at once run once each, with two servers, and never too many at a time`()
    async throws
  {
    let started = Mutex<[String: Int]>([:])
    let launcher = SteerableLauncher { assignment in
      started.withLock { $0[assignment.specification.location, default: 0] += 1 }
      return SteerableLauncher.passed(assignment)
    }
    let kit = try ServerKit(launcher, most: 3)
    let count = TestAll.isOn ? 10_000 : 300
    // Due since a minute ago.
    let by = Actor(person: kit.by.person, at: Date(timeIntervalSinceNow: -120), address: "")
    for number in 0..<count {
      _ = try kit.store.schedules.add(
        name: "\(number)", RestoreTestDefinition(location: "\(kit.store.folder)/\(number)"),
        ScheduleRule(.cron("* * * * *"), minuteOfDay: 0, timeZone: "UTC"), .times(1), by: by)
    }
    let logger = Logger(label: "test")
    let second = try other(kit)
    let secondDispatcher = Dispatcher(second, most: 3, logger: logger)
    let work = [
      Task { try await kit.dispatcher.run() }, Task { try await secondDispatcher.run() },
      Task { try await Scheduler(kit.state, dispatcher: kit.dispatcher, logger: logger).run() },
      Task { try await Scheduler(second, dispatcher: secondDispatcher, logger: logger).run() },
    ]
    defer { for task in work { task.cancel() } }
    var filter = RunFilter()
    filter.outcomes = [.passed]
    let deadline = Date(timeIntervalSinceNow: 900)
    while try kit.store.runs.count(filter, most: count) < count, Date() < deadline {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(try kit.store.runs.count(RunFilter(), most: 2 * count) == count)
    #expect(started.withLock { $0.count == count && $0.values.allSatisfy { $0 == 1 } })
    #expect(launcher.most <= 6)
  }

  @Test func `a run is ended by the server that carries it out, whichever server is asked`() async throws {
    let kit = try ServerKit(
      SteerableLauncher { assignment in
        try await Task.sleep(for: .seconds(300))
        return SteerableLauncher.passed(assignment)
      })
    let run = try kit.request("\(kit.store.folder)/a")
    let work = Task { try await kit.dispatcher.run() }
    defer { work.cancel() }
    while try kit.store.runs.run(run.id)?.state == .waiting { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try other(kit).kept.queue.cancel(run.id, by: kit.by))
    let deadline = Date(timeIntervalSinceNow: 60)
    while try kit.store.runs.run(run.id)?.state != .ended, Date() < deadline {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try kit.store.runs.run(run.id)?.verdict == .inconclusive)
  }

  @Test func `of a log of any length the beginning and the end are kept, and the gap is told`() {
    var buffer = RunLogBuffer()
    var kept: [String] = []
    let filling = String(repeating: "x", count: 1000)
    for number in 0..<100_000 { kept += buffer.add("line \(number) \(filling)") }
    kept += buffer.finish()
    #expect(kept.count < RunLogBuffer.mostLines && kept.reduce(0) { $0 + $1.utf8.count } < 2 << 20)
    #expect(kept.first?.hasPrefix("line 0 ") == true && kept.last?.hasPrefix("line 99999 ") == true)
    let gap = kept.count - RunLogBuffer.lastLines - 1
    #expect(kept[gap] == "\(Quantity.text(100_000 - gap - RunLogBuffer.lastLines, "line")) are not shown here")
    var short = RunLogBuffer()
    let lines = (0..<120).flatMap { short.add("\($0)") } + short.finish()
    #expect(lines == (0..<120).map(String.init))
    #expect(short.finish().isEmpty)
  }

  @Test func `old logs and reports are taken away as managers set it`() async throws {
    let kit = try ServerKit(SteerableLauncher { SteerableLauncher.passed($0) })
    let run = try kit.request("\(kit.store.folder)/a")
    try await kit.carryOut()
    #expect(try kit.store.runs.report(run.id) != nil)
    await Pruner(kit.state, logger: Logger(label: "test")).prune()
    #expect(try kit.store.runs.report(run.id) != nil)
    #expect(throws: FormProblems.self) {
      try RetentionRequests(kit.state).keep(detailDays: "0", runDays: "", by: kit.by)
    }
    #expect(throws: FormProblems.self) {
      try RetentionRequests(kit.state).keep(detailDays: "30", runDays: "7", by: kit.by)
    }
    try RetentionRequests(kit.state).keep(detailDays: "30", runDays: "", by: kit.by)
    #expect(try kit.state.kept.settings.retention() == Retention(detailDays: 30, runDays: nil))
  }
}
