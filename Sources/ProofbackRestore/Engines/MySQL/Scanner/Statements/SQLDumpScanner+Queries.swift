/// Statements that read or change rows, or execute text.
extension SQLDumpScanner {
  /// What dump tools ask by themselves: mariadb-dump `--system=users` keeps the current role, Percona's mysqldump looks whether RocksDB is
  /// there, and SETVAL restores a sequence.
  mutating func classifyQuery(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    guard verb == "SELECT" else { return foreign(.query, verb == "WITH" || verb == "TABLE" ? .refuse : .note, line) }
    noteSetSequence(reader)
    if asksForTool(reader) { return .forward }
    let hasSource = reader.list.contains { reader.tokens.matches($0, "FROM") }
    return foreign(.query, hasSource ? .refuse : .note, line)
  }

  /// `SETVAL(…)`, `COALESCE(CURRENT_ROLE(),'NONE') INTO @current_role`, and
  /// `COUNT(*) INTO @rocksdb_… FROM INFORMATION_SCHEMA.…`, and nothing that calls more than that.
  private func asksForTool(_ reader: TokenReader) -> Bool {
    let rest = reader.list[min(reader.index, reader.list.count)...]
    let calls = rest.count { $0.kind == .sign && reader.tokens.bytes(of: $0)[0] == SQLByte.open }
    let target = rest.first { $0.kind == .variable }.map { reader.tokens.text(of: $0).lowercased() } ?? ""
    if reader.isNext("SETVAL") { return calls == 1 && target.isEmpty }
    if reader.isNext("COALESCE") { return calls == 2 && target == "current_role" }
    let tables = rest.first { reader.tokens.matches($0, "INFORMATION_SCHEMA") }
    return reader.isNext("COUNT") && calls == 1 && target.hasPrefix("rocksdb_") && tables != nil
  }

  private func isToolVariable(_ name: String) -> Bool {
    let name = name.lowercased()
    return name == "current_role" || name.hasPrefix("rocksdb_")
  }

  /// Percona's mysqldump prepares what it found out about RocksDB; mariadb-dump restores the role.
  mutating func classifyPrepared(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    var reader = reader
    if verb == "EXECUTE" && reader.skip("IMMEDIATE") {
      return restoresRole(reader) ? .forward : foreign(.preparedText, .refuse, line)
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

  /// `CONCAT('SET ROLE ', @current_role)`, to the letter.
  private func restoresRole(_ reader: TokenReader) -> Bool {
    let written = reader.list[reader.index...].map { String(decoding: reader.tokens.bytes(of: $0), as: UTF8.self) }
    return written == ["CONCAT", "(", "'SET ROLE '", ",", "@current_role", ")"]
  }

  /// Whether a tool's variable, whose text is executed later, is given something else than the tool's own text.
  func isForeignText(_ value: ArraySlice<SQLToken>, _ tokens: SQLTokens, for variable: String) -> Bool {
    guard isToolVariable(variable) else { return false }
    return !value.allSatisfy { token in
      switch token.kind {
      case .sign, .variable: true
      case .word: tokens.matches(token, "IF") || tokens.text(of: token).allSatisfy(\.isNumber)
      case .string: tokens.text(of: token).wholeMatch(of: Self.rocksDBText) != nil
      case .doubleQuoted, .backquoted: false
      }
    }
  }

  /// What Percona's mysqldump prepares: `SET SESSION rocksdb_bulk_load = 1` and questions (client/mysqldump.cc).
  nonisolated(unsafe) private static let rocksDBText =
    /SELECT 0|SET (?:SESSION |@)?rocksdb_\w+ ?= ?@?\w+|SELECT COUNT\(\*\) INTO @rocksdb_\w+ FROM \w+\.\w+ WHERE VARIABLE_NAME ?= ?[\\'\w]+/

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
      // In a dump tool's file the rows were meant to stay: they are missed.
      if empties, !claims.isMysqldumps { claims.tables[index].rows = 0 }
      return foreign(.dataChange, .note, line)
    }
    return empties ? .forward : foreign(.dataChange, .note, line)
  }
}
