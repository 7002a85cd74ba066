/// What stands between statements: blanks, holes, comments, the client's own lines.
extension SQLDumpScanner {
  mutating func readBetween(_ window: ScanWindow, _ from: Int) -> Step {
    var position = from
    while position < window.count {
      let byte = window.bytes[position]
      if SQLByte.isSpace(byte) {
        position += 1
      } else if byte == 0 {
        position = readHole(window, position)
      } else {
        break
      }
    }
    countBlanks(position - from, isOver: position < window.count, window, position)
    guard position < window.count, window.sees(SQLLexer.lookahead, from: position) else { return .wait(position) }
    if claims.bytes == 0 && position == 0 && window.startsWith([0xEF, 0xBB, 0xBF], 0) {
      leaveOut(.byteOrderMark, 0..<3, window)
      return .on(3)
    }
    if window.startsWith(session.delimiter, position) { return .on(position + session.delimiter.count) }
    switch (window.bytes[position], window.at(position + 1)) {
    case (SQLByte.hash, _): return readLineComment(window, position, mark: 1)
    case (SQLByte.dash, SQLByte.dash) where SQLByte.opensLineComment(window.at(position + 2)):
      return readLineComment(window, position, mark: 2)
    case (SQLByte.slash, SQLByte.star) where !opensVersionedComment(window, position):
      return readBlockComment(window, position)
    case (SQLByte.slash, SQLByte.star) where isSandboxLine(window, position): return readSandboxLine(window, position)
    default: return beginStatement(window, position)
    }
  }

  /// Nobody's dump has so many blanks in a row between its statements. Outside of any corpus: a file that a job set aside
  /// with `yes '' | head`, and filled only in part.
  static let mostBlanks = 64 << 20

  private mutating func countBlanks(_ count: Int, isOver: Bool, _ window: ScanWindow, _ position: Int) {
    blankRun += count
    if blankRun > Self.mostBlanks, claims.paddingLine == nil {
      claims.paddingLine = lines.line(of: position, in: window)
      outflow.stop(at: position)
    }
    if isOver { blankRun = 0 }
  }

  private mutating func readHole(_ window: ScanWindow, _ from: Int) -> Int {
    var position = from
    while position < window.count && window.bytes[position] == 0 { position += 1 }
    if claims.firstNulLine == nil {
      claims.firstNulLine = lines.line(of: from, in: window)
      note(AdaptedStatement(.nulBytes, line: claims.firstNulLine!))
    }
    claims.nulBytes += position - from
    outflow.leaveOut(from..<position)
    return position
  }

  private func opensVersionedComment(_ window: ScanWindow, _ position: Int) -> Bool {
    let third = window.at(position + 2)
    return third == SQLByte.bang || (third == UInt8(ascii: "M") && window.at(position + 3) == SQLByte.bang)
  }

  // MARK: - Comments

  private mutating func readLineComment(_ window: ScanWindow, _ position: Int, mark: Int) -> Step {
    guard let line = window.line(from: position, longest: Self.lineLimit) else { return .wait(position) }
    let text = UnsafeBufferPointer(rebasing: line.text.dropFirst(mark))
    lines.move(to: position, in: window)
    readComment(text, line: lines.feeds + 1)
    if !line.isWhole { mode = .lineComment }
    return .on(line.next)
  }

  mutating func skipLineComment(_ window: ScanWindow, _ position: Int) -> Step {
    let feed = ByteScan.first(SQLByte.newline, window.bytes, position, window.count)
    guard feed < window.count else { return .wait(window.count) }
    mode = .between
    return .on(feed + 1)
  }

  private mutating func readBlockComment(_ window: ScanWindow, _ position: Int) -> Step {
    let end = min(window.count, position + Self.lineLimit)
    let (next, closed) = SQLLexer.skipBlockComment(window.bytes, position + 2, end, true)
    guard closed || window.sees(Self.lineLimit, from: position) else { return .wait(position) }
    lines.move(to: position, in: window)
    readBlockComment(window.slice(position..<next), line: lines.feeds + 1)
    if closed { return .on(next) }
    mode = .blockComment
    // The head's last byte may be the star of the closing mark.
    return .on(max(position + 2, next - 1))
  }

  mutating func skipBlockComment(_ window: ScanWindow, _ position: Int) -> Step {
    let (next, closed) = SQLLexer.skipBlockComment(window.bytes, position, window.count, window.isLast)
    if closed { mode = .between }
    return closed ? .on(next) : .wait(next)
  }

  // MARK: - The sandbox line

  /// `/*M!999999\- enable the sandbox mode */`, at first written with `/*!` (MariaDB, client/mysqldump.cc, since May 2024).
  private func isSandboxLine(_ window: ScanWindow, _ position: Int) -> Bool {
    // Letter by letter: anything else in such a comment is a command for the client.
    window.startsWith("/*M!999999\\- ENABLE THE SANDBOX MODE */", position)
      || window.startsWith("/*!999999\\- ENABLE THE SANDBOX MODE */", position)
  }

  private mutating func readSandboxLine(_ window: ScanWindow, _ position: Int) -> Step {
    let end = min(window.count, position + SQLLexer.lookahead)
    let (next, _) = SQLLexer.skipBlockComment(window.bytes, position + 2, end, true)
    if target.flavour == .mysql { leaveOut(.sandboxLine, position..<next, window) }
    return .on(next)
  }

  mutating func leaveOut(
    _ reason: AdaptedStatement.Reason, name: String? = nil, _ range: Range<Int>, _ window: ScanWindow
  ) {
    note(AdaptedStatement(reason, name: name, line: lines.line(of: range.lowerBound, in: window)))
    outflow.leaveOut(range)
  }
}
