import ProofbackCore

/// A column as information_schema describes it.
struct MySQLColumn: Sendable, Equatable {
  var name: String
  /// `varchar`, `decimal` …
  var dataType: String
  /// `int(10) unsigned` …
  var columnType: String
  var isKey: Bool
  var isNullable: Bool
  var defaultText: String
  /// `auto_increment`, `on update current_timestamp()`, `STORED GENERATED` …
  var extra: String
  var collation: String

  var isGenerated: Bool {
    extra.uppercased().contains("GENERATED") && !extra.uppercased().contains("DEFAULT_GENERATED")
  }

  /// Whether a dump brings its values back as they are: computed ones are computed anew, FLOAT is written with six digits.
  var isSummed: Bool { !isGenerated && dataType.lowercased() != "float" }

  /// Source: MariaDB and MySQL reference manuals, "Data Types".
  var kind: ColumnKind {
    switch dataType.lowercased() {
    case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year": .number
    case "datetime", "timestamp": .time
    case "date": .date
    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json", "uuid", "inet6": .text
    case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit": .bytes
    default: .other
    }
  }

  var definition: [String: String] {
    var result = [SchemaObject.type: columnType, "nullable": isNullable ? "yes" : "no"]
    if !defaultText.isEmpty { result["default"] = defaultText }
    let extra = extra.lowercased()
    result["auto increment"] = extra.contains("auto_increment") ? "yes" : "no"
    result[SchemaObject.generated] = isGenerated ? "yes" : "no"
    if !collation.isEmpty { result["collation"] = collation }
    return result
  }
}

extension MySQLSession {
  /// The columns of all tables but the server's own, in the order in which a table has them.
  func columns() async throws -> [TableKey: [MySQLColumn]] {
    let rows = try await query(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLUMN_KEY, IS_NULLABLE, \
      COALESCE(COLUMN_DEFAULT, ''), COALESCE(EXTRA, ''), COALESCE(COLLATION_NAME, '') FROM information_schema.COLUMNS \
      WHERE TABLE_SCHEMA NOT IN ('mysql','information_schema','performance_schema','sys') \
      ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
      """
    ).rows
    var result: [TableKey: [MySQLColumn]] = [:]
    for row in rows where row.count == 10 {
      result[TableKey(database: row[0], name: row[1]), default: []].append(
        MySQLColumn(
          name: row[2], dataType: row[3], columnType: row[4], isKey: row[5] == "PRI", isNullable: row[6] == "YES",
          defaultText: row[7], extra: row[8], collation: row[9]))
    }
    return result
  }
}
