/// From the first byte of a statement to its delimiter.
extension SQLDumpScanner {
  mutating func beginStatement(_ window: ScanWindow, _ position: Int) -> Step {
    lines.move(to: position, in: window)
    let line = lines.feeds + 1
    if window.bytes[position] | 0x20 == UInt8(ascii: "i") || window.bytes[position] | 0x20 == UInt8(ascii: "r"),
      let step = beginInsert(window, position, line: line)
    {
      return step
    }
    if let step = readClientLine(window, position, line: line) { return step }
    return judgeStatement(window, position, line: line)
  }

  /// Tables with one row a statement repeat the same head again and again: it is compared, not parsed.
  private mutating func beginInsert(_ window: ScanWindow, _ position: Int, line: Int) -> Step? {
    guard window.startsWith("INSERT", position) || window.startsWith("REPLACE", position) else { return nil }
    if let last = lastInsert, window.startsWith(last.head, position) {
      current = Current(kind: .insert, line: line, table: last.table, start: position)
      return enterStatement(SQLLexer(phase: .beforeValues), at: position + last.head.count - 1, from: position)
    }
    guard window.sees(Self.insertHeadLimit, from: position) else { return .wait(position) }
    let head = window.slice(position..<min(window.count, position + Self.insertHeadLimit))
    let tokens = SQLTokens(head, target: target, session: session)
    guard let insert = readInsert(tokens, tokens.all, line: line) else { return nil }
    // Comments in front of the table's name may hide something: these few go the long way.
    if head.prefix(insert.headLength).contains(SQLByte.slash)
      || head.prefix(insert.headLength).contains(SQLByte.backslash)
    {
      return nil
    }
    // One byte more than the head: the name must end here too.
    let repeatable = head.count > insert.headLength && !insert.isRefused
    lastInsert = repeatable ? (Array(head.prefix(insert.headLength + 1)), insert.table) : nil
    current = Current(kind: .insert, line: line, table: insert.table, start: position)
    if insert.isRefused { outflow.stop(at: position) }
    return enterStatement(SQLLexer(phase: .beforeValues), at: position + insert.headLength, from: position)
  }

  private mutating func enterStatement(_ lexer: SQLLexer, at next: Int, from position: Int) -> Step {
    self.lexer = lexer
    current?.bytes = next - position
    mode = .statement
    return .on(next)
  }

  /// Any statement but a plain INSERT: seen whole, or by its first `headLimit` bytes, before any of it is forwarded.
  private mutating func judgeStatement(_ window: ScanWindow, _ position: Int, line: Int) -> Step {
    let end = min(window.count, position + Self.headLimit)
    var probe = SQLLexer()
    let (stop, ended) = run(&probe, window, from: position, end: end)
    guard ended || window.sees(Self.headLimit, from: position) else { return .wait(position) }
    lastInsert = nil
    let text = window.slice(position..<(ended ? stop - session.delimiter.count : stop))
    let tokens = SQLTokens(text, target: target, session: session)
    let verdict = classify(tokens, line: line)
    current = Current(kind: verdict.kind, line: line, table: verdict.table, start: position)
    if verdict.isRefused { outflow.stop(at: position) }
    if verdict.isInsert {
      // Read again from the start: what stands in front of the table's name counts too.
      return enterStatement(SQLLexer(phase: .beforeValues), at: position, from: position)
    }
    current?.isLeftOut = verdict.isLeftOut
    judgeHazards(of: &probe, window)
    _ = enterStatement(probe, at: stop, from: position)
    if verdict.isLeftOut { outflow.leaveOut(position..<stop) }
    if ended { endStatement() }
    return .on(stop)
  }

  func run(_ lexer: inout SQLLexer, _ window: ScanWindow, from: Int, end: Int) -> (Int, ended: Bool) {
    session.classes.withUnsafeBufferPointer { classes in
      session.delimiter.withUnsafeBufferPointer { delimiter in
        let rules = LexRules(
          classes: classes.baseAddress!, delimiter: delimiter, escapes: !session.mode.contains(.noBackslashEscapes),
          charset: session.charset)
        return lexer.run(
          window.bytes, from: from, end: end, isLast: window.isLast && end == window.count, rules: rules)
      }
    }
  }

  mutating func readStatement(_ window: ScanWindow, _ position: Int) -> Step {
    var lexer = self.lexer
    let (stop, ended) = run(&lexer, window, from: position, end: window.count)
    if let table = current?.table {
      if lexer.rows > 0 { claims.tables[table].rows &+= lexer.rows }
      if current?.kind == .insert {
        claims.tables[table].text.take(window.slice(position..<stop), announced: session.charsetName)
      }
    }
    lexer.rows = 0
    if !lexer.hazards.isEmpty { judgeHazards(of: &lexer, window) }
    self.lexer = lexer
    current?.bytes += stop - position
    checkLength(window, stop)
    if current?.isLeftOut == true { outflow.leaveOut(position..<stop) }
    if ended { endStatement() }
    return ended ? .on(stop) : .wait(stop)
  }

  private mutating func endStatement() {
    if current?.isLeftOut != true { outflow.statementEnded() }
    claims.statements += 1
    current = nil
    mode = .between
  }

  private mutating func checkLength(_ window: ScanWindow, _ stop: Int) {
    guard let statement = current, statement.bytes > Self.longestStatement, !statement.isTooLong else { return }
    current?.isTooLong = true
    note(ForeignStatement(.tooLong, .refuse, line: statement.line))
    outflow.stop(at: statement.start ?? stop)
  }

  /// Whether what the lexer met in a statement has any business in a statement of this kind.
  private mutating func judgeHazards(of lexer: inout SQLLexer, _ window: ScanWindow) {
    let hazards = lexer.hazards
    lexer.hazards = []
    for hazard in hazards {
      let line = lines.line(of: hazard.position, in: window)
      let stopsHere: Bool
      switch hazard.kind {
      case .toolMessage:
        note(ToolMessage(.failure, text: "a message of the dump tool inside of a statement", line: line))
        stopsHere = true
      case .foreign(let kind):
        guard let severity = current?.kind.severity(of: kind) else { continue }
        stopsHere = severity == .refuse
        note(ForeignStatement(kind, severity, line: line))
      }
      if stopsHere { outflow.stop(at: current?.start ?? hazard.position) }
    }
  }
}
