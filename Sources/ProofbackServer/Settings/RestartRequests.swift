public import ProofbackCore

/// What becomes of runs that a restart of the server interrupts: what a form says, checked.
public struct RestartRequests: Sendable {
  /// As forms and the API write it.
  private enum Choice: String, CaseIterable { case again, left }

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// `again` or `left`.
  public func choice() throws -> String {
    (try state.kept.settings.triesAgain() ? Choice.again : .left).rawValue
  }

  /// - Throws: `FormProblems`.
  public func choose(_ text: String, by manager: Actor) throws {
    guard let choice = Choice(rawValue: text) else {
      throw FormProblems(
        "interrupted", "there is no choice \(UntrustedText.line(text, limit: 20))",
        hint: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try state.kept.settings.tryAgain(choice == .again, by: manager)
  }
}
