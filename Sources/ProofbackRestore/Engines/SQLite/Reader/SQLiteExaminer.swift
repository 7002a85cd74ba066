import CSQLite
import ProofbackCore

/// Checks a database and reads all of it: SQLite's own check, foreign keys, every table to its last row.
struct SQLiteExaminer {
  let path: String
  let isSampled: Bool
  /// Nil where rows are only counted.
  var measuring: Measuring?
  /// Patterns of tables that are not read.
  var leftOut: [String] = []

  /// Rows that are read from either end of a table that is only sampled.
  static let edge = 1000
  /// A view may cost this much: a second or two.
  private static let viewSteps = 30_000_000

  func examine() -> SQLiteExamination {
    var result = SQLiteExamination()
    do {
      let database = try SQLiteConnection(path, isDump: false)
      try database.run("SELECT count(*) FROM sqlite_schema")
      checkIntegrity(database, &result)
      checkKeys(database, &result)
      let schema = try database.texts("SELECT type, name, tbl_name, rootpage FROM sqlite_schema")
      readTables(database, schema, &result)
      readViews(database, schema, &result)
      if measuring != nil { result.objects = try objects(schema, database) }
      result.triggers = names(schema, "trigger")
      result.missingCollations = database.missingCollations.sorted().map(shortened)
    } catch let fault as SQLiteFault {
      result.fault = fault
    } catch {
      result.fault = SQLiteConnection.fault(SQLITE_ERROR)
    }
    return result
  }

  /// Reads a file that others use meanwhile, in one transaction.
  func measureSource() -> SQLiteExamination {
    var result = SQLiteExamination()
    do {
      let database = try SQLiteConnection(path, isDump: false, isSource: true)
      try database.run("BEGIN")
      let schema = try database.texts("SELECT type, name, tbl_name, rootpage FROM sqlite_schema").filter { entry in
        !NamePattern.any(of: leftOut, matches: entry[1], or: entry[2])
      }
      readTables(database, schema, &result)
      result.objects = try objects(schema, database)
    } catch let fault as SQLiteFault {
      result.fault = fault
    } catch {
      result.fault = SQLiteConnection.fault(SQLITE_ERROR)
    }
    return result
  }

  private func checkIntegrity(_ database: SQLiteConnection, _ result: inout SQLiteExamination) {
    do {
      let lines = try database.texts("PRAGMA \(isSampled ? "quick_check" : "integrity_check")(20)").compactMap(\.first)
      // One answer may hold several lines.
      result.integrity = lines.flatMap { $0.split(separator: "\n").map { shortened(String($0)) } }.filter { $0 != "ok" }
    } catch {
      result.integrityFault = error as? SQLiteFault
    }
  }

  private func checkKeys(_ database: SQLiteConnection, _ result: inout SQLiteExamination) {
    var counts: [[String]: UInt64] = [:]
    do {
      try database.rows("PRAGMA foreign_key_check") { row in
        let pair = [SQLiteConnection.text(row, 0), SQLiteConnection.text(row, 2)]
        if counts[pair] != nil || counts.count < 1000 { counts[pair, default: 0] += 1 }
      }
    } catch {
      result.orphansFault = error as? SQLiteFault
    }
    result.orphans = counts.map { pair, rows in
      SQLiteExamination.Orphans(table: shortened(pair[0]), parent: shortened(pair[1]), rows: rows)
    }.sorted { ($0.table, $0.parent) < ($1.table, $1.parent) }
  }

  // MARK: Tables

  private func readTables(_ database: SQLiteConnection, _ schema: [[String]], _ result: inout SQLiteExamination) {
    var indexes: [String: [String]] = [:]
    for entry in schema where entry[0] == "index" { indexes[entry[2], default: []].append(shortened(entry[1])) }
    for entry in schema where entry[0] == "table" {
      // Rows of the schema's own kind (sequences, statistics) are read as all others.
      var table = SQLiteExamination.Table(name: shortened(entry[1]), isVirtual: entry[3] == "0")
      table.indexes = (indexes[entry[1]] ?? []).filter { !$0.hasPrefix("sqlite_autoindex_") }
      do { try read(entry[1], &table, database) } catch {
        let fault = error as? SQLiteFault
        // A search table that keeps no text of its own can't be read by rows; what it keeps is read in its own tables.
        if !(table.isVirtual && fault?.code == SQLITE_ERROR && isKnown(entry[1], database)) { table.fault = fault }
      }
      if result.tables.count < SQLiteExamination.mostNames { result.tables.append(table) }
    }
  }

