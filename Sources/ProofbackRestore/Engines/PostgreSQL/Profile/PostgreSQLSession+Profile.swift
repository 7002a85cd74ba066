import ProofbackCore

extension PostgreSQLSession {
  func measures(_ database: String) async throws -> PostgreSQLMeasures {
    guard let measuring = work.measuring else { return PostgreSQLMeasures() }
    return PostgreSQLMeasures(measuring: measuring, columns: try await columns(database))
  }

  /// Adds what one database's tables and schema are.
  func addProfile(
    of database: String, _ catalogue: PostgreSQLCatalogue, _ readings: Readings, _ measures: PostgreSQLMeasures,
    to profile: inout DatabaseProfile
  ) async throws {
    guard measures.measuring != nil else { return }
    profile.describedBy = "postgresql \((try? programs.major) ?? 0)"
    for relation in catalogue.relations where relation.hasRows {
      guard let reading = readings.byTable[relation.name], reading.error == nil else { continue }
      let isWhole = readings.whole.contains(relation.name)
      let measured =
        reading.profile
        ?? TableProfile(rows: isWhole ? reading.rows : readings.counts[relation.name] ?? reading.rows)
      profile.tables.append(
        measured.named(
          database: shown(relation.name.database, relation.name.schema), name: UntrustedText.line(relation.name.name),
          columns: (measures.columns[relation.name] ?? []).map { UntrustedText.line($0.name) }))
    }
    let hasTables = catalogue.relations.contains(where: \.hasRows)
    if hasTables { profile.databases.insert(shown(database)) }
    if hasTables || catalogue.largeObjects > 0 {
      profile.tables.append(
        TableProfile(database: shown(database), name: "large objects", rows: UInt64(catalogue.largeObjects)))
    }
    profile.objects += try await schemaObjects(database, measures)
  }

  /// Names as they are compared from run to run: the database that a dump without a name goes to has none.
  private func shown(_ database: String, _ others: String...) -> String {
    UntrustedText.line(
      ((database == origin?.database ?? Self.database ? [] : [database]) + others).joined(separator: "."))
  }

  private func schemaObjects(_ database: String, _ measures: PostgreSQLMeasures) async throws -> [SchemaObject] {
    var objects = measures.columns.flatMap { table, columns in
      columns.map { column in
        SchemaObject(
          kind: "column", name: shown(database, table.schema, table.name, column.name),
          table: shown(database, table.schema, table.name), definition: column.definition)
      }
    }
    for (kind, select) in Self.objects {
      for row in try await definitions(select, in: database) where row.count == 5 {
        let table = row[2].isEmpty ? nil : shown(database, row[0], row[2])
        let name = row[2].isEmpty ? shown(database, row[0], row[1]) : shown(database, row[0], row[2], row[1])
        var definition = [SchemaObject.body: row[4]]
        if !row[3].isEmpty { definition[kind == "index" ? SchemaObject.unique : SchemaObject.enabled] = row[3] }
        objects.append(SchemaObject(kind: kind, name: name, table: table, definition: definition))
      }
    }
    return objects
  }

  /// Schema, name, table, a flag, a hash of the definition.
  private static let objects: [(String, String)] = [
    (
      "index",
      """
      SELECT n.nspname, c.relname, t.relname, CASE WHEN i.indisunique THEN 'yes' ELSE 'no' END, md5(pg_get_indexdef(c.oid)) \
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
      JOIN pg_namespace n ON n.oid = t.relnamespace WHERE \(own)
      """
    ),
    (
      "constraint",
      """
      SELECT n.nspname, k.conname, t.relname, '', md5(pg_get_constraintdef(k.oid)) FROM pg_constraint k \
      JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
      WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND \(own)
      """
    ),
    (
      "trigger",
      """
      SELECT n.nspname, g.tgname, t.relname, CASE WHEN g.tgenabled = 'D' THEN 'no' ELSE 'yes' END, \
      md5(pg_get_triggerdef(g.oid)) FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
      JOIN pg_namespace n ON n.oid = t.relnamespace WHERE NOT g.tgisinternal AND \(own)
      """
    ),
    (
      "function",
      """
      SELECT n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', '', md5(p.prosrc) \
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE NOT EXISTS (SELECT FROM pg_depend d \
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') AND \(own)
      """
    ),
    (
      "view",
      """
      SELECT n.nspname, c.relname, '', '', md5(pg_get_viewdef(c.oid)) FROM pg_class c \
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND \(own)
      """
    ),
    (
      "sequence",
      """
      SELECT n.nspname, c.relname, '', '', '' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
      WHERE c.relkind = 'S' AND \(own)
      """
    ),
    ("extension", "SELECT '', extname, '', '', '' FROM pg_extension WHERE extname <> 'plpgsql'"),
    (
      "event trigger",
      "SELECT '', evtname, '', CASE WHEN evtenabled = 'D' THEN 'no' ELSE 'yes' END, '' FROM pg_event_trigger"
    ),
  ]
}
