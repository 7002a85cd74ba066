/// Lines that are not SQL: the client's own commands, and what programs said.
extension SQLDumpScanner {
  /// Words that begin a statement somewhere in the family; a line that begins with one is left to the server's grammar.
  private static let verbs: Set<String> = [
    "INSERT", "REPLACE", "CREATE", "DROP", "ALTER", "SET", "LOCK", "UNLOCK", "SELECT", "START", "STOP", "BEGIN",
    "COMMIT",
    "ROLLBACK", "SAVEPOINT", "RELEASE", "RENAME", "TRUNCATE", "DELETE", "UPDATE", "DO", "CALL", "LOAD", "GRANT",
    "REVOKE", "FLUSH",
    "ANALYZE", "OPTIMIZE", "CHECK", "REPAIR", "CHANGE", "RESET", "PURGE", "PREPARE", "EXECUTE", "DEALLOCATE", "INSTALL",
    "UNINSTALL", "SHUTDOWN", "RESTART", "KILL", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "WITH", "TABLE", "VALUES",
    "HANDLER", "XA",
    "BINLOG", "CLONE", "IMPORT", "BACKUP", "CACHE",
  ]
  /// Commands of mysql and mariadb (client/mysql.cc, `commands`).
  private static let commands: Set<String> = [
    "SYSTEM", "SOURCE", "TEE", "NOTEE", "PAGER", "NOPAGER", "EDIT", "EGO", "GO", "PRINT", "PROMPT", "QUIT", "EXIT",
    "STATUS",
    "REHASH", "CONNECT", "CLEAR", "HELP", "CHARSET", "WARNINGS", "NOWARNING", "RESETCONNECTION", "QUERY_ATTRIBUTES",
    "SANDBOX",
    "COSTS", "SSL_SESSION_DATA_PRINT",
  ]

  /// nil: an ordinary statement begins at `position`.
  mutating func readClientLine(_ window: ScanWindow, _ position: Int, line: Int) -> Step? {
    var end = position
    let longest = min(window.count, position + 40)
    while end < longest && SQLByte.isWord(window.bytes[end]) { end += 1 }
    let word = String(decoding: window.slice(position..<end), as: UTF8.self).uppercased()
    let isAlone = end >= window.count || SQLByte.isSpace(window.bytes[end]) || window.bytes[end] == SQLByte.semicolon
    if word == "DELIMITER" && isAlone { return readDelimiter(window, position, end, line: line) }
    if word == "USE" && isAlone { return readUse(window, position, end) }
    if Self.verbs.contains(word), !isInName(window, end) { return readProse(window, position, end, line: line) }
    if window.bytes[position] == SQLByte.slash && window.at(position + 1) == SQLByte.star { return nil }
    guard let whole = window.line(from: position, longest: Self.lineLimit) else { return .wait(position) }
    if let found = ToolText.judge(whole.text) { return readMessage(found, window, position, whole, line: line) }
    guard window.bytes[position] == SQLByte.backslash || (isAlone && Self.commands.contains(word)) else {
      return judgeUnknown(whole.text, word: word).map { readMessage($0, window, position, whole, line: line) }
    }
    note(ForeignStatement(.clientCommand, .refuse, line: line))
    outflow.stop(at: position)
    if !whole.isWhole { mode = .lineComment }
    return .on(whole.next)
  }

  mutating func readMessage(
    _ found: ToolText.Found, _ window: ScanWindow, _ position: Int,
    _ whole: (text: UnsafeBufferPointer<UInt8>, next: Int, isWhole: Bool), line: Int
  ) -> Step {
    // The prompt has no line end: the dump's first line follows it.
    let prompt = "Enter password: "
    if found.text.hasPrefix(prompt) {
      note(ToolMessage(.warning, text: prompt, line: line))
      leaveOut(.toolWarning, position..<position + prompt.utf8.count, window)
      return .on(position + prompt.utf8.count)
    }
    note(ToolMessage(found.kind, text: found.text, line: line))
    if found.kind == .errorPage { outflow.stop(at: position) }
    if found.kind == .warning { note(AdaptedStatement(.toolWarning, line: line)) }
    outflow.leaveOut(position..<whole.next)
    if !whole.isWhole { mode = .lineComment }
    return .on(whole.next)
  }

  /// `DELIMITER ;;`: the rest of the line up to the first blank (client/mysql.cc, com_delimiter).
  private mutating func readDelimiter(_ window: ScanWindow, _ position: Int, _ end: Int, line: Int) -> Step {
    guard let whole = window.line(from: position, longest: Self.lineLimit) else { return .wait(position) }
    let argument = whole.text.dropFirst(end - position).drop { SQLByte.isSpace($0) }.prefix { !SQLByte.isSpace($0) }
    if argument.isEmpty || argument.count > 15 || argument.contains(SQLByte.backslash) {
      note(ForeignStatement(.clientCommand, .refuse, line: line))
      outflow.stop(at: position)
    } else {
      session.setDelimiter(Array(argument))
    }
    if !whole.isWhole { mode = .lineComment }
    return .on(whole.next)
  }

  /// The client takes `use name` without a delimiter too, as a line of its own.
  private mutating func readUse(_ window: ScanWindow, _ position: Int, _ end: Int) -> Step? {
    guard let whole = window.line(from: position, longest: Self.lineLimit) else { return .wait(position) }
    let isStatement = whole.text.indices.contains { window.startsWith(session.delimiter, position + $0) }
    if isStatement || !whole.isWhole { return nil }
    let tokens = SQLTokens(whole.text, target: target, session: session)
    guard tokens.all.count == 2 else { return nil }
    session.database = tokens.text(of: tokens.all[1])
    lastInsert = nil
    noteDatabase(tokens.text(of: tokens.all[1]))
    return .on(whole.next)
  }
}
