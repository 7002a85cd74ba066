import ProofbackCore

/// Columns that name large objects which are not there: `vacuumlo` of another table's, `--no-blobs`, or a dump of single
/// schemas left them out. No constraint of the server's holds the two together. Outside of any corpus: documents of
/// Hibernate's `@Lob`, dumped with `-n`.
extension PostgreSQLSession {
  func checkLargeObjects(in database: String, within seconds: Double) async throws -> [Finding] {
    let columns = try await rows(Self.objectColumns, in: database).filter { $0.count == 5 }
    guard !columns.isEmpty else { return [] }
    let counts = try await count(columns.flatMap(Self.counts), in: database, within: seconds)
    return columns.indices.compactMap { index in
      guard let values = counts[index * 3], let missing = counts[index * 3 + 1], missing > 0 else { return nil }
      let row = columns[index]
      // A plain number of an object may be any other object's. One that is a row's own, and no key, is a large object's.
      let isOwn = counts[index * 3 + 2] == values && row[4] == "f"
      let isLargeObjects = row[3] == "t" || missing < values || isOwn
      let place =
        "column \(UntrustedText.line(row[2], limit: 64)) of table \(UntrustedText.line("\(row[0]).\(row[1])", limit: 120))"
      return (isLargeObjects ? PostgreSQLFindings.largeObjectMissing : PostgreSQLFindings.objectUnknown).finding(
        "\(Quantity.text(Int(clamping: missing), "value")) of \(place) \(missing == 1 ? "names a large object that is" : "name large objects that are") not there"
      )
    }
  }

  /// Values, those that no large object has, and different ones.
  private static func counts(of row: [String]) -> [String] {
    let table = "\(PostgreSQLText.identifier(row[0])).\(PostgreSQLText.identifier(row[1]))"
    let column = PostgreSQLText.identifier(row[2])
    let set = "FROM \(table) c WHERE c.\(column) <> 0"
    return [
      "SELECT count(*) \(set)",
      "SELECT count(*) \(set) AND NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata l WHERE l.oid = c.\(column)::oid)",
      "SELECT count(DISTINCT c.\(column)::oid) \(set)",
    ]
  }

  /// Columns of the type `oid`, and of those made of it (`lo`); whether it is one of these, and whether it is a key.
  private static let objectColumns = """
    SELECT n.nspname, c.relname, a.attname, y.oid <> 'oid'::regtype, \
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_type y ON y.oid = a.atttypid \
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped \
    AND (y.oid = 'oid'::regtype OR y.typtype = 'd' AND y.typbasetype = 'oid'::regtype) \
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' \
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
    ORDER BY 1, 2, 3
    """
}
