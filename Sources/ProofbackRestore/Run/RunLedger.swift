import Foundation
import ProofbackCore
import Synchronization

/// What a run has found, measured and said so far. Safe from any thread.
final class RunLedger: Sendable {
  private struct State {
    var findings: [Finding] = []
    var stages: [Stage: StageRecord] = [:]
    var open: [Stage: ContinuousClock.Instant] = [:]
    /// Seconds from the run's start.
    var begun: [Stage: Double] = [:]
    /// Open, but waiting for the sandbox.
    var paused: Set<Stage> = []
    var lastProgress: [Stage: ContinuousClock.Instant] = [:]
    var source: SourceObject?
    var engine: EngineUsed?
    var sandbox: SandboxUsed?
    var sandboxBegun: ContinuousClock.Instant?
    var inventory: Inventory?
    var profile: DatabaseProfile?
    var proof: Proof?
    var answers: [String: CheckAnswer] = [:]
    var digests: [LayerDigest] = []
    var layers: [String] = []
    var head: BackupHead?

    /// Beyond the limit only what changes the verdict is taken.
    func hasRoom(for finding: Finding) -> Bool {
      if findings.count < RunLedger.findingLimit { return true }
      let decides = finding.consequence == .failed || finding.consequence == .inconclusive
      return decides && !findings.contains { $0.consequence == finding.consequence }
    }
  }
  private let state = Mutex(State())
  private let specification: RunSpecification
  let events: any EventSink
  let started: Date
  private let clock = ContinuousClock()
  private let begin = ContinuousClock.now
  /// A run shows at most so many findings; more say nothing new.
  private static let findingLimit = 300

  init(specification: RunSpecification, events: any EventSink, started: Date) {
    self.specification = specification
    self.events = events
    self.started = started
  }

  func set(source: SourceObject) {
    state.withLock { $0.source = source }
    events.send(.located(source))
  }
  func set(engine: EngineUsed) { state.withLock { $0.engine = engine } }
  func set(sandbox: SandboxUsed) { state.withLock { $0.sandbox = sandbox } }
  /// From here on the sandbox is being made; `sandboxIsReady` ends the measurement.
  /// What flows stands still meanwhile: the clocks of the open stages are stopped.
  func sandboxBegins() {
    state.withLock { state in
      state.sandboxBegun = clock.now
      for (stage, begun) in state.open {
        state.stages[stage, default: StageRecord(name: stage, seconds: 0, bytes: 0)].seconds += seconds(
          begun.duration(to: clock.now))
      }
      state.paused = Set(state.open.keys)
      state.open = [:]
    }
  }
  func sandboxIsReady() {
    state.withLock { state in
      for stage in state.paused { state.open[stage] = clock.now }
      state.paused = []
      guard let begun = state.sandboxBegun else { return }
      state.sandbox?.readySeconds = seconds(begun.duration(to: clock.now))
    }
  }
  func set(inventory: Inventory) { state.withLock { $0.inventory = inventory } }
  func set(profile: DatabaseProfile?) { state.withLock { $0.profile = profile } }
  func set(proof: Proof) { state.withLock { $0.proof = proof } }
  /// Kept in the baseline that this run leaves.
  func note(answer: CheckAnswer, to check: Check) { state.withLock { $0.answers[check.asked] = answer } }
  var answers: [String: CheckAnswer] { state.withLock { $0.answers } }
  var proof: Proof? { state.withLock { $0.proof } }
  func set(digests: [LayerDigest]) { state.withLock { $0.digests = digests } }
  var digests: [LayerDigest] { state.withLock { $0.digests } }
  var profile: DatabaseProfile? { state.withLock { $0.profile } }
  func set(layers: [String]) { state.withLock { $0.layers = layers } }
  var layers: [String] { state.withLock { $0.layers } }
  func set(sha256: String) { state.withLock { $0.source?.sha256 = sha256 } }
  var source: SourceObject? { state.withLock { $0.source } }
  func set(head: BackupHead) { state.withLock { $0.head = head } }
  var head: BackupHead? { state.withLock { $0.head } }

