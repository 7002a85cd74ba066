import Foundation
public import ProofbackCore
import ProofbackSystem
public import SystemPackage

/// One run: one backup restored for real, in a sandbox that is destroyed afterwards.
///
/// `carryOut` is the whole story, top to bottom. A bad backup and our own trouble both end it early: the first as
/// `BadBackup`, a verdict; the second as `RunTrouble`, inconclusive. Whatever happens, `destroy` comes last.
public struct RestoreRun: Sendable {
  let specification: RunSpecification
  let secrets: RunSecrets
  let folders: RunFolders
  let plugins: Plugins
  let ledger: RunLedger
  let control: RunControl
  let holdings = RunHoldings()
  /// Set when a drill's damage has changed something.
  let damageTook = Flag()
  /// What the hashes of answers are keyed with: kept between runs where there is a baseline.
  let answerKey: UInt64

  /// - Parameters:
  ///   - folders: made by the worker; `folders.keys` is a tmpfs that goes with the worker's namespace.
  ///   - control: tells the run to stop (time limit, cancel); share it with whoever watches.
  public init(
    _ assignment: Assignment, folders: RunFolders, plugins: Plugins, control: RunControl, events: any EventSink,
    started: Date
  ) {
    specification = assignment.specification
    secrets = assignment.secrets
    answerKey = assignment.specification.profileKey ?? UInt64.random(in: 1...UInt64.max)
    self.folders = folders
    self.plugins = plugins
    self.control = control
    ledger = RunLedger(specification: assignment.specification, events: events, started: started)
  }

  public func carryOut() async -> RunReport {
    await control.watch(limits: specification.limits) {
      do {
        if specification.goal == .prepare { try await prepare() }
        let (source, object) = try await locate()
        try judgeAgeAndSize(of: object)
        if specification.goal == .look { await lookAtHead(of: object, at: source) }
        if specification.goal != .restore { throw AlreadyDecided() }
        try await findProof(beside: object, at: source)
        let fetch = try await fetch(object, from: source)
        let backup = try await decode(fetch)
        let engine = try await recognise(fetch, backup)
        let sandbox = try await makeSandbox(for: engine)
        let session = try await start(engine, in: sandbox)
        try await restore(engine.content, fetch, backup, with: session)
        try await verify(session)
        await holdOpen(session)
      } catch {
        await control.noticeLimit()
        ledger.note(error, stopped: control.stopped)
      }
      await destroy()
    }
    noteDamage()
    let report = ledger.report(stopped: control.stopped)
    tellNextBaseline(report)
    return report
  }
}

/// The plug-ins that a run chooses from.
public struct Plugins: Sendable {
  public var engines: [any Engine]
  public var sandboxes: [any SandboxKind]
  public init(engines: [any Engine], sandboxes: [any SandboxKind]) {
    self.engines = engines
    self.sandboxes = sandboxes
  }
}

/// Where a run keeps what it needs. All but `templates` go with the run.
public struct RunFolders: Sendable {
  /// The run's own folder on the host.
  public var run: FilePath
  /// Keys, in memory, inside the worker's mount namespace only.
  public var keys: FilePath
  /// Prepared data folders, one per DBMS version, kept between runs.
  public var templates: FilePath
  public init(run: FilePath, keys: FilePath, templates: FilePath) {
    self.run = run
    self.keys = keys
    self.templates = templates
  }
}
