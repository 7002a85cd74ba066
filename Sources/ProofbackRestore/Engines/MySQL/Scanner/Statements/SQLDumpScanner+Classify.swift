/// Tells statements apart by their first words.
extension SQLDumpScanner {
  /// Judges a statement by its head and writes down what it claims. `tokens` is the whole statement, or its first `headLimit` bytes.
  mutating func classify(_ tokens: SQLTokens, line: Int) -> StatementVerdict {
    let executed = tokens.executed
    if executed.isEmpty { return classifySkipped(tokens, line: line) }
    noteNeeds(tokens, executed, line: line)
    var verdict = classify(TokenReader(tokens, executed), line: line)
    if !claims.needs.isEmpty { verdict.isRefused = true }
    return verdict
  }

  /// The target skips all of it: what it would have made is missing after the import, without a word.
  private mutating func classifySkipped(_ tokens: SQLTokens, line: Int) -> StatementVerdict {
    let makers: Set<String> = ["INSERT", "REPLACE", "CREATE"]
    let accounts: Set<String> = ["USER", "ROLE"]
    // `/*!80001 CREATE ROLE …` (mariadb-dump --system=users) stands beside its like for the other flavour.
    let words = tokens.all.prefix(2).map { tokens.text(of: $0).uppercased() }
    guard let version = tokens.skippedVersion, let first = words.first, makers.contains(first),
      !accounts.contains(words.last ?? "")
    else { return .forward }
    let name = "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
    note(ServerNeed(kind: .serverVersion, name: name, line: line))
    var verdict = classify(TokenReader(tokens, tokens.all), line: line)
    verdict.isRefused = true
    return verdict
  }

  private mutating func classify(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    guard let verb = reader.word else { return classifyOdd(reader, line: line) }
    reader.index += 1
    switch verb {
    case "INSERT", "REPLACE":
      guard let insert = readInsert(reader.tokens, reader.list, line: line) else { return .forward }
      return StatementVerdict(
        kind: .insert, table: insert.table, isRefused: insert.isRefused, isInsert: true)
    case "CREATE": return classifyCreate(reader, line: line)
    case "DROP": return classifyDrop(reader, line: line)
    case "ALTER": return classifyAlter(reader, line: line)
    case "RENAME": return classifyRename(reader, line: line)
    case "SET": return classifySet(reader, line: line)
    case "USE": return use(reader)
    case "LOCK", "UNLOCK", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ANALYZE", "OPTIMIZE", "CHECK":
      return about(reader, verb, line: line)
    case "TRUNCATE", "DELETE", "UPDATE": return classifyChange(reader, verb, line: line)
    case "SELECT", "WITH", "TABLE", "VALUES", "SHOW", "DESCRIBE", "DESC", "EXPLAIN":
      return classifyQuery(reader, verb, line: line)
    case "START", "STOP", "CHANGE", "RESET", "PURGE", "BINLOG": return classifyReplication(reader, verb, line: line)
    case "PREPARE", "EXECUTE", "DEALLOCATE": return classifyPrepared(reader, verb, line: line)
    default: return classifyOther(reader, verb, line: line)
    }
  }

  private mutating func classifyOther(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    switch verb {
    case "LOAD": return foreign(.loadData, reader.isNext("INDEX") ? .note : .refuse, line)
    case "IMPORT": return foreign(.loadData, .refuse, line)
    case "CALL": return foreign(.call, .refuse, line)
    case "DO":
      noteSetSequence(reader)
      return reader.isNext("SETVAL") ? .forward : foreign(.evaluation, .refuse, line)
    case "GRANT", "REVOKE": return foreign(.account, .note, line)
    case "INSTALL", "UNINSTALL": return foreign(.library, librarySeverity, line)
    case "SHUTDOWN", "RESTART": return foreign(.shutdown, .refuse, line)
    case "KILL": return foreign(.kill, .refuse, line)
    case "CLONE": return foreign(.remoteServer, .refuse, line)
    case "FLUSH": return classifyFlush(reader, line: line)
    case "BACKUP", "HANDLER", "XA", "CACHE": return foreign(.serverAdministration, .refuse, line)
    case "REPAIR": return .forward
    case "IF", "CASE", "WHILE", "LOOP", "REPEAT", "FOR", "DECLARE", "SIGNAL", "RESIGNAL", "RETURN":
      return foreign(.compound, .refuse, line)
    default:
      // A label.
      return reader.isSign(UInt8(ascii: ":")) ? foreign(.compound, .refuse, line) : foreign(.unknown, .note, line)
    }
  }

  /// mariadb-dump writes INSTALL PLUGIN and CREATE FUNCTION … SONAME with `--system=plugins` and `--system=udfs`.
  var librarySeverity: ForeignStatement.Severity { claims.dumps.last?.tool == .mariadbDump ? .note : .refuse }

