import Foundation
public import ProofbackCore

/// Checks of one's own that a restore test's passed runs suggest.
public struct CheckRequests: Sendable {
  /// What is proposed, and from how many passed runs.
  public struct Proposed: Sendable {
    public var checks: [Check] = []
    public var runs = 0
  }

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Throws: `StoreError`.
  public func proposed(for test: RestoreTest) throws -> Proposed {
    guard let baseline = try state.kept.baselines.baseline(of: test.id) else { return Proposed() }
    let proposals = CheckProposals(baseline, volatileTables: test.definition.volatileTables ?? [])
    return Proposed(checks: proposals.checks(beside: test.definition.checks ?? []), runs: proposals.runs)
  }

  /// Takes over those of the proposed ones that are named by their texts; others are passed over.
  /// - Throws: `FormProblems`, `StoreError`.
  public func accept(_ texts: Set<String>, of schedule: Schedule, form: ScheduleRequests.Form, by actor: Actor) throws {
    let chosen = try proposed(for: schedule.test).checks.filter { texts.contains($0.text) }
    guard !chosen.isEmpty else { return }
    var form = form
    form.run.checks = ((schedule.test.definition.checks ?? []) + chosen).map(\.text).joined(separator: "\n")
    try ScheduleRequests(state).change(schedule.id, form, by: actor)
  }
}
