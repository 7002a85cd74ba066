public import Foundation

/// Drills of restore tests, as people ask for them and look at them. The last few of each are kept.
public protocol DrillRepository: Sendable {
  /// Asks for one; it waits until a server takes it. Where one of the same restore test waits or goes on, that one stays.
  /// - Throws: `StoreError.notThere` when the restore test is gone.
  func request(_ test: RestoreTest, by actor: Actor) throws -> (drill: DrillRecord, isNew: Bool)
  /// Ends one that waits or goes on; what it has found stays. Safe twice.
  func cancel(_ id: String, by actor: Actor) throws
  func drill(_ id: String) throws -> DrillRecord?
  /// Its damages in their order, also those that are still to come.
  func results(of id: String) throws -> [DrillResult]
  /// Of one restore test, the newest first.
  func newest(of restoreTest: String, limit: Int) throws -> [DrillRecord]
}

/// Drills as servers carry them out: one at a time on all that share the state.
///
/// Life cycle: `claim` → (`begin` → `plan` for the undamaged backup, `record` for a damaged one) until `begin` has nothing
/// left → `end`; or `release` when the server ends first. A drill that was cancelled or deleted meanwhile takes nothing.
public protocol DrillQueue: Sendable {
  /// Takes the drill that waits longest, when none goes on. Those of servers that were silent for `silence` seconds wait
  /// again.
  func claim(by dispatcher: String, silence: TimeInterval, now: Date) throws -> DrillRecord?
  /// Lets another server, or this one at its next start, go on with it.
  func release(_ id: String, by dispatcher: String) throws
  func isGoingOn(_ id: String, by dispatcher: String) throws -> Bool
  /// Says why it does not go on just now; nil: it does.
  func say(_ id: String, waitsFor reason: String?) throws
  /// Its next step; nil: all are done.
  func begin(_ id: String) throws -> DrillStep?
  /// The undamaged backup passed: what comes next, and what it is held to.
  func plan(_ id: String, _ cases: [DrillCase], _ basis: DrillBasis) throws
  func record(_ id: String, _ step: DrillStep, _ result: DrillResult) throws
  /// - Parameters:
  ///   - reason: why not all damages were tried; nil: they were.
  ///   - verdict: on the undamaged backup, when that was the reason.
  func end(_ id: String, stopped reason: String?, verdict: Verdict?, now: Date) throws
}
