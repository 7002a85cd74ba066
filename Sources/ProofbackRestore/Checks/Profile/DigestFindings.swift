public import ProofbackCore

/// What tables that hold digests of their own values say.
public enum DigestFindings {
  public static let broken = FindingDefinition(
    "verify.digest-broken", .failed,
    cause:
      "A column holds digests of another one, and values do not have the digest that stands beside them: they were changed.",
    nextStep:
      "look at the source whether the same values are damaged there; if so, at its storage, else at how the backup travels"
  )
  public static let brokenOften = FindingDefinition(
    "verify.digest-differs", .warning,
    cause: "A column holds digests of another one for most rows only.",
    nextStep: "if the application changes the values without their digests, there is nothing to do")
  public static let holds = FindingDefinition(
    "verify.digests", .none, cause: "Values have the digests that stand beside them.", nextStep: "")

  public static let all = [broken, brokenOften, holds]

  /// - Parameter before: of the run that this one is held against.
  static func findings(_ tables: [TableProfile], before: [TableProfile] = []) -> [Finding] {
    tables.flatMap { table in
      (table.digests ?? []).compactMap { claim -> Finding? in
        guard table.columns.indices.contains(claim.column), table.columns.indices.contains(claim.content) else {
          return nil
        }
        let name = UntrustedText.line(table.text, limit: 120)
        let content = UntrustedText.line(table.columns[claim.content].name, limit: 80)
        let column = UntrustedText.line(table.columns[claim.column].name, limit: 80)
        guard claim.broken > 0 else {
          return holds.finding(
            "all \(Quantity.text(count: claim.holds)) values of \(name).\(content) have the \(claim.algorithm) that stands in \(column)"
          )
        }
        let old = before.first { $0.text == table.text }?.digests?.first {
          ($0.column, $0.content) == (claim.column, claim.content)
        }
        let isUsual = old.map { $0.broken >= claim.broken } ?? false
        let isFew = claim.holds >= 5 && claim.broken * 20 <= claim.holds
        let definition = !isUsual && (isFew || old?.broken == 0) ? broken : brokenOften
        return definition.finding(
          "\(Quantity.text(Int(clamping: claim.broken), "value")) of \(name).\(content) \(claim.broken == 1 ? "has" : "have") not the \(claim.algorithm) that stands in \(column)",
          evidence: ["\(Quantity.text(count: claim.holds)) have it"])
      }
    }
  }
}
