import CSQLite
import ProofbackCore

extension SQLiteExaminer {
  /// Nil where rows are not measured, and of virtual tables, whose rows are other tables'.
  func sketch(
    of name: String, _ table: SQLiteExamination.Table, _ database: SQLiteConnection
  ) throws -> TableSketch? {
    guard let measuring, !table.isVirtual else { return nil }
    let columns = try described(name, database)
    guard !columns.isEmpty, columns.count <= TableSketch.mostColumns else { return nil }
    return TableSketch(
      ProfilePlan(measuring, columns: columns.map { ProfilePlan.Column(kind: $0.kind, isKey: $0.isKey) }))
  }

  /// Columns that are stored, in the order in which they are read.
  func described(_ name: String, _ database: SQLiteConnection) throws -> [SQLiteColumn] {
    let all = try database.texts("PRAGMA table_xinfo(\(SQLiteConnection.quoted(name)))")
    return all.filter { $0.count > 6 && ($0[6] == "0" || $0[6] == "3") }.map {
      SQLiteColumn(name: $0[1], declared: $0[2], isKey: $0[5] != "0", isNotNull: $0[3] == "1")
    }
  }

  /// Tables' columns, indexes, views and triggers; what they say as hashes. The hashes' key need not be secret: no value of
  /// the data's is in them.
  func objects(_ schema: [[String]], _ database: SQLiteConnection) throws -> [SchemaObject] {
    let texts = try database.texts("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")
    var objects: [SchemaObject] = []
    for entry in texts.prefix(SQLiteExamination.mostNames) where !entry[1].hasPrefix("sqlite_") {
      let (kind, name, table) = (entry[0], UntrustedText.line(entry[1]), UntrustedText.line(entry[2]))
      if kind == "table" {
        objects += try described(entry[1], database).map {
          SchemaObject(
            kind: "column", name: "\(name).\(UntrustedText.line($0.name))", table: name, definition: $0.definition)
        }
        continue
      }
      let hash = Array(entry[3].utf8).withUnsafeBytes { CellHash.hash($0, key: 0) }
      let isUnique = entry[3].uppercased().hasPrefix("CREATE UNIQUE")
      objects.append(
        SchemaObject(
          kind: kind, name: kind == "view" ? name : "\(table).\(name)", table: kind == "view" ? nil : table,
          definition: kind == "index"
            ? [SchemaObject.unique: isUnique ? "yes" : "no", SchemaObject.body: String(hash, radix: 16)]
            : [SchemaObject.body: String(hash, radix: 16)]))
    }
    return objects
  }
}
