import ProofbackCore

/// Whether the restored rows keep to what their tables promise.
extension PostgreSQLSession {
  func checkPromises(
    _ claims: PostgreSQLClaims, _ catalogue: PostgreSQLCatalogue, isPhysical: Bool, _ database: String,
    within seconds: Double
  ) async throws -> [Finding] {
    let uses = try await sequenceUses(database)
    var findings = try await checkSequences(
      uses, claims, isPhysical: isPhysical, in: database, within: seconds)
    if isPhysical || claims.switchesTriggersOff {
      findings += try await checkForeignKeys(in: database, within: seconds)
    }
    findings += try await checkLargeObjects(in: database, within: seconds)
    return findings + (isPhysical ? [] : Self.leftOut(claims, uses, database, work.volatileTables))
  }

  /// pg_dump writes a list of rows for each table, however empty: one that has none was left out
  /// (`--exclude-table-data`, `--no-unlogged-table-data`). A sequence that has given values tells that it had rows, and
  /// one whose state is missing, while that of others is there, was left out by the same word.
  /// Outside of any corpus: `--exclude-table-data='log*'` where a table of logins is named so too.
  private static func leftOut(
    _ claims: PostgreSQLClaims, _ uses: [PostgreSQLSequenceUse], _ database: String, _ volatile: [String]
  ) -> [Finding] {
    guard !claims.dumps.isEmpty, !claims.hasInserts, claims.tables.contains(where: { $0.value.rowsLine != nil })
    else { return [] }
    let without = claims.tablesWithoutRows.filter { $0.key.database == database }.sorted {
      $0.value.line < $1.value.line
    }
    let setsAny = !claims.setSequences.isEmpty
    let used = Set(uses.filter { $0.wasUsed || setsAny && !claims.setSequences.contains($0.sequence) }.map(\.table))
    func isMissed(_ table: PostgreSQLName) -> Bool {
      used.contains(table) && !NamePattern.any(of: volatile, matches: table.name, or: table.text)
    }
    return [
      leftOut(without.map(\.key).filter(isMissed), CommonFindings.rowsMissing),
      leftOut(without.map(\.key).filter { !isMissed($0) }, CommonFindings.rowsLeftOut),
    ].compactMap(\.self)
  }

  private static func leftOut(_ tables: [PostgreSQLName], _ definition: FindingDefinition) -> Finding? {
    guard let first = tables.first else { return nil }
    let more = tables.count > 1 ? ", nor those of \(tables.count - 1) more" : ""
    return definition.finding(
      "the dump creates table \(UntrustedText.line(first.text, limit: 120)) and has not its rows\(more)",
      evidence: tables.count > 1 ? tables.prefix(20).map { UntrustedText.line($0.text, limit: 120) } : [])
  }
}