  private func read(_ name: String, _ table: inout SQLiteExamination.Table, _ database: SQLiteConnection) throws {
    let columns = table.isVirtual ? "*" : try self.columns(of: name, database)
    let from = "SELECT \(columns) FROM \(SQLiteConnection.quoted(name))"
    if !isSampled || table.isVirtual {
      var sketch = try sketch(of: name, table, database)
      // The table itself, not an index that happens to hold all columns.
      let read = try count(table.isVirtual ? from : from + " NOT INDEXED", database) { row in
        sketch?.add(row: row, columns: sqlite3_column_count(row))
      }
      (table.rows, table.bytes) = read
      table.profile = sketch?.finish()
      return
    }
    let first = try count("\(from) NOT INDEXED LIMIT \(Self.edge)", database)
    guard first.rows == Self.edge else {
      (table.rows, table.bytes) = first
      return
    }
    // Tables without row numbers have no last one to begin with.
    let last = try? count("\(from) NOT INDEXED ORDER BY rowid DESC LIMIT \(Self.edge)", database)
    table.sampledRows = first.rows + (last?.rows ?? 0)
    table.bytes = first.bytes + (last?.bytes ?? 0)
  }

  /// Whether SQLite has the module of a virtual table: only then it knows its columns.
  private func isKnown(_ name: String, _ database: SQLiteConnection) -> Bool {
    let columns = try? database.texts("PRAGMA table_xinfo(\(SQLiteConnection.quoted(name)))")
    return columns?.isEmpty == false
  }

  /// Columns that are stored. What is only computed is no part of the backup, and may cost anything.
  private func columns(of name: String, _ database: SQLiteConnection) throws -> String {
    let all = try database.texts("PRAGMA table_xinfo(\(SQLiteConnection.quoted(name)))")
    let stored = all.filter { $0.count > 6 && ($0[6] == "0" || $0[6] == "3") }
    return stored.isEmpty ? "*" : stored.map { SQLiteConnection.quoted($0[1]) }.joined(separator: ", ")
  }

  private func count(
    _ sql: String, _ database: SQLiteConnection, each: (OpaquePointer) -> Void = { _ in }
  ) throws -> (rows: UInt64, bytes: UInt64) {
    var rows: UInt64 = 0
    var bytes: UInt64 = 0
    try database.rows(sql) { row in
      rows += 1
      for column in 0..<sqlite3_column_count(row) {
        switch sqlite3_column_type(row, column) {
        case SQLITE_NULL: break
        case SQLITE_INTEGER, SQLITE_FLOAT: bytes += 8
        default: bytes += UInt64(max(0, sqlite3_column_bytes(row, column)))
        }
      }
      each(row)
    }
    return (rows, bytes)
  }

  // MARK: Views

  private func readViews(_ database: SQLiteConnection, _ schema: [[String]], _ result: inout SQLiteExamination) {
    for entry in schema where entry[0] == "view" && result.views.count < SQLiteExamination.mostNames {
      var view = SQLiteExamination.View(name: shortened(entry[1]))
      do {
        try database.limited(steps: Self.viewSteps) {
          try database.run("SELECT * FROM \(SQLiteConnection.quoted(entry[1])) LIMIT 1")
        }
      } catch {
        view.fault = error as? SQLiteFault
      }
      result.views.append(view)
    }
  }

  private func names(_ schema: [[String]], _ type: String) -> [String] {
    schema.filter { $0[0] == type }.prefix(SQLiteExamination.mostNames).map { shortened($0[1]) }
  }

  private func shortened(_ name: String) -> String { String(name.prefix(SQLiteExamination.longestName)) }
}
