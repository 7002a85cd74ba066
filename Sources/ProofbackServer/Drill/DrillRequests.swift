public import ProofbackCore

/// Asking for drills.
public struct DrillRequests: Sendable {
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// Asks for a drill of what a run of the restore test would test now. Where one waits or goes on, that one stays.
  /// - Throws: `FormProblems` when the restore test is not allowed any more.
  public func request(_ test: RestoreTest, by actor: Actor) throws -> (drill: DrillRecord, isNew: Bool) {
    try RunRequests(state).check(test.definition)
    return try state.kept.drills.request(test, by: actor)
  }
}
