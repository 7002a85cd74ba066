import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Synchronization
import Testing

/// A kind of workplace whose launcher does what a test tells it.
struct SteerableKind: LauncherKind {
  let name = "steerable"
  let title = "steerable"
  let options = [KindOption("room", "Room", hint: "a room", isRequired: true)]
  let isHere: Bool
  let steered: any Launcher

  func describe(_ options: [String: String]) throws -> String {
    guard options["room"] != "none" else { throw OptionProblem("room", "there is none") }
    return options["room"] ?? ""
  }
  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher { steered }
}

/// Keeps what it is asked to reap.
final class ReapingLauncher: Launcher {
  let name = "reaping"
  let goingOn = Mutex<[String: Bool]>([:])
  let asked: [String]

  init(_ asked: [String]) { self.asked = asked }

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    SteerableLauncher.passed(assignment)
  }

  func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] {
    for id in asked { goingOn.withLock { $0[id] = isGoingOn(id) } }
    return []
  }
}

/// Counts how often it is asked to reap.
final class CountingLauncher: Launcher {
  let name = "counting"
  let asked = Mutex(0)
  private let isSilent: Bool

  init(isSilent: Bool) { self.isSilent = isSilent }

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    SteerableLauncher.passed(assignment)
  }

  func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] {
    asked.withLock { $0 += 1 }
    if isSilent { try? await Task.sleep(for: .seconds(600)) }
    return []
  }
}

/// Where runs are carried out, from the form to the launcher.
@Suite struct WorkplaceTests {
  @Test func `of 50 runs never more go on in a workplace than it has room for, and all end, whoever starts them`()
    async throws
  {
    let there = SteerableLauncher(gathering: 10)
    let here = SteerableLauncher { SteerableLauncher.passed($0) }
    let kit = try ServerKit(here, most: 1, launchers: [SteerableKind(isHere: true, steered: there)])
    let workplace = try WorkplaceKeeping(kit.state).add(
      kind: "steerable", name: "there", limit: "10", values: ["room": "1"], by: kit.by)
    for number in 0..<50 { _ = try kit.request("\(kit.store.folder)/\(number)", workplace: workplace.id) }
    _ = try kit.request("\(kit.store.folder)/here")
    let other = Dispatcher(kit.state, most: 1, logger: Logger(label: "test"))
    async let second: Void = ServerKit.carryOut(other, kit.store)
    try await kit.carryOut()
    try await second
    let runs = try kit.store.runs.newest(before: nil, limit: 100)
    #expect(runs.count == 51 && runs.allSatisfy { $0.verdict == .passed })
    #expect(there.most == 10 && here.most == 1)
  }

  @Test func `what waits for room in a workplace says so, and holds nobody else up`() async throws {
    let (begun, isBegun) = AsyncStream.makeStream(of: Void.self)
    let there = SteerableLauncher { assignment in
      isBegun.yield()
      try? await Task.sleep(for: .seconds(600))
      return SteerableLauncher.stopped(assignment)
    }
    let kit = try ServerKit(
      SteerableLauncher { SteerableLauncher.passed($0) }, most: 1,
      launchers: [SteerableKind(isHere: true, steered: there)])
    let workplace = try WorkplaceKeeping(kit.state).add(
      kind: "steerable", name: "there", limit: "1", values: ["room": "1"], by: kit.by)
    let runs = try (0..<2).map { try kit.request("\(kit.store.folder)/\($0)", workplace: workplace.id) }
    let here = try kit.request("\(kit.store.folder)/here")
    let work = Task { try await kit.dispatcher.run() }
    for await _ in begun { break }
    while try kit.store.runs.run(here.id)?.state != .ended { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try kit.store.runs.run(runs[1].id)?.waitsFor == "for one of 1 runs in there")
    #expect(throws: StoreError.self) { try kit.state.kept.workplaces.delete(workplace.id, by: kit.by) }
    work.cancel()
    _ = await work.result
  }

