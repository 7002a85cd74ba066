import ProofbackCore

/// Foreign keys whose rows nobody has checked: those of a base backup, which comes with its constraints, and of a dump
/// that switches triggers off (`--disable-triggers`, `session_replication_role`). All others the server checks itself as
/// the dump adds them. Outside of any corpus: a base backup whose files were copied without the write-ahead log's rule.
extension PostgreSQLSession {
  func checkForeignKeys(in database: String, within seconds: Double) async throws -> [Finding] {
    let keys = try await foreignKeys(database)
    guard !keys.isEmpty else { return [] }
    let counts = try await count(keys.map(\.orphans), in: database, within: seconds)
    var findings = keys.indices.compactMap { index -> Finding? in
      guard let count = counts[index], count > 0 else { return nil }
      let key = keys[index]
      return CommonFindings.foreignKeyBroken.finding(
        "\(Quantity.text(Int(clamping: count), "row")) of table \(UntrustedText.line(key.child.text, limit: 120)) \(count == 1 ? "refers" : "refer") to rows of \(UntrustedText.line(key.parent.text, limit: 120)) that are not there",
        evidence: ["foreign key \(UntrustedText.line(key.name, limit: 80))"])
    }
    let unchecked = keys.indices.count { counts[$0] == nil }
    if unchecked > 0 {
      findings.append(
        CommonFindings.foreignKeysUnchecked.finding(
          "\(Quantity.text(unchecked, "foreign key")) of \(keys.count) could not be checked in the time that checks have"
        ))
    }
    if findings.isEmpty {
      findings.append(
        CommonFindings.foreignKeysHold.finding(
          "\(Quantity.text(keys.count, "foreign key")) checked: no row lacks its parent"))
    }
    return findings
  }

  private func foreignKeys(_ database: String) async throws -> [PostgreSQLForeignKey] {
    var keys: [PostgreSQLForeignKey] = []
    for row in try await rows(Self.foreignKeys, in: database) where row.count == 8 {
      let child = PostgreSQLName(database: database, schema: row[1], name: row[2])
      if keys.last?.name != row[0] || keys.last?.child != child {
        let parent = PostgreSQLName(database: database, schema: row[3], name: row[4])
        keys.append(PostgreSQLForeignKey(name: row[0], child: child, parent: parent, isFull: row[5] == "f"))
      }
      keys[keys.count - 1].columns.append((row[6], row[7]))
    }
    return keys
  }

  /// A partition's own are its table's.
  private static let foreignKeys = """
    SELECT k.conname, cn.nspname, c.relname, pn.nspname, p.relname, k.confmatchtype, ca.attname, pa.attname \
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace \
    JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace \
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY u(child, parent, number) \
    JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = u.child \
    JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = u.parent \
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated ORDER BY 2, 3, 1, u.number
    """
}

struct PostgreSQLForeignKey: Sendable {
  var name: String
  var child: PostgreSQLName
  var parent: PostgreSQLName
  /// MATCH FULL: a key with some columns set and others not is broken as well.
  var isFull: Bool
  /// Columns in the key's order, those of the child beside those of the parent.
  var columns: [(child: String, parent: String)] = []

  var orphans: String {
    let pairs = columns.map { "p.\(PostgreSQLText.identifier($0.parent)) = c.\(PostgreSQLText.identifier($0.child))" }
    let isSet = columns.map { "c.\(PostgreSQLText.identifier($0.child)) IS NOT NULL" }
    return """
      SELECT count(*) FROM \(child.quoted) c WHERE (\(isSet.joined(separator: isFull ? " OR " : " AND "))) \
      AND NOT EXISTS (SELECT FROM \(parent.quoted) p WHERE \(pairs.joined(separator: " AND ")))
      """
  }
}
