import ProofbackCore

/// Dumps are loaded with `FOREIGN_KEY_CHECKS=0`, and nothing is checked when it is switched on again: tables of different
/// times, a table that was emptied or cut, a parent whose rows are in no dump come back without a message. Outside of any
/// corpus: a `mysqldump` without `--single-transaction` of a shop that sells meanwhile.
extension MySQLSession {
  /// Counts the rows that each foreign key of the restored tables leaves without a parent.
  func checkForeignKeys(_ catalogue: MySQLCatalogue, within seconds: Double) async throws -> [Finding] {
    let there = Set(catalogue.baseTables.map(\.key.folded))
    let sizes = Dictionary(catalogue.tables.map { ($0.key, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    // Small ones first: when time is up most of them are checked.
    let keys = try await foreignKeys().sorted { (sizes[$0.child] ?? 0, $0.name) < (sizes[$1.child] ?? 0, $1.name) }
    guard !keys.isEmpty else { return [] }
    let statements = keys.map { there.contains($0.parent.folded) ? $0.orphans : $0.referring }
    let counts = try await count(statements, within: seconds)
    let databases = Set(catalogue.baseTables.map { $0.database.lowercased() })
    var findings = keys.enumerated().compactMap { index, key in
      counts[index].flatMap {
        finding(
          key, $0, isParentThere: there.contains(key.parent.folded),
          isInBackup: databases.contains(key.parent.database.lowercased()))
      }
    }
    let unchecked = keys.indices.filter { counts[$0] == nil }
    if let first = unchecked.first {
      findings.append(
        CommonFindings.foreignKeysUnchecked.finding(
          "\(Quantity.text(unchecked.count, "foreign key")) of \(keys.count) could not be checked in the time that checks have",
          evidence: [describe(keys[first])]))
    }
    if findings.isEmpty {
      findings.append(
        CommonFindings.foreignKeysHold.finding(
          "\(Quantity.text(keys.count, "foreign key")) checked: no row lacks its parent"))
    }
    return findings
  }

  private func finding(
    _ key: ForeignKey, _ rows: UInt64, isParentThere: Bool, isInBackup: Bool
  ) -> Finding? {
    guard rows > 0 else { return nil }
    let child = UntrustedText.line(key.child.text, limit: 120)
    let parent = UntrustedText.line(key.parent.text, limit: 120)
    let count = "\(Quantity.text(Int(clamping: rows), "row")) of table \(child) \(rows == 1 ? "refers" : "refer")"
    if isParentThere {
      return CommonFindings.foreignKeyBroken.finding(
        "\(count) to rows of \(parent) that are not there", evidence: [describe(key)])
    }
    let definition = isInBackup ? CommonFindings.foreignKeyBroken : CommonFindings.foreignKeyOutside
    return definition.finding("\(count) to table \(parent), which is not in the backup", evidence: [describe(key)])
  }

  private func describe(_ key: ForeignKey) -> String {
    func list(_ names: [String]) -> String { names.map { UntrustedText.line($0, limit: 64) }.joined(separator: ", ") }
    return "foreign key \(UntrustedText.line(key.name, limit: 80)): "
      + "\(UntrustedText.line(key.child.text, limit: 120)) (\(list(key.columns.map(\.child)))) to "
      + "\(UntrustedText.line(key.parent.text, limit: 120)) (\(list(key.columns.map(\.parent))))"
  }

  private func foreignKeys() async throws -> [ForeignKey] {
    let systems = Self.systemSchemas.map(Self.literal).joined(separator: ",")
    let rows = try await query(
      """
      SELECT CONSTRAINT_NAME, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, \
      REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL \
      AND TABLE_SCHEMA NOT IN (\(systems)) ORDER BY 2, 3, 1, ORDINAL_POSITION
      """
    ).rows
    var keys: [ForeignKey] = []
    for row in rows where row.count == 7 {
      let child = TableKey(database: row[1], name: row[2])
      if keys.last?.name != row[0] || keys.last?.child != child {
        let parent = TableKey(database: row[4], name: row[5])
        keys.append(ForeignKey(name: row[0], child: child, parent: parent, columns: []))
      }
      keys[keys.count - 1].columns.append((row[3], row[6]))
    }
    return keys
  }
}