  @Test func `a workplace is looked at before it is kept, and its name is its own`() throws {
    let launcher = SteerableLauncher { SteerableLauncher.passed($0) }
    let kit = try ServerKit(launcher, launchers: [SteerableKind(isHere: false, steered: launcher)])
    let keeping = WorkplaceKeeping(kit.state)
    func problems(_ kind: String, _ name: String, _ limit: String, _ values: [String: String]) -> [String] {
      do {
        _ = try keeping.add(kind: kind, name: name, limit: limit, values: values, by: kit.by)
        return []
      } catch let problems as FormProblems {
        return problems.problems.map { "\($0.field): \($0.fact)" }
      } catch {
        return ["\(error)"]
      }
    }
    #expect(problems("moon", "a", "1", [:]) == ["kind: there is no kind moon"])
    #expect(problems("steerable", "", "0", ["room": "1"]) == ["name: it is empty", "limit: 0 is no such number"])
    #expect(problems("steerable", "a", "1", [:]) == ["room: it is empty"])
    #expect(problems("steerable", "a", "1", ["room": "none"]) == ["room: there is none"])
    #expect(problems("steerable", "a", "1000", ["room": "2", "other": "x"]) == [])
    #expect(problems("steerable", "A", "1", ["room": "2"]) == ["name: a workplace has this name already"])
    let kept = try #require(try kit.state.kept.workplaces.all().first)
    #expect(kept.options == ["room": "2"] && kept.limit == 1000 && kept.description == "2")
    #expect(try kit.state.kept.workplaces.serverID() == kit.state.kept.workplaces.serverID())
    var form = RunRequests.Form()
    (form.location, form.workplace) = (kit.store.folder + "/a", kept.id)
    #expect(
      throws: FormProblems(
        "workplace", "a path on this machine can't be read from a",
        hint: "choose a backup server, or let it run on this machine")
    ) {
      try RunRequests(kit.state).definition(form)
    }
  }

  @Test func `the reaper tells launchers which runs go on`() async throws {
    let kit = try ServerKit(SteerableLauncher { SteerableLauncher.passed($0) })
    let running = try kit.request("\(kit.store.folder)/a")
    let ended = try kit.request("\(kit.store.folder)/b")
    _ = try kit.store.runs.claim(running.id, by: "d", now: Date())
    _ = try kit.store.runs.cancel(ended.id, by: kit.by)
    let ids = ["run-\(running.id)", "run-\(ended.id)", "run-none", "drill-none-1", ""]
    let launcher = ReapingLauncher(ids)
    let state = ServerState(
      kit.state.kept, facilities: kit.state.facilities, launcher: launcher, folder: kit.state.folder)
    let reaper = Task { try await Reaper(state, logger: Logger(label: "test")).run() }
    while launcher.goingOn.withLock({ $0.count }) < ids.count { try await Task.sleep(for: .milliseconds(10)) }
    reaper.cancel()
    _ = await reaper.result
    #expect(launcher.goingOn.withLock { $0.filter(\.value).map(\.key) } == ["run-\(running.id)"])
  }

  @Test func `a place that does not answer keeps the reaper from no other, and is asked by one at a time`() async throws
  {
    let (silent, here) = (CountingLauncher(isSilent: true), CountingLauncher(isSilent: false))
    let kit = try ServerKit(here, launchers: [SteerableKind(isHere: true, steered: silent)])
    _ = try WorkplaceKeeping(kit.state).add(
      kind: "steerable", name: "silent", limit: "1", values: ["room": "1"], by: kit.by)
    let reaper = Task {
      try await Reaper(kit.state, logger: Logger(label: "test"), pause: .milliseconds(10)).run()
    }
    while here.asked.withLock({ $0 }) < 5 || silent.asked.withLock({ $0 }) < 1 {
      try await Task.sleep(for: .milliseconds(10))
    }
    reaper.cancel()
    _ = await reaper.result
    #expect(silent.asked.withLock { $0 } == 1)
  }
}
