import ProofbackCore

/// Which columns hold keys of other tables, found by their values' hashes: what is declared nowhere, too.
enum References {
  /// Fewer different values may be in another table by chance.
  private static let fewest = 30
  /// Pairs that are tried, at most.
  private static let most = 200_000

  static func found(in tables: [TableProfile]) -> [Reference] {
    let parents = tables.flatMap { table in
      table.columns.filter { isKey($0, of: table) }.map { (table, $0) }
    }
    var result: [Reference] = []
    var tried = 0
    for table in tables {
      for column in table.columns where column.distinct >= fewest && column.kind != .time && column.kind != .date {
        for (parent, key) in parents where parent.text != table.text && key.kind == column.kind {
          tried += 1
          if tried > most { return result }
          // A key that only counts up is in any other that counts further.
          if isKey(column, of: table) { continue }
          let reference = Reference(
            table: table.text, column: column.name, parent: parent.text, parentColumn: key.name)
          if let share = orphanShare(reference, table, parent), share.orphans == 0, share.seen >= fewest {
            result.append(reference)
          }
        }
      }
    }
    return result
  }

  private static func isKey(_ column: ColumnProfile, of table: TableProfile) -> Bool {
    table.rows >= UInt64(fewest) && column.nulls == 0 && Double(column.distinct) > Double(table.rows) * 0.85
  }

  struct OrphanShare {
    var seen: Int
    var orphans: Int
    var share: Double { seen == 0 ? 0 : Double(orphans) / Double(seen) }
  }

  /// Of the child's values whose hashes both columns' least ones cover: how many are not among the parent's.
  static func orphanShare(_ reference: Reference, _ child: TableProfile, _ parent: TableProfile) -> OrphanShare? {
    guard let values = child.columns.first(where: { $0.name == reference.column })?.leastHashes,
      let keys = parent.columns.first(where: { $0.name == reference.parentColumn })?.leastHashes,
      let last = keys.last
    else { return nil }
    let isWhole = keys.count < 64
    let known = Set(keys)
    let seen = values.filter { isWhole || $0 <= last }
    return OrphanShare(seen: seen.count, orphans: seen.count { !known.contains($0) })
  }
}
