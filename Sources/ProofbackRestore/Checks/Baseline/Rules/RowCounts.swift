import ProofbackCore

/// Sees a table that lost all of its rows. Outside of the corpus: a migration that copied a table's shape, swapped the names,
/// and died before it copied the rows.
struct EmptiedTables: TableRule {
  /// With fewer rows an empty table may be one that was worked off.
  private static let few: UInt64 = 5

  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.before.rows > 0, table.now.rows == 0 else { return [] }
    if table.steps.contains(where: { $0.rowsBefore == 0 || $0.rowsAfter == 0 }) { return [] }
    let message =
      "\(context.tableWord) \(table.name) is empty, it had \(Quantity.text(Int(clamping: table.before.rows), context.rowWord))"
    // What has no columns is no table and no queue: large objects.
    let isSmall =
      table.before.rows < Self.few && !table.before.columns.isEmpty
      || table.livesBriefly(at: context.baseline.newest.asOf)
    let definition = isSmall ? BaselineFindings.emptiedSmall : BaselineFindings.emptied
    return [definition.finding(message, evidence: ["held against the run of \(context.runText)"])]
  }
}

/// Sees a table with far fewer rows than before. Outside of the corpus: a `LIMIT` that somebody put into the dump's view of a
/// table to try it out.
struct RowsLost: TableRule {
  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.before.rows >= 10, table.now.rows > 0 else { return [] }
    let lost = table.lostShare
    let learned = min(1, table.learnedLoss * 1.5)
    let message =
      "\(context.tableWord) \(table.name) has \(Quantity.text(Int(clamping: table.now.rows), context.rowWord)), it had \(Quantity.text(count: table.before.rows)): \(Share.text(lost)) fewer"
    let worst = max(context.tolerance(.rowsLost), learned)
    if lost > worst {
      let isBrief = table.livesBriefly(at: context.baseline.newest.asOf)
      let definition = isBrief ? BaselineFindings.rowsFewer : BaselineFindings.rowsLost
      return [definition.finding(message, evidence: [context.evidence(.rowsLost, worst)])]
    }
    let notable = max(context.tolerance(.rowsLostWarning), learned)
    guard lost > notable else { return [] }
    return [BaselineFindings.rowsFewer.finding(message, evidence: [context.evidence(.rowsLostWarning, notable)])]
  }
}

/// Sees rows that came in twice. Outside of the corpus: a restore on top of a restore, into a table that has no key.
struct RowsDuplicated: TableRule {
  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.before.rows >= 20, table.now.rows > table.before.rows, table.now.distinctRows > 0,
      table.before.distinctRows > 0
    else { return [] }
    let before = Self.copies(table.before)
    let now = Self.copies(table.now)
    guard now - before > context.tolerance(.duplicates) else { return [] }
    return [
      BaselineFindings.duplicated.finding(
        "\(Share.text(now)) of the \(context.rowWord)s of \(table.name) are copies of others, \(Share.text(before)) were",
        evidence: [context.evidence(.duplicates)])
    ]
  }

  private static func copies(_ table: TableProfile) -> Double {
    max(0, 1 - Double(table.distinctRows) / Double(table.rows))
  }
}
