public import Foundation

public enum DrillState: String, Sendable, Codable, CaseIterable {
  case waiting, running
  /// Carried out, or stopped because it could not be.
  case ended
  case cancelled

  /// Whether something is still to come of it.
  public var goesOn: Bool { self == .waiting || self == .running }
}

/// One drill of a restore test: its backup as it is, and then with one damage after the other. It is no run of the
/// restore test: no standing, no message and no number knows of it.
public struct DrillRecord: Sendable, Equatable, Identifiable {
  public var id: String
  public var restoreTest: String
  /// The restore test's name as it was.
  public var title: String
  /// What the restore test said when the drill was asked for.
  public var definition: RestoreTestDefinition
  public var state: DrillState
  /// Why it does not go on just now, while that is so.
  public var waitsFor: String?
  public var requestedBy: String
  public var requested: Date
  public var started: Date?
  public var ended: Date?
  /// What the undamaged backup is; nil: not known yet, or never.
  public var verdict: Verdict?
  /// Why it ended before all damages were tried: a lower-case fact.
  public var stopped: String?
  /// Nil: the undamaged backup was not run yet.
  public var basis: DrillBasis?

  public init(
    id: String, restoreTest: String, title: String, definition: RestoreTestDefinition, state: DrillState,
    waitsFor: String? = nil, requestedBy: String, requested: Date, started: Date? = nil, ended: Date? = nil,
    verdict: Verdict? = nil, stopped: String? = nil, basis: DrillBasis? = nil
  ) {
    self.id = id
    self.restoreTest = restoreTest
    self.title = title
    self.definition = definition
    self.state = state
    self.waitsFor = waitsFor
    self.requestedBy = requestedBy
    self.requested = requested
    self.started = started
    self.ended = ended
    self.verdict = verdict
    self.stopped = stopped
    self.basis = basis
  }
}

/// The next thing that a drill does.
public struct DrillStep: Sendable, Equatable {
  /// 0 is the undamaged backup.
  public var number: Int
  public var item: DrillCase
  /// How often it was begun, this time included: it did not come to an end before.
  public var tries: Int

  public init(number: Int, item: DrillCase, tries: Int) {
    self.number = number
    self.item = item
    self.tries = tries
  }
}
