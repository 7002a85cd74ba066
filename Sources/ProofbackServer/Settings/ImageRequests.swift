public import ProofbackCore

/// Which images backups are restored into: what a form says, checked.
public struct ImageRequests: Sendable {
  /// Of the table's text.
  private static let mostBytes = 20_000

  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// - Parameter text: one rule a line; empty: the makers' own images.
  /// - Throws: `FormProblems`.
  public func choose(_ text: String, by manager: Actor) throws {
    guard text.utf8.count <= Self.mostBytes else {
      throw FormProblems("images", "it has \(text.utf8.count) bytes", hint: "\(Self.mostBytes) are allowed")
    }
    var table: ImageTable
    do { table = try ImageTable(text) } catch let problem as ImageTable.Problem {
      throw FormProblems("images", "line \(problem.line): \(problem.fact)", hint: "for example mysql 8.0 = mysql:8.0")
    }
    if table.rules.isEmpty { table = .usual }
    if let rule = table.rules.first(where: { !state.facilities.types.contains($0.type) }) {
      throw FormProblems(
        "images", "there is no type \(UntrustedText.line(rule.type.rawValue, limit: 40))",
        hint: state.facilities.types.map(\.rawValue).joined(separator: ", "))
    }
    try state.kept.settings.choose(images: table, by: manager)
  }
}
