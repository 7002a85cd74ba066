import Foundation
public import ProofbackCore

/// Prices that managers put in the place of the product's: what a form or the API says, checked.
public struct PriceRequests: Sendable {
  /// Dollars an hour.
  private static let most = 1000.0
  private let state: ServerState
  public init(_ state: ServerState) { self.state = state }

  /// All that is paid for.
  public func list() throws -> PriceList { try LauncherChoice(state: state).prices }

  /// Sets them anew, all of them.
  /// - Parameter text: a line for each, `ec2.t3.medium = 0.048`: dollars an hour. Empty: the product's own.
  /// - Throws: `FormProblems`.
  public func set(_ text: String, by manager: Actor) throws {
    let known = try list()
    var own: [String: Double] = [:]
    for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
      let parts = line.split(separator: "=", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else {
        throw FormProblems(
          "prices", "\(UntrustedText.line(line, limit: 60)) is no price", hint: "for example ec2.t3.medium = 0.048")
      }
      guard known.items.contains(where: { $0.name == parts[0] }) else {
        throw FormProblems("prices", "nothing that is paid for is called \(UntrustedText.line(parts[0], limit: 60))")
      }
      guard let dollars = Double(parts[1]), (0...Self.most).contains(dollars) else {
        throw FormProblems(
          "prices", "\(UntrustedText.line(parts[1], limit: 30)) is no price of \(parts[0])",
          hint: "dollars an hour, from 0 to \(Int(Self.most))")
      }
      guard own.updateValue(dollars, forKey: parts[0]) == nil else {
        throw FormProblems("prices", "\(parts[0]) has two prices")
      }
    }
    try state.kept.settings.set(prices: own, by: manager)
  }

  /// As `set` reads it.
  public static func text(_ own: [String: Double]) -> String {
    own.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n")
  }
}
