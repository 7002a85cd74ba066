import Foundation
import ProofbackCore
import Synchronization

/// One claimed run from its definition to its end in the state.
struct RunExecution: Sendable {
  let state: ServerState
  let id: String
  let definition: RestoreTestDefinition

  /// Always ends the run: with its report, or with the reason why there is none.
  /// - Parameter isEnding: whether the server ends; a run that this stops was interrupted.
  func carryOut(isEnding: @Sendable () -> Bool) async {
    state.watch.begin(id)
    defer { state.watch.end(id) }
    let sink = RunSink(state: state, id: id)
    let started = state.now()
    var specification: RunSpecification?
    do {
      let restoreTest = try state.kept.history.run(id)?.restoreTest
      let assignment = try AssignmentMaker(state: state).assignment(definition, runID: runID, restoreTest: restoreTest)
      specification = assignment.specification
      sink.hide(assignment.secrets)
      let (recorder, now) = (state.kept.recorder, state.now)
      let report = try await LauncherChoice(state: state).launch(
        assignment, in: definition.workplace, restoreTest: restoreTest, events: sink
      ) { [id] use, perHour in try? recorder.noteMachine(id, use.machine, dollarsPerHour: perHour, now: now()) }
      sink.finish()
      if isEnding(), report.verdict == .inconclusive { try state.kept.queue.interrupt(id, now: state.now()) }
      let baseline = sink.baseline(keyed: assignment.specification.profileKey)
      try state.kept.recorder.end(id, report, baseline: baseline, now: state.now())
    } catch {
      for line in finding(for: error).evidence { sink.send(.log(line)) }
      sink.finish()
      if isEnding() { try? state.kept.queue.interrupt(id, now: state.now()) }
      end(because: error, specification, started)
    }
  }

  /// What a launcher says has evidence and a next step: it is a report, though no worker made it.
  private func end(because error: any Error, _ specification: RunSpecification?, _ started: Date) {
    if let trouble = error as? RunTrouble, let specification {
      let report = RunReport.notRun(specification, because: trouble.finding, started: started)
      try? state.kept.recorder.end(id, report, now: state.now())
    } else {
      try? state.kept.recorder.end(id, because: finding(for: error), now: state.now())
    }
  }

  private func finding(for error: any Error) -> Finding {
    switch error {
    case let trouble as RunTrouble: trouble.finding
    case is CancellationError: ServerFindings.cancelledEarly.finding("cancelled before its machine was started")
    case let problems as FormProblems:
      ServerFindings.notAllowed.finding(problems.problems.first?.fact ?? "it is not allowed any more")
    case StoreError.wrongMasterKey:
      ServerFindings.wrongMasterKey.finding("the master key does not open the stored credentials")
    default: ServerFindings.internalError.finding(UntrustedText.line("\(error)", limit: 300))
    }
  }

  /// A folder's name that sorts by time and leads back to the run.
  private var runID: String { Self.prefix + id }
  static let prefix = "run-"
}

/// Takes a run's events: positions for who watches, the log for the state. Lines are written some at a time.
private final class RunSink: EventSink {
  private let state: ServerState
  private let id: String
  private let redactor = Mutex(Redactor())
  private let measured = Mutex<Baseline?>(nil)
  private let log = Mutex((buffer: RunLogBuffer(), flushed: ContinuousClock.now))
  /// Who follows a run sees its lines after so long at most.
  private static let pace: Duration = .seconds(1)

  init(state: ServerState, id: String) {
    self.state = state
    self.id = id
  }

  /// From here on lines are without these.
  func hide(_ secrets: RunSecrets) { redactor.withLock { $0 = Redactor(secrets) } }

  func send(_ event: RunEvent) {
    state.watch.take(id, event)
    switch event {
    case .located(let source): try? state.kept.recorder.noteFile(id, source)
    case .log(let text): add(text)
    case .finding(let finding): add("\(finding.status.rawValue): \(finding.message) [\(finding.code)]")
    case .stageEnded(let record): add("\(record.name.rawValue): \(Quantity.text(seconds: record.seconds))")
    case .stageStarted(let stage): add("\(stage.rawValue) begins")
    // A long stage says nothing; what was said before it must not wait for its end.
    case .progress: add(nil)
    case .measured(let baseline): measured.withLock { $0 = baseline }
    case .heldOpen, .ended: break
    }
  }

  /// What the run measured; nothing that was not asked for.
  func baseline(keyed key: UInt64?) -> Baseline? {
    measured.withLock { $0 }.flatMap { $0.key == key && $0.version == Baseline.currentVersion ? $0 : nil }
  }

  private func add(_ line: String?) {
    let clean = line.map { line in redactor.withLock { $0 }.clean(line) }
    write(
      log.withLock { log in
        let lines = clean.map { log.buffer.add($0) } ?? []
        guard lines.isEmpty, log.flushed.duration(to: .now) >= Self.pace else { return lines }
        log.flushed = .now
        return log.buffer.flush()
      })
  }

  func finish() { write(log.withLock { $0.buffer.finish() }) }

  private func write(_ lines: [String]) {
    if !lines.isEmpty { try? state.kept.recorder.log(id, lines, at: state.now()) }
  }
}
