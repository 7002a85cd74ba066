import ProofbackCore

/// Sequences that give columns their values.
struct PostgreSQLSequenceUse: Sendable {
  var sequence: PostgreSQLName
  var table: PostgreSQLName
  var column: String
  /// It has given a value, so its table had a row.
  var wasUsed: Bool
  /// It only goes up.
  var rises: Bool
}

extension PostgreSQLSession {
  func sequenceUses(_ database: String) async throws -> [PostgreSQLSequenceUse] {
    try await rows(Self.sequenceUses, in: database).filter { $0.count == 7 }.map { row in
      PostgreSQLSequenceUse(
        sequence: PostgreSQLName(database: database, schema: row[0], name: row[1]),
        table: PostgreSQLName(database: database, schema: row[2], name: row[3]), column: row[4],
        wasUsed: row[5] == "t", rises: row[6] == "t")
    }
  }

  /// A sequence that is not above its column's values: `setval` is missing, or was made at another time. pg_dump reads
  /// sequences last, so that its own are never behind unless they are so in the source. Outside of any corpus: tables
  /// copied one by one with `-t`, which leaves the sequences' states out.
  func checkSequences(
    _ uses: [PostgreSQLSequenceUse], _ claims: PostgreSQLClaims, isPhysical: Bool, in database: String,
    within seconds: Double
  ) async throws -> [Finding] {
    let rising = uses.filter(\.rises)
    let behind = try await count(rising.map(\.isBehind), in: database, within: seconds)
    return rising.indices.compactMap { index in
      guard behind[index] == 1 else { return nil }
      let use = rising[index]
      let isAsInSource = isPhysical || claims.setSequences.contains(use.sequence)
      return (isAsInSource ? CommonFindings.sequenceLow : CommonFindings.sequenceBehind).finding(
        "sequence \(UntrustedText.line(use.sequence.text, limit: 120)) is not above the values of column \(UntrustedText.line(use.column, limit: 64)) of table \(UntrustedText.line(use.table.text, limit: 120))"
      )
    }
  }

  /// By the column that owns the sequence, or has it in its default.
  private static let sequenceUses = """
    SELECT sn.nspname, s.relname, tn.nspname, t.relname, a.attname, pg_sequence_last_value(s.oid) IS NOT NULL, \
    q.seqincrement > 0 AND NOT q.seqcycle \
    FROM pg_sequence q JOIN pg_class s ON s.oid = q.seqrelid JOIN pg_namespace sn ON sn.oid = s.relnamespace \
    JOIN (SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number FROM pg_depend d \
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 \
    UNION SELECT d.refobjid, f.adrelid, f.adnum FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid \
    WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass) u ON u.sequence = q.seqrelid \
    JOIN pg_class t ON t.oid = u.relation JOIN pg_namespace tn ON tn.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.number WHERE t.relkind IN ('r', 'p') ORDER BY 1, 2, 3, 4
    """
}

extension PostgreSQLSequenceUse {
  /// 1 when the next value is there already, or a lower one.
  fileprivate var isBehind: String {
    let next = "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM \(sequence.quoted)"
    return "((SELECT max(\(PostgreSQLText.identifier(column))) FROM \(table.quoted))::numeric >= (\(next)))::integer"
  }
}
