import GRDB

extension Row {
  /// Rows as values, each made while its row is read: it knows the places of its columns then, a copy of a row would look
  /// for their names one by one.
  static func values<Value>(
    _ database: Database, sql: String, arguments: StatementArguments = [], _ make: (Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    let rows = try fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
    while let row = try rows.next() { values.append(try make(row)) }
    return values
  }
}