  mutating func foreign(
    _ kind: ForeignStatement.Kind, _ severity: ForeignStatement.Severity, _ line: Int
  ) -> StatementVerdict {
    note(ForeignStatement(kind, severity, line: line))
    return StatementVerdict(isRefused: severity == .refuse)
  }

  /// The statement begins with something else than a word.
  private mutating func classifyOdd(_ reader: TokenReader, line: Int) -> StatementVerdict {
    if reader.isSign(SQLByte.open) { return foreign(.query, .refuse, line) }
    if reader.isSign(SQLByte.backslash) { return foreign(.clientCommand, .refuse, line) }
    return reader.token == nil ? .forward : foreign(.notSQL, .refuse, line)
  }

  private mutating func use(_ reader: TokenReader) -> StatementVerdict {
    var reader = reader
    if let name = reader.text() {
      session.database = name
      noteDatabase(name)
    }
    return .forward
  }

  private mutating func about(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    var reader = reader
    switch verb {
    case "ANALYZE", "OPTIMIZE", "CHECK":
      _ = reader.skip("LOCAL") || reader.skip("NO_WRITE_TO_BINLOG")
      // ANALYZE UPDATE … carries it out.
      return reader.isNext("TABLE") || reader.isNext("TABLES") ? .forward : foreign(.compound, .refuse, line)
    case "UNLOCK": claims.brackets.unlock(line: line, isStrict: claims.isMysqldumps)
    case "BEGIN":
      _ = reader.skip("WORK")
      if reader.token != nil { return foreign(.compound, .refuse, line) }
      beginTransaction(line: line)
    case "COMMIT", "ROLLBACK": claims.brackets.end()
    default: break
    }
    guard verb == "LOCK", reader.skip("TABLES") || reader.skip("TABLE"), let name = reader.name() else {
      return .forward
    }
    claims.brackets.lock(line: line, isStrict: claims.isMysqldumps)
    let table = directory.tables[qualified(name)]
    if let table { claims.tables[table].hasDataSection = true }
    return StatementVerdict(table: table)
  }

  /// Dump tools commit what they begin. In a script by hand the next CREATE may have ended it, as the server does.
  private mutating func beginTransaction(line: Int) {
    if !claims.dumps.isEmpty { claims.brackets.begin(line: line) }
  }

  private mutating func classifyFlush(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    _ = reader.skip("LOCAL") || reader.skip("NO_WRITE_TO_BINLOG")
    let takesLock = reader.list.contains { reader.tokens.matches($0, "LOCK") || reader.tokens.matches($0, "EXPORT") }
    if takesLock { return foreign(.serverAdministration, .refuse, line) }
    return reader.isNext("PRIVILEGES") || reader.isNext("TABLES") || reader.isNext("TABLE")
      ? .forward : foreign(.serverAdministration, .note, line)
  }

  private mutating func classifyReplication(_ reader: TokenReader, _ verb: String, line: Int) -> StatementVerdict {
    if verb == "START" && reader.isNext("TRANSACTION") {
      beginTransaction(line: line)
      return .forward
    }
    if ["RESET", "PURGE", "BINLOG"].contains(verb) { return foreign(.replication, .refuse, line) }
    // `--master-data`, `--dump-slave`, `--apply-slave-statements`. A source to connect to is named by
    // `--include-master-host-port` only.
    let namesHost = reader.list.contains { token in
      let text = reader.tokens.bytes(of: token)
      return token.kind == .word && (text.matches("MASTER_HOST") || text.matches("SOURCE_HOST"))
    }
    if verb != "CHANGE" || namesHost { note(ForeignStatement(.replication, .note, line: line)) }
    note(AdaptedStatement(.replicationState, line: line))
    return StatementVerdict(isLeftOut: true)
  }

  mutating func readInsert(_ tokens: SQLTokens, _ list: [SQLToken], line: Int) -> InsertHead? {
    var reader = TokenReader(tokens, list)
    let isReplace = reader.skip("REPLACE")
    guard isReplace || reader.skip("INSERT") else { return nil }
    var mayKeepFewer = isReplace
    while true {
      if reader.skip("IGNORE") {
        mayKeepFewer = true
      } else if !(reader.skip("LOW_PRIORITY") || reader.skip("DELAYED") || reader.skip("HIGH_PRIORITY")) {
        break
      }
    }
    _ = reader.skip("INTO")
    guard let name = reader.name(), let index = table(name, line: line) else { return nil }
    if mayKeepFewer { claims.tables[index].mayKeepFewerRows = true }
    let isRefused = name.database?.lowercased() == "mysql" && refuseSystemChange(line: line)
    return InsertHead(table: index, headLength: list[reader.index - 1].end, isRefused: isRefused)
  }

  /// A statement names the server's own schema although it isn't in use. mysqlpump alone qualifies every table.
  mutating func refuseSystemChange(line: Int) -> Bool {
    if session.database?.lowercased() == "mysql" || claims.dumps.last?.tool == .mysqlpump { return false }
    note(ForeignStatement(.systemSchemaChange, .refuse, line: line))
    return true
  }
}
