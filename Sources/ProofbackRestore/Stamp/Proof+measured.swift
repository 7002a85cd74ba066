import Foundation
public import ProofbackCore

extension Proof {
  /// Takes down what the source had before the tool ran, and after. A table that is not the same both times moved while
  /// the tool read it: of it only bounds are known.
  /// - Parameter after: nil: it was measured once.
  public mutating func take(_ before: DatabaseProfile, _ after: DatabaseProfile?, key: UInt64, leftOut: [String]) {
    self.key = String(key, radix: 16)
    describedBy = before.describedBy
    series = before.series
    databases = before.databases.sorted()
    let later = Dictionary((after ?? before).tables.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    // What was dropped or made meanwhile may be in the backup or not.
    tables = before.tables.compactMap { table in
      Self.isLeftOut(table.name, table.text, leftOut) ? nil : later[table.text].map { Self.table(table, $0) }
    }
    let there = Dictionary(
      (after ?? before).objects.map { ("\($0.kind) \($0.name)", $0.definition) },
      uniquingKeysWith: { first, _ in first })
    objects = before.objects.compactMap { object in
      let table = object.table.map { text in (String(text.split(separator: ".").last ?? ""), text) }
      let name = String(object.name.split(separator: ".").last ?? "")
      let isOut =
        Self.isLeftOut(name, object.name, leftOut) || Self.isLeftOut("\(object.kind) \(name)", "", leftOut)
        || (table.map { Self.isLeftOut($0.0, $0.1, leftOut) } ?? false)
      guard !isOut, let later = there["\(object.kind) \(object.name)"] else { return nil }
      let isMoving = object.definition != later
      return ProofObject(
        kind: object.kind, name: object.name, table: object.table,
        definition: isMoving ? nil : ProofDefinition.of(later), isMoving: isMoving ? true : nil)
    }.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
  }

  private static func isLeftOut(_ name: String, _ text: String, _ patterns: [String]) -> Bool {
    patterns.contains { NamePattern($0).matches(name) || NamePattern($0).matches(text) }
  }

  private static func table(_ before: TableProfile, _ after: TableProfile) -> ProofTable {
    let isMoving =
      before.rows != after.rows || before.sum != after.sum
      || before.columns.map(\.sum) != after.columns.map(\.sum)
    func text(_ sum: UInt64?) -> String? { isMoving ? nil : sum.map { String($0, radix: 16) } }
    return ProofTable(
      database: before.database, name: before.name, rows: min(before.rows, after.rows),
      mostRows: isMoving ? max(before.rows, after.rows) : nil, sum: text(before.sum),
      columns: before.columns.indices.map { index in
        let column = before.columns[index]
        let later = after.columns.indices.contains(index) ? after.columns[index].newest : nil
        return ProofColumn(
          name: column.name, sum: text(column.sum), newest: column.newest?.timeIntervalSince1970,
          latest: later == column.newest ? nil : later?.timeIntervalSince1970)
      })
  }
}
