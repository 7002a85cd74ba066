import CSQLite
import Foundation
import ProofbackCore

/// What a table's columns are, as far as SQLite knows kinds: by their declared types.
struct SQLiteColumn: Equatable {
  var name: String
  var declared: String
  var isKey: Bool
  var isNotNull: Bool

  /// Source: sqlite.org, "Datatypes In SQLite", 3.1 "Determination Of Column Affinity"; dates have no type of their own.
  var kind: ColumnKind {
    let type = declared.uppercased()
    if type.contains("INT") { return .number }
    if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") { return .text }
    if type.contains("BLOB") { return .bytes }
    if type.contains("TIME") { return type == "TIME" ? .other : .time }
    if type.contains("DATE") { return .date }
    return type.isEmpty ? .text : .number
  }

  var definition: [String: String] {
    [SchemaObject.type: declared, "nullable": isNotNull ? "no" : "yes"]
  }
}

extension TableSketch {
  /// One row that a statement stands at.
  mutating func add(row: OpaquePointer, columns: Int32) {
    for column in 0..<columns {
      switch sqlite3_column_type(row, column) {
      case SQLITE_NULL: addNull()
      case SQLITE_BLOB:
        let length = Int(max(0, sqlite3_column_bytes(row, column)))
        add(UnsafeRawBufferPointer(start: sqlite3_column_blob(row, column), count: length), length: length)
      default:
        let text = sqlite3_column_text(row, column)
        let length = Int(max(0, sqlite3_column_bytes(row, column)))
        add(UnsafeRawBufferPointer(start: text, count: length), length: length)
      }
    }
    endRow()
  }
}
