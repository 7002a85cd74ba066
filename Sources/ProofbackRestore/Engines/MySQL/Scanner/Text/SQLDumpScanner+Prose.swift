/// What stands where a statement should and is none, told by where it stands: messages of programs that nobody has
/// listed. None of it is shown: behind damage it may be a row.
extension SQLDumpScanner {
  /// Words that begin a statement, and that no dump tool writes.
  private static let rareVerbs: Set<String> = [
    "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE", "OPEN", "FETCH", "CLOSE", "LEAVE", "ITERATE", "RETURN",
    "SIGNAL", "RESIGNAL", "GET", "DENY",
  ]

  private var isBehindTrailer: Bool { claims.dumps.last?.hasTrailer == true }
  private var isInFront: Bool { claims.dumps.isEmpty && claims.statements == 0 }

  /// Judges a line that begins with no word that statements begin with. One on which a statement ends is left to the
  /// grammar, ours and the server's.
  func judgeUnknown(_ line: UnsafeBufferPointer<UInt8>, word: String) -> ToolText.Found? {
    // What is all prose is read as one statement from there on: many thousand messages say no more than some.
    guard let first = line.first, !Self.rareVerbs.contains(word), claims.toolMessages.count < DumpClaims.Limit.findings,
      !holdsDelimiter(line)
    else { return nil }
    let text = String(decoding: line.prefix(200), as: UTF8.self)
    if text.uppercased().contains(#/^[^ ]+: *(BEGIN|LOOP|WHILE|REPEAT|FOR)\b/#) { return nil }
    if text.contains(#/^[A-Za-z0-9_.@\/-]+: /#) { return Self.found("what looks like a program's message", line) }
    guard isBehindTrailer || isInFront, Self.opensProse(first) else { return nil }
    return Self.found(
      "text that is no SQL, \(isBehindTrailer ? "behind the dump's end" : "in front of the dump")", line)
  }

  private func holdsDelimiter(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.indices.contains { line[$0...].starts(with: session.delimiter) }
  }

  /// Whether the word goes on behind `end`, as a program's name does: `backup.sh`, `start-dump`, `load:`.
  func isInName(_ window: ScanWindow, _ end: Int) -> Bool {
    switch window.at(end) {
    case UInt8(ascii: "."), UInt8(ascii: ":"): true
    case SQLByte.dash: SQLByte.isWord(window.at(end + 1))
    default: false
    }
  }

  /// Behind the trailer a line may begin with a statement's word and be none (`Backup completed`): it is written as
  /// people write, and the statement does not end on it.
  /// - Returns: nil when it is taken for a statement.
  mutating func readProse(_ window: ScanWindow, _ position: Int, _ end: Int, line: Int) -> Step? {
    let word = window.slice(position..<end)
    guard isBehindTrailer, word.dropFirst().allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
    guard let whole = window.line(from: position, longest: Self.lineLimit) else { return .wait(position) }
    let isLastLine = whole.next == window.count
    if isLastLine && !window.isLast { return .wait(position) }
    let isCapitalised = (0x41...0x5A).contains(word[0])
    guard !holdsDelimiter(whole.text), isCapitalised || isLastLine else { return nil }
    let found = Self.found("text that is no SQL, behind the dump's end", whole.text)
    return readMessage(found, window, position, whole, line: line)
  }

  /// SQL may begin with a parenthesis, a comment, a variable or a quoted name; not with these.
  private static func opensProse(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: true
    default: "[=*<>'\"".utf8.contains(byte)
    }
  }

  private static func found(_ what: String, _ line: UnsafeBufferPointer<UInt8>) -> ToolText.Found {
    ToolText.Found(kind: .failure, text: "\(what) (a line of \(line.count) bytes, not shown)")
  }
}
