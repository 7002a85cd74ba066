import Foundation
import ProofbackCore

/// Holds a run against earlier passed ones.
enum BaselineComparison {
  /// Findings of one rule; more say nothing new.
  private static let mostOfARule = 8

  static func findings(_ context: BaselineContext) -> [Finding] {
    let context = context.aligned
    let found = BaselineRules.all.flatMap { rule in Array(rule.findings(context).prefix(mostOfARule)) }
    let isBad = found.contains { $0.consequence == .failed }
    return isBad ? found : found + [held(context)]
  }

  private static func held(_ context: BaselineContext) -> Finding {
    let tables = context.pairs().count
    let before = context.before.tables.reduce(UInt64(0)) { $0 + $1.rows }
    let now = context.profile.tables.reduce(UInt64(0)) { $0 + $1.rows }
    let difference =
      now == before
      ? "as many \(context.rowWord)s"
      : "\(Quantity.text(Int(clamping: now > before ? now - before : before - now), context.rowWord)) \(now > before ? "more" : "fewer")"
    return BaselineFindings.held.finding(
      "held against the run of \(context.runText): \(Quantity.text(tables, context.tableWord)), \(difference)",
      evidence: context.volatileTables.isEmpty
        ? []
        : ["volatile, not compared: \(context.volatileTables.map { UntrustedText.line($0) }.joined(separator: ", "))"])
  }
}
