import Foundation
import ProofbackCore

/// Sees a hole in time: rows of one month gone between older ones that are there, which no retention does. Outside of the
/// corpus: a partition for one quarter that was detached for a repair and never attached again.
struct MonthsLost: TableRule {
  private static let fewest: UInt64 = 10

  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.now.rows > 0, table.lostShare <= context.tolerance(.rowsLost) else { return [] }
    for column in table.columns where column.isComparable {
      if let finding = finding(column, table, context) { return [finding] }
    }
    return []
  }

  private func finding(_ column: ColumnPair, _ table: TablePair, _ context: BaselineContext) -> Finding? {
    let months = column.before.months.filter { $0.value >= Self.fewest }.sorted { $0.key < $1.key }
    var olderStay = false
    for (month, before) in months {
      let now = column.now.months[month] ?? 0
      let lost = before > now ? Double(before - now) / Double(before) : 0
      if lost <= 0.1 {
        olderStay = true
        continue
      }
      guard olderStay, lost >= context.tolerance(.monthLost), Self.areGone(before - now, column, table) else {
        continue
      }
      let name = "\(month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)"
      return BaselineFindings.monthLost.finding(
        "\(table.name) has \(Quantity.text(Int(clamping: now), context.rowWord)) of \(name) by \(column.name), it had \(Quantity.text(count: before)), and older ones are there",
        evidence: [context.evidence(.monthLost)])
    }
    return nil
  }

  /// Rows whose moment was set anew are in another month, not gone.
  private static func areGone(_ lost: UInt64, _ column: ColumnPair, _ table: TablePair) -> Bool {
    let before = column.before.months.values.reduce(0, +)
    let now = column.now.months.values.reduce(0, +)
    if before > now, before - now >= lost / 2 { return true }
    let expected = Double(lost) / Double(max(1, table.before.rows))
    return table.drift.gone >= 5 && table.drift.goneShare >= expected / 2
  }
}
