/// Statements that read or change rows, or execute text.
extension SQLDumpScanner {
  /// What dump tools ask by themselves: mariadb-dump `--system=users` keeps the current role, Percona's mysqldump looks whether RocksDB is
  /// there, and SETVAL restores a sequence.
  mutating func classifyQuery(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    guard verb == "SELECT" else { return foreign(.query, verb == "WITH" || verb == "TABLE" ? .refuse : .note, line) }
    var hasSource = false
    for token in reader.list {
      if token.kind == .variable && isToolVariable(reader.tokens.text(of: token)) { return .forward }
      if reader.tokens.matches(token, "SETVAL") { return .forward }
      if reader.tokens.matches(token, "FROM") { hasSource = true }
    }
    return foreign(.query, hasSource ? .refuse : .note, line)
  }

  private func isToolVariable(_ name: String) -> Bool { name == "current_role" || name.hasPrefix("rocksdb_") }

  /// Percona's mysqldump prepares what it found out about RocksDB; mariadb-dump restores the role.
  mutating func classifyPrepared(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    var reader = reader
    if verb == "EXECUTE" && reader.skip("IMMEDIATE") {
      let restoresRole = reader.list.contains { $0.kind == .variable && reader.tokens.text(of: $0) == "current_role" }
      return restoresRole ? .forward : foreign(.preparedText, .refuse, line)
    }
    if verb == "DEALLOCATE" { return .forward }
    guard let name = reader.text() else { return .forward }
    if verb == "PREPARE" {
      _ = reader.skip("FROM")
      let isTools = reader.token.map { $0.kind == .variable && isToolVariable(reader.tokens.text(of: $0)) } ?? false
      if isTools && preparedNames.count < 16 { preparedNames.insert(name) } else { preparedNames.remove(name) }
    }
    return preparedNames.contains(name) ? .forward : foreign(.preparedText, .refuse, line)
  }

  /// TRUNCATE, DELETE, UPDATE: some tools empty a table before they fill it (HeidiSQL, Adminer).
  mutating func classifyChange(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    var reader = reader
    for word: StaticString in ["TABLE", "LOW_PRIORITY", "QUICK", "IGNORE", "FROM"] { _ = reader.skip(word) }
    guard let name = reader.name() else { return foreign(.dataChange, .note, line) }
    let isSystem = (name.database ?? session.database)?.lowercased() == "mysql"
    if isSystem { return foreign(.systemSchemaChange, .refuse, line) }
    guard verb != "UPDATE" else { return foreign(.dataChange, .note, line) }
    let index = directory.tables[qualified(name)]
    let empties = verb == "TRUNCATE" || reader.token == nil
    if let index, claims.tables[index].rows > 0 || !empties {
      if empties { claims.tables[index].rows = 0 }
      return foreign(.dataChange, .note, line)
    }
    return empties ? .forward : foreign(.dataChange, .note, line)
  }
}
