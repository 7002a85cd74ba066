import ProofbackCore

/// Sees an UPDATE without its WHERE, and anonymisers on production: many different values before, nearly one now. Outside of
/// the corpus: a script that was to reset one person's password hash, and set all of them.
struct ValuesAlike: ColumnRule {
  private static let fewest: UInt64 = 10

  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    let (before, now) = (column.before, column.now)
    guard before.distinct >= Self.fewest, now.values >= 5, now.distinct > 0 else { return nil }
    // Fewer rows have fewer values.
    let rows = min(1, Double(now.values) / Double(max(1, before.values)))
    let left = Double(now.distinct) / (Double(before.distinct) * rows)
    guard left < 1 - context.tolerance(.valuesAlike), Double(now.distinct) < Double(now.values) * 0.5 else {
      return nil
    }
    return BaselineFindings.alike.finding(
      "\(table.name).\(column.name) has \(now.distinct == 1 ? "one value" : "about \(Quantity.text(count: now.distinct)) different values") in \(Quantity.text(Int(clamping: now.values), context.rowWord)), it had about \(Quantity.text(count: before.distinct))",
      evidence: [context.evidence(.valuesAlike)])
  }
}

/// Sees a column that was emptied. Outside of the corpus: a dump account that may not see one column, behind a view that
/// gives NULL instead.
struct ValuesNull: ColumnRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    let before = Self.share(column.before)
    let now = Self.share(column.now)
    guard now - before > context.tolerance(.valuesNull) else { return nil }
    return BaselineFindings.null.finding(
      "\(table.name).\(column.name) is NULL or empty in \(Share.text(now)) of its \(context.rowWord)s, it was in \(Share.text(before))",
      evidence: [context.evidence(.valuesNull)])
  }

  private static func share(_ column: ColumnProfile) -> Double {
    guard column.rows > 0 else { return 0 }
    return Double(column.nulls + (column.kind == .text || column.kind == .bytes ? column.lengths.first ?? 0 : 0))
      / Double(column.rows)
  }
}

/// Sees values that were cut: the longest of them are gone, while their rows are there. Outside of the corpus: a column that
/// a migration made a VARCHAR(255) on a server without strict mode.
struct LongValuesLost: ColumnRule {
  private static let fewest: UInt64 = 10

  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard column.before.kind == .text || column.before.kind == .bytes || column.before.kind == .other else {
      return nil
    }
    let before = column.before.lengths
    // Where rows are the same and values unchanged, the long ones went with their rows.
    if let changed = column.changedShare, changed < 0.02 { return nil }
    var tail: UInt64 = 0
    let fewest = max(Self.fewest, UInt64(Double(column.before.values) * context.tolerance(.longValuesLost)))
    for bucket in before.indices.reversed() where bucket > 2 {
      tail += before[bucket]
      guard tail >= fewest else { continue }
      let left = column.now.lengths.dropFirst(bucket).reduce(0, +)
      guard left * 50 < tail, column.now.values * 2 > column.before.values else { return nil }
      return BaselineFindings.longLost.finding(
        "\(table.name).\(column.name): \(Share.text(Double(tail) / Double(column.before.values))) of the values had \(Quantity.text(count: 1 << UInt64(bucket - 1))) bytes or more, \(left == 0 ? "none has" : "\(left) have") now",
        evidence: [context.evidence(.longValuesLost)])
    }
    return nil
  }
}
