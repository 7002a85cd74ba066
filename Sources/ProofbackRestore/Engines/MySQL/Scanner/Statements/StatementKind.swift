/// What a statement is, as far as it decides what may stand inside.
enum StatementKind {
  case insert, table, view
  /// Procedures, functions, packages, triggers, events: their text is not executed by the import.
  case routine
  case other

  /// nil: it may.
  func severity(of kind: ForeignStatement.Kind) -> ForeignStatement.Severity? {
    switch (self, kind) {
    case (.routine, .stall), (.routine, .lock), (.routine, .valueBomb): nil
    case (.routine, .intoFile), (.routine, .loadFile), (.routine, .midStatementDelimiter): .note
    // Generated columns and views may compute anything; nothing is computed until rows are read.
    case (.table, .valueBomb), (.view, .valueBomb): nil
    case (.view, .loadFile): .note
    case (_, .subquery): .note
    default: .refuse
    }
  }
}

/// What is to be done with a statement.
struct StatementVerdict {
  var kind = StatementKind.other
  /// Index in `claims.tables`.
  var table: Int?
  var isLeftOut = false
  var isRefused = false
  /// INSERT or REPLACE with a table's name: its rows are to be counted.
  var isInsert = false

  static let forward = StatementVerdict()
}

/// The head of an INSERT or REPLACE, up to and with the table's name.
struct InsertHead {
  var table: Int
  var headLength: Int
  var isRefused: Bool
}
