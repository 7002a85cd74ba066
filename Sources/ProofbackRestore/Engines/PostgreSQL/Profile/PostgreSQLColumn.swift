import ProofbackCore

/// A column as pg_attribute and pg_type describe it.
struct PostgreSQLColumn: Sendable, Equatable {
  var name: String
  /// `numeric(12,2)`, `timestamp with time zone` …
  var declared: String
  /// Of a domain its base type's.
  var typeName: String
  /// pg_type.typcategory.
  var category: String
  var isNotNull: Bool
  var defaultText: String
  /// pg_attribute.attidentity and attgenerated, together.
  var identity: String
  var isKey: Bool

  /// Whether a dump brings its values back as they are: computed ones are computed anew.
  var isSummed: Bool { !identity.contains("s") && !identity.contains("v") }

  /// Source: PostgreSQL 17, "51.64. pg_type", typcategory codes.
  var kind: ColumnKind {
    switch (category, typeName) {
    case ("N", _): .number
    case ("D", "date"): .date
    case ("D", "timestamp"), ("D", "timestamptz"): .time
    case ("S", _), ("E", _), ("B", _), (_, "uuid"), (_, "json"), (_, "jsonb"), (_, "xml"), (_, "citext"): .text
    case (_, "bytea"): .bytes
    default: .other
    }
  }

  var definition: [String: String] {
    [
      SchemaObject.type: declared, "nullable": isNotNull ? "no" : "yes", "default": defaultText,
      "auto increment": identity.contains(where: { "ad".contains($0) }) ? "yes" : "no",
      SchemaObject.generated: identity.contains("s") || identity.contains("v") ? "yes" : "no",
    ]
  }
}

extension PostgreSQLSession {
  /// The columns of all tables of one database, in the order in which a table has them.
  func columns(_ database: String) async throws -> [PostgreSQLName: [PostgreSQLColumn]] {
    var result: [PostgreSQLName: [PostgreSQLColumn]] = [:]
    for row in try await definitions(Self.columns, in: database) where row.count == 11 {
      result[PostgreSQLName(database: database, schema: row[0], name: row[1]), default: []].append(
        PostgreSQLColumn(
          name: row[2], declared: row[3], typeName: row[4], category: row[5], isNotNull: row[6] == "t",
          defaultText: row[7], identity: row[8] + row[9], isKey: row[10] == "t"))
    }
    return result
  }

  /// The key is the primary one, or the first that is unique, whole and never NULL.
  private static let columns = """
    SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), bt.typname, bt.typcategory, \
    a.attnotnull, COALESCE(left(pg_get_expr(d.adbin, d.adrelid), 200), ''), a.attidentity, a.attgenerated, \
    COALESCE(a.attnum = ANY (k.indkey), false) \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type bt ON bt.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid) \
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    LEFT JOIN LATERAL (SELECT i.indkey FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid \
    AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM pg_attribute x WHERE x.attrelid = c.oid \
    AND x.attnum = ANY (i.indkey) AND NOT x.attnotnull) ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1) k ON true \
    WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND \(PostgreSQLSession.own) \
    ORDER BY 1, 2, a.attnum
    """
}