  func add(_ finding: Finding) {
    let isNew = state.withLock { state in
      guard !state.findings.contains(finding), state.hasRoom(for: finding) else { return false }
      state.findings.append(finding)
      return true
    }
    if isNew { events.send(.finding(finding)) }
  }

  /// Writes down what a stream showed. When we ended the stream ourselves, only what stands all the same.
  func add(_ findings: [Finding], cut: Bool) {
    for finding in findings where !cut || finding.standsWhenCut { add(finding) }
  }

  var hasFailed: Bool { state.withLock { $0.findings.contains { $0.consequence == .failed } } }

  /// Whether a finding already fails the backup or ends the run inconclusive.
  var isDecided: Bool {
    state.withLock { $0.findings.contains { $0.consequence == .failed || $0.consequence == .inconclusive } }
  }

  // MARK: Stages

  func begin(_ stage: Stage) {
    state.withLock { state in
      let now = clock.now
      state.open[stage] = state.open[stage] ?? now
      state.begun[stage] = state.begun[stage] ?? seconds(begin.duration(to: now))
    }
    events.send(.stageStarted(stage))
  }

  /// Bytes out of a stage so far. Passed on at most ten times a second.
  func progress(_ stage: Stage, bytes: UInt64, total: UInt64? = nil) {
    let now = clock.now
    let due = state.withLock { state in
      state.stages[stage, default: StageRecord(name: stage, seconds: 0, bytes: 0)].bytes = bytes
      if let last = state.lastProgress[stage], last.duration(to: now) < .milliseconds(100) { return false }
      state.lastProgress[stage] = now
      return true
    }
    if due { events.send(.progress(stage: stage, bytes: bytes, total: total)) }
  }

  func end(_ stage: Stage) {
    let record = state.withLock { state -> StageRecord? in
      state.paused.remove(stage)
      guard let begun = state.open.removeValue(forKey: stage) else { return nil }
      var record = state.stages[stage] ?? StageRecord(name: stage, seconds: 0, bytes: 0)
      record.seconds += seconds(begun.duration(to: clock.now))
      record.begun = state.begun[stage]
      state.stages[stage] = record
      return record
    }
    if let record { events.send(.stageEnded(record)) }
  }

  /// Forgets a stage that had nothing to do.
  func leaveOut(_ stage: Stage) {
    state.withLock { state in
      state.open[stage] = nil
      state.stages[stage] = nil
    }
  }

  private func seconds(_ duration: Duration) -> Double {
    (Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18).rounded(toPlaces: 3)
  }

  // MARK: The end

  /// Writes down what ended the stages. When the run was stopped, what broke afterwards is no news.
  func note(_ error: any Error, stopped: Finding?) {
    switch error {
    case let bad as BadBackup: add(bad.finding)
    case is AlreadyDecided: break
    case _ where stopped != nil: break
    case let trouble as RunTrouble: add(trouble.finding)
    default: add(RunFindings.internalError.finding(UntrustedText.line("\(error)")))
    }
  }

  func report(stopped: Finding?) -> RunReport {
    for stage in Stage.allCases { end(stage) }
    if let stopped { add(stopped) }
    return state.withLock { state in
      let judgement = Judgement(
        findings: state.findings, inventory: state.inventory, depth: specification.depth, stopped: stopped)
      return RunReport(
        runID: specification.runID, verdict: judgement.verdict, cause: judgement.cause?.code,
        sentence: judgement.sentence, findings: judgement.findings,
        stages: Stage.allCases.compactMap { state.stages[$0] }, inventory: state.inventory, engine: state.engine,
        sandbox: state.sandbox, source: state.source, layers: state.layers, depth: specification.depth,
        started: started, seconds: seconds(begin.duration(to: clock.now)))
    }
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    return (self * factor).rounded() / factor
  }
}

/// Ends the stages when the ledger already holds the cause.
struct AlreadyDecided: Error {}

extension Finding {
  fileprivate var standsWhenCut: Bool {
    switch consequence {
    case .failed: FindingCatalogue.definition(of: code)?.holdsWhenCut ?? false
    case .inconclusive: false
    case .warning, .none: true
    }
  }
}
