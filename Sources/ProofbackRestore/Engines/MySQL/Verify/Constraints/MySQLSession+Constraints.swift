import ProofbackCore

/// Whether the restored rows keep to what their tables promise.
extension MySQLSession {
  func checkConstraints(_ catalogue: MySQLCatalogue, within seconds: Double) async throws -> [Finding] {
    let checks = claims.switchesChecksOff ? try await brokenChecks(within: seconds) : []
    let sequences = catalogue.sequences.isEmpty ? [] : try await sequencesBehind(within: seconds)
    let events = catalogue.events.isEmpty ? [] : try await disabledEvents()
    return try await checkForeignKeys(catalogue, within: seconds) + checks + sequences + events
  }

  /// Events that are there and never run. A dump of a replica has all of its events so. Outside of any corpus: a purge
  /// that somebody switched off for a migration, and forgot.
  private func disabledEvents() async throws -> [Finding] {
    let names = try await query(
      "SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) FROM information_schema.EVENTS WHERE STATUS <> 'ENABLED' ORDER BY 1"
    ).rows.compactMap(\.first)
    guard let first = names.first else { return [] }
    let more = names.count > 1 ? ", and \(names.count - 1) more" : ""
    return [
      MySQLFindings.eventDisabled.finding(
        "event \(UntrustedText.line(first, limit: 120)) is switched off\(more)",
        evidence: names.count > 1 ? names.prefix(20).map { UntrustedText.line($0, limit: 120) } : [])
    ]
  }

  /// MariaDB looks at no CHECK constraint under `check_constraint_checks=0`, and at no row that is there when it is on
  /// again. MySQL has no such switch. Outside of any corpus: rows edited by a script that masks data for a test system.
  private func brokenChecks(within seconds: Double) async throws -> [Finding] {
    let systems = Self.systemSchemas.map(Self.literal).joined(separator: ",")
    let rows = try await query(
      """
      SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, REPLACE(CHECK_CLAUSE, '\\n', ' ') \
      FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA NOT IN (\(systems)) ORDER BY 1, 2, 3
      """, force: true
    ).rows.filter { $0.count == 4 }
    let tables = rows.map { TableKey(database: $0[0], name: $0[1]) }
    // A check that is unknown for a row lets it in.
    let statements = zip(rows, tables).map { "SELECT COUNT(*) FROM \($1.quoted) WHERE NOT (\($0[3]))" }
    let counts = try await count(statements, within: seconds)
    return rows.indices.compactMap { index in
      guard let count = counts[index], count > 0 else { return nil }
      return CommonFindings.checkBroken.finding(
        "\(Quantity.text(Int(clamping: count), "row")) of table \(UntrustedText.line(tables[index].text, limit: 120)) \(count == 1 ? "breaks" : "break") the check \(UntrustedText.line(rows[index][2], limit: 80))"
      )
    }
  }

  /// A column's values come from a sequence that is not above them (`DEFAULT nextval(…)`). AUTO_INCREMENT needs no such
  /// look: servers move it above each row that they take. Outside of any corpus: a sequence made again by a migration.
  private func sequencesBehind(within seconds: Double) async throws -> [Finding] {
    let rows = try await query(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT FROM information_schema.COLUMNS \
      WHERE COLUMN_DEFAULT LIKE 'nextval(%' ORDER BY 1, 2, 3
      """
    ).rows.filter { $0.count == 4 }
    let uses = rows.compactMap { row in
      Self.sequence(inDefault: row[3], of: row[0]).map { (TableKey(database: row[0], name: row[1]), row[2], $0) }
    }
    let statements = uses.map { table, column, sequence in
      """
      SELECT (SELECT MAX(\(Self.quoted(column))) FROM \(table.quoted)) >= (SELECT next_not_cached_value \
      FROM \(sequence.quoted) WHERE increment > 0 AND cycle_option = 0)
      """
    }
    let behind = try await count(statements, within: seconds)
    return uses.indices.compactMap { index in
      guard behind[index] == 1 else { return nil }
      let (table, column, sequence) = uses[index]
      let isSet = claims.sequences.contains { $0.name.lowercased() == sequence.name.lowercased() && $0.isSet }
      return (isSet ? CommonFindings.sequenceLow : CommonFindings.sequenceBehind).finding(
        "sequence \(UntrustedText.line(sequence.text, limit: 120)) is not above the values of column \(UntrustedText.line(column, limit: 64)) of table \(UntrustedText.line(table.text, limit: 120))"
      )
    }
  }

  /// ``nextval(`d`.`s`)``.
  static func sequence(inDefault text: String, of database: String) -> TableKey? {
    guard let match = text.wholeMatch(of: /nextval\((?:`((?:[^`]|``)+)`\.)?`((?:[^`]|``)+)`\)/) else { return nil }
    func plain(_ name: Substring) -> String { String(name.replacing("``", with: "`")) }
    return TableKey(database: match.output.1.map(plain) ?? database, name: plain(match.output.2))
  }
}
