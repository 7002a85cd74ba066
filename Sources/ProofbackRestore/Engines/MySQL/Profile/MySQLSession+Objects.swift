import ProofbackCore

/// What the schema defines, as the server describes it. Bodies come as hashes, made by the server.
extension MySQLSession {
  func schemaObjects(_ catalogue: MySQLCatalogue, _ columns: [TableKey: [MySQLColumn]]) async throws -> [SchemaObject] {
    var objects = catalogue.tables.map { table in
      SchemaObject(
        kind: table.isView ? "view" : table.isSequence ? "sequence" : "table", name: shown(table.key),
        definition: table.isView || table.isSequence ? [:] : ["storage engine": table.engine])
    }
    for (table, columns) in columns {
      objects += columns.map {
        SchemaObject(
          kind: "column", name: "\(shown(table)).\(UntrustedText.line($0.name))", table: shown(table),
          definition: $0.definition)
      }
    }
    objects += try await indexObjects() + foreignKeyObjects() + checkObjects() + programObjects()
    return objects
  }

  private func shown(_ table: TableKey) -> String { UntrustedText.line(table.text) }
  private func shown(_ parts: String...) -> String { UntrustedText.line(parts.joined(separator: ".")) }

  private static let own = "('mysql','information_schema','performance_schema','sys')"

  private func indexObjects() async throws -> [SchemaObject] {
    try await objectRows(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, MIN(NON_UNIQUE), GROUP_CONCAT(CONCAT(COALESCE(COLUMN_NAME, 'expression'), \
      COALESCE(CONCAT('(', SUB_PART, ')'), '')) ORDER BY SEQ_IN_INDEX SEPARATOR ', '), MIN(INDEX_TYPE) \
      FROM information_schema.STATISTICS WHERE TABLE_SCHEMA NOT IN \(Self.own) GROUP BY 1, 2, 3
      """, 6
    ).map { row in
      SchemaObject(
        kind: "index", name: shown(row[0], row[1], row[2]), table: shown(row[0], row[1]),
        definition: [SchemaObject.unique: row[3] == "0" ? "yes" : "no", "columns": row[4], SchemaObject.type: row[5]])
    }
  }

  private func foreignKeyObjects() async throws -> [SchemaObject] {
    try await objectRows(
      """
      SELECT k.CONSTRAINT_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION), \
      MIN(k.REFERENCED_TABLE_NAME), GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION) \
      FROM information_schema.KEY_COLUMN_USAGE k WHERE k.REFERENCED_TABLE_NAME IS NOT NULL \
      AND k.CONSTRAINT_SCHEMA NOT IN \(Self.own) GROUP BY 1, 2, 3
      """, 6
    ).map { row in
      SchemaObject(
        kind: "foreign key", name: shown(row[0], row[1], row[2]), table: shown(row[0], row[1]),
        definition: ["columns": row[3], "refers to": "\(row[4]) (\(row[5]))"])
    }
  }

  /// Not every server has the table.
  private func checkObjects() async throws -> [SchemaObject] {
    let hasTable = programs?.flavour == .mariadb
    let table = hasTable ? "c.TABLE_NAME" : "t.TABLE_NAME"
    let join =
      hasTable
      ? "" : "JOIN information_schema.TABLE_CONSTRAINTS t USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)"
    return try await objectRows(
      """
      SELECT c.CONSTRAINT_SCHEMA, \(table), c.CONSTRAINT_NAME, MD5(c.CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS c \
      \(join) WHERE c.CONSTRAINT_SCHEMA NOT IN \(Self.own)
      """, 4
    ).map { row in
      SchemaObject(
        kind: "check", name: shown(row[0], row[1], row[2]), table: shown(row[0], row[1]),
        definition: [SchemaObject.body: row[3]])
    }
  }

  /// Views' texts, triggers, routines and events.
  private func programObjects() async throws -> [SchemaObject] {
    let triggers = try await objectRows(
      """
      SELECT TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION), \
      MD5(ACTION_STATEMENT) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN \(Self.own)
      """, 5
    ).map { row in
      SchemaObject(
        kind: "trigger", name: shown(row[0], row[1]), table: shown(row[0], row[2]),
        definition: ["when": row[3], SchemaObject.body: row[4]])
    }
    let routines = try await objectRows(
      """
      SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, MD5(COALESCE(ROUTINE_DEFINITION, '')) \
      FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN \(Self.own)
      """, 4
    ).map { row in
      SchemaObject(kind: row[2].lowercased(), name: shown(row[0], row[1]), definition: [SchemaObject.body: row[3]])
    }
    return triggers + routines + (try await eventObjects())
  }

  /// MariaDB shows no events in information_schema while it runs without grant tables; the table behind it is there.
  private func eventObjects() async throws -> [SchemaObject] {
    let isMariaDB = programs?.flavour == .mariadb && origin == nil
    let select =
      isMariaDB
      ? "SELECT db, name, status, MD5(body) FROM mysql.event WHERE db NOT IN \(Self.own)"
      : "SELECT EVENT_SCHEMA, EVENT_NAME, STATUS, MD5(EVENT_DEFINITION) FROM information_schema.EVENTS WHERE EVENT_SCHEMA NOT IN \(Self.own)"
    return try await objectRows(select, 4).map { row in
      SchemaObject(
        kind: "event", name: shown(row[0], row[1]),
        definition: [
          SchemaObject.enabled: row[2].uppercased() == "ENABLED" ? "yes" : "no", SchemaObject.body: row[3],
        ])
    }
  }

  /// Rows with all their fields; none where the server has no such table.
  private func objectRows(_ select: String, _ fields: Int) async throws -> [[String]] {
    try await query("SET SESSION group_concat_max_len = 65535; \(select)", force: true).rows.filter {
      $0.count == fields
    }
  }
}
