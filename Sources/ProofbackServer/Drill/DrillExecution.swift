import Foundation
import ProofbackCore
import Synchronization

/// One claimed drill: the undamaged backup, then one damage after the other, each a run by the same launcher as those of
/// the restore test, whose place it takes for that time.
struct DrillExecution: Sendable {
  /// Why a drill ends before all damages were tried.
  private struct Stop: Error {
    var fact: String
    /// On the undamaged backup.
    var verdict: Verdict?
  }
  /// It was cancelled or deleted.
  private struct NotWanted: Error {}

  /// What the undamaged backup was held against, and all others are.
  private struct Past {
    var baseline: Baseline?
    var key: UInt64?
  }

  /// A step that so many servers have not survived is left out.
  private static let mostTries = 2
  /// Before the ids of its runs.
  static let prefix = "drill-"

  let state: ServerState
  let dispatcher: Dispatcher
  let drill: DrillRecord
  let pace: Duration

  /// Ends the drill, or leaves it to the next server when this one ends.
  /// - Throws: when the state can't be written.
  func carryOut() async throws {
    let queue = state.kept.drillQueue
    do {
      try await carryOutSteps()
      try queue.end(drill.id, stopped: nil, verdict: nil, now: state.now())
    } catch is NotWanted {
      return
    } catch is CancellationError {
      try queue.release(drill.id, by: dispatcher.name)
    } catch let stop as Stop {
      try queue.end(drill.id, stopped: stop.fact, verdict: stop.verdict, now: state.now())
    } catch {
      try queue.end(drill.id, stopped: Self.fact(of: error), verdict: nil, now: state.now())
    }
  }

  private func carryOutSteps() async throws {
    var past: Past?
    var basis = drill.basis
    while let step = try state.kept.drillQueue.begin(drill.id) {
      guard step.tries <= Self.mostTries else {
        try leaveOut(step)
        continue
      }
      let assignment = try assignment(step, &past, basis)
      let report = try await inPlace { try await launch(assignment) }
      if step.number == 0 {
        basis = try plan(report, assignment.specification)
      } else if let basis {
        if basis.isOther(report) { throw Stop(fact: "the backup was changed meanwhile") }
        try state.kept.drillQueue.record(drill.id, step, DrillResult(step.item, report, basis: basis))
      }
    }
  }

  // MARK: A step

  private func assignment(_ step: DrillStep, _ past: inout Past?, _ basis: DrillBasis?) throws -> Assignment {
    guard let test = try state.kept.schedules.schedule(ofRestoreTest: drill.restoreTest)?.test else {
      throw NotWanted()
    }
    guard test.definition.isSameTest(as: drill.definition) else {
      throw Stop(fact: "the restore test was changed meanwhile")
    }
    let maker = AssignmentMaker(state: state)
    let id = "\(Self.prefix)\(drill.id)-\(step.number)"
    var assignment: Assignment
    if let past {
      assignment = try maker.assignment(drill.definition, runID: id)
      (assignment.specification.baseline, assignment.specification.profileKey) = (past.baseline, past.key)
    } else {
      assignment = try maker.assignment(drill.definition, runID: id, restoreTest: drill.restoreTest)
      past = Past(baseline: assignment.specification.baseline, key: assignment.specification.profileKey)
      // After a restart: what a run has left meanwhile is not what the undamaged backup was held against.
      if let basis, basis.past != assignment.specification.baseline?.newest.runID {
        throw Stop(fact: "the restore test was run while the drill was interrupted")
      }
    }
    basis?.pin(&assignment.specification)
    step.item.change.apply(to: &assignment)
    return assignment
  }

  private func plan(_ report: RunReport, _ specification: RunSpecification) throws -> DrillBasis {
    guard report.verdict == .passed else {
      throw Stop(
        fact: "the backup as it is: \(UntrustedText.line(report.sentence, limit: 500))", verdict: report.verdict)
    }
    let basis = DrillBasis(report, of: specification)
    try state.kept.drillQueue.plan(drill.id, DrillPlan(report, of: specification, on: .server).cases, basis)
    return basis
  }

  private func leaveOut(_ step: DrillStep) throws {
    let fact = "the server ended \(Self.mostTries) times in the middle of it"
    guard step.number > 0 else { throw Stop(fact: fact) }
    var result = DrillResult(damage: step.item.what)
    (result.outcome, result.code, result.message) = (.untold, ServerFindings.interrupted.code.rawValue, fact)
    try state.kept.drillQueue.record(drill.id, step, result)
  }

  // MARK: Carrying it out

  /// Waits until no run needs a place, and has it for the time of `work`.
  private func inPlace(_ work: () async throws -> RunReport) async throws -> RunReport {
    var hasSaid = false
    while try !dispatcher.lendPlace(in: drill.definition.workplace) {
      if !hasSaid { try state.kept.drillQueue.say(drill.id, waitsFor: "for runs that are going on") }
      hasSaid = true
      try await Task.sleep(for: pace)
      guard try isWanted else { throw NotWanted() }
    }
    defer { dispatcher.takePlaceBack(in: drill.definition.workplace) }
    if hasSaid { try state.kept.drillQueue.say(drill.id, waitsFor: nil) }
    return try await work()
  }

  private var isWanted: Bool {
    get throws { try state.kept.drillQueue.isGoingOn(drill.id, by: dispatcher.name) }
  }

  /// Our own trouble is a result, too: nobody could tell.
  private func launch(_ assignment: Assignment) async throws -> RunReport {
    let started = state.now()
    let meter = Meter()
    defer { spend(meter) }
    let report = try await withThrowingTaskGroup(of: RunReport?.self) { group in
      group.addTask {
        do {
          return try await LauncherChoice(state: state).launch(
            assignment, in: drill.definition.workplace, restoreTest: drill.restoreTest, events: NoEvents()
          ) { _, perHour in meter.start(state.now(), perHour) }
        } catch let trouble as RunTrouble {
          return .notRun(assignment.specification, because: trouble.finding, started: started)
        }
      }
      group.addTask {
        while try isWanted { try await Task.sleep(for: pace) }
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
    // What was stopped says nothing, be it that a report came of it.
    try Task.checkCancellation()
    guard let report, try isWanted else { throw NotWanted() }
    return report
  }

  /// A drill's machines are paid for as those of runs are.
  private func spend(_ meter: Meter) {
    guard let machine = meter.machine, let workplace = drill.definition.workplace else { return }
    let seconds = state.now().timeIntervalSince(machine.since)
    let dollars = machine.perHour * max(seconds, RunCost.leastSeconds) / 3600
    try? state.kept.workplaces.spend(dollars, seconds: seconds, in: workplace, now: state.now())
  }

  private static func fact(of error: any Error) -> String {
    switch error {
    case let problems as FormProblems: problems.problems.first?.fact ?? "it is not allowed any more"
    case StoreError.wrongMasterKey: "the master key does not open the stored credentials"
    default: UntrustedText.line("\(error)", limit: 300)
    }
  }
}

/// What a step's machine costs an hour, and since when; nil: none was started.
private final class Meter: Sendable {
  private let kept = Mutex<(since: Date, perHour: Double)?>(nil)
  var machine: (since: Date, perHour: Double)? { kept.withLock { $0 } }
  func start(_ now: Date, _ perHour: Double) { kept.withLock { $0 = (now, perHour) } }
}
