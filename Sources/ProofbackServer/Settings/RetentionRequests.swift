import Foundation
public import ProofbackCore

/// How long logs, reports and runs are kept: what the form says, checked.
public struct RetentionRequests: Sendable {
  private static let mostDays = 36_500
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Parameter runDays: empty: for ever.
  /// - Throws: `FormProblems`.
  public func keep(detailDays: String, runDays: String, by manager: Actor) throws {
    let (details, runs) = try FieldRules.all(
      { try Self.days(detailDays, field: "detailDays") },
      { runDays.allSatisfy(\.isWhitespace) ? nil : try Self.days(runDays, field: "runDays") })
    if let runs, runs < details {
      throw FormProblems(
        "runDays", "runs would go before their logs and reports", hint: "give at least \(details) days, or nothing")
    }
    try state.kept.settings.keep(Retention(detailDays: details, runDays: runs), by: manager)
  }

  private static func days(_ text: String, field: String) throws -> Int {
    guard let days = Int(text.trimmingCharacters(in: .whitespaces)), (1...mostDays).contains(days) else {
      throw FormProblem(
        field, "\(UntrustedText.line(text, limit: 20)) is no number of days", hint: "from 1 to \(mostDays)")
    }
    return days
  }
}
