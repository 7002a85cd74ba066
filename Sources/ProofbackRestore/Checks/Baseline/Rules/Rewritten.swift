import Foundation
import ProofbackCore

/// Sees moments that moved: by whole hours (a time zone applied twice or not at all), by whole days or years, or into the
/// future. Outside of the corpus: a server whose default time zone was changed between dump and restore of DATETIMEs.
struct MomentsMoved: ColumnRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard column.before.kind == .time || column.before.kind == .date else { return nil }
    return movedByHours(column, table, context) ?? movedAhead(column, table, context)
      ?? movedByDays(column, table, context)
  }

  /// That the minutes and seconds stay while the hour does not is no chance.
  private func movedByHours(_ column: ColumnPair, _ table: TablePair, _ context: BaselineContext) -> Finding? {
    guard let drift = Self.drift(column) else { return nil }
    let hours = drift.share(drift.movedByHours)
    guard hours > 0.5 else { return nil }
    return BaselineFindings.momentsMoved.finding(
      "\(table.name).\(column.name) has moved by whole hours in \(Share.text(hours)) of the \(context.rowWord)s that stayed",
      evidence: ["held against the run of \(context.runText)"])
  }

  private func movedAhead(_ column: ColumnPair, _ table: TablePair, _ context: BaselineContext) -> Finding? {
    let future = Self.future(column.now, context.asOf) - Self.future(column.before, context.baseline.newest.asOf)
    guard future > context.tolerance(.future) else { return nil }
    return BaselineFindings.momentsMoved.finding(
      "\(Share.text(future)) more of the moments in \(table.name).\(column.name) are in the future than before",
      evidence: [context.evidence(.future)])
  }

  /// Whole days move by intention, too.
  private func movedByDays(_ column: ColumnPair, _ table: TablePair, _ context: BaselineContext) -> Finding? {
    guard let drift = Self.drift(column) else { return nil }
    let days = drift.share(drift.movedByDays)
    guard days > context.tolerance(.valuesChanged) else { return nil }
    return BaselineFindings.momentsMovedDays.finding(
      "\(table.name).\(column.name) has moved by whole days in \(Share.text(days)) of the \(context.rowWord)s that stayed",
      evidence: [context.evidence(.valuesChanged)])
  }

  /// Of a column whose times of day differ; else they stay whatever happens.
  private static func drift(_ column: ColumnPair) -> SampleDrift.Column? {
    column.drift.flatMap { column.before.kind == .time && $0.stayed >= 10 && $0.shapes >= 5 ? $0 : nil }
  }

  private static func future(_ column: ColumnProfile, _ time: Date) -> Double {
    let month = Moment(secondsSince1970: Int(time.timeIntervalSince1970)).month
    let all = column.months.values.reduce(0, +)
    return all == 0 ? 0 : Double(column.months.reduce(UInt64(0)) { $1.key > month ? $0 + $1.value : $0 }) / Double(all)
  }
}

/// Sees one column with other values in nearly all rows that stayed, as long as before: corrupting storage, encryption in
/// place. Outside of the corpus: a RAID controller whose cache lost writes, so that old blocks lie where new ones were.
struct ValuesRewritten: ColumnRule {
  func finding(_ column: ColumnPair, of table: TablePair, _ context: BaselineContext) -> Finding? {
    guard let drift = column.drift, drift.stayed >= 10 else { return nil }
    let past = table.steps.map { $0.changedShares[column.before.name] ?? 0 }
    let learned = (past.max() ?? 0) * 1.5
    // What never changed in several runs needs less to be strange.
    let isSteady = past.count >= 3 && learned < 0.1
    let limit = max(isSteady ? context.tolerance(.valuesChanged) / 2 : context.tolerance(.valuesChanged), learned)
    guard drift.changedShare > min(limit, 0.98) || drift.changedShare == 1 && learned < 0.9 else { return nil }
    let isBytes = column.before.kind == .text || column.before.kind == .bytes || column.before.kind == .other
    let isStrange = isBytes && drift.sameShapeShare > 0.9 && !Self.wasTouched(table)
    guard isStrange || isSteady || isBytes else { return nil }
    let kept = isBytes && drift.sameShapeShare > 0.9 ? ", each as long as before" : ""
    let definition = isStrange || isSteady ? BaselineFindings.rewritten : BaselineFindings.rewrittenWarning
    return definition.finding(
      "\(table.name).\(column.name) has other values in \(Share.text(drift.changedShare)) of the \(context.rowWord)s that stayed\(kept)",
      evidence: [context.evidence(.valuesChanged, limit)])
  }

  /// Whether the rows themselves say that they were written anew.
  private static func wasTouched(_ table: TablePair) -> Bool {
    table.columns.contains { $0.before.kind == .time && ($0.changedShare ?? 0) > 0.8 }
  }
}

/// Sees a counter that begins anew. Outside of the corpus: a table of document numbers whose row was written by `REPLACE` with
/// its default.
struct CountersBack: TableRule {
  /// A table of counters has few rows, and little beside name and number in each.
  private static let mostRows: UInt64 = 100
  private static let mostColumns = 4

  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.before.rows <= Self.mostRows, table.before.columns.count <= Self.mostColumns, table.drift.stayed > 0
    else {
      return []
    }
    return table.columns.compactMap { column in
      guard column.before.kind == .number, let drift = column.drift, drift.shrunken > 0 else { return nil }
      return BaselineFindings.counterBack.finding(
        "\(drift.shrunken == 1 ? "a number" : "\(drift.shrunken) numbers") in \(table.name).\(column.name) fell to a thousandth or less",
        evidence: ["held against the run of \(context.runText)"])
    }
  }
}
