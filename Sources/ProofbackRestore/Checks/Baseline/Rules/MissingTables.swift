import ProofbackCore

/// Sees the backup of something else under the name of this one. Outside of the corpus: a loop over databases whose variable
/// was never set, so that each pass dumped the account's default one.
struct OtherDatabase: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    let now = Set(context.profile.tables.map(\.text))
    let before = context.before.tables
    guard !before.isEmpty, !before.contains(where: { now.contains($0.text) }) else { return [] }
    return [
      BaselineFindings.otherDatabase.finding(
        "none of the \(Quantity.text(before.count, context.tableWord)) of earlier runs is there",
        evidence: [
          "then: " + TablesMissing.names(before.map(\.text)), "now: " + TablesMissing.names(now.sorted()),
        ])
    ]
  }
}

/// Sees tables that vanished. Outside of the corpus: a dump job that lists its tables one by one, and one was renamed.
struct TablesMissing: BaselineRule {
  func findings(_ context: BaselineContext) -> [Finding] {
    // An export of one table is no backup of the others.
    if context.profile.isPart == true { return [] }
    let now = Set(context.profile.tables.map(\.text))
    let missing = context.before.tables.filter { !now.contains($0.text) && !context.isVolatile($0) }
    guard !missing.isEmpty, missing.count < context.before.tables.count else { return [] }
    return [
      BaselineFindings.tableMissing.finding(
        "\(Quantity.text(missing.count, context.tableWord)) of earlier runs did not come back: \(Self.names(missing.map(\.text)))",
        evidence: missing.prefix(20).map {
          "\($0.text): \(Quantity.text(Int(clamping: $0.rows), context.rowWord)) then"
        })
    ]
  }

  static func names(_ names: [String]) -> String {
    let shown = names.prefix(3).map { UntrustedText.line($0, limit: 80) }
    return shown.joined(separator: ", ") + (names.count > shown.count ? " and \(names.count - shown.count) more" : "")
  }
}
