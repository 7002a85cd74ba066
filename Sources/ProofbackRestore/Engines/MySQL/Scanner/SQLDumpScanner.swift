/// Reads a logical dump of the MySQL family (mysqldump and mariadb-dump from 5.5 on, phpMyAdmin, Adminer, mydumper …) as it flows past: finds
/// where statements end, forwards them, and writes down what the dump claims.
///
/// Call `scan` for every block of the dump in order, with what the last call left over in front of it, the last block with `isLast`; then
/// `finish`. Memory does not depend on the dump's length: at most `headLimit` bytes of a statement are looked at together.
/// After the call in which `claims.stoppedForwarding` turned true nothing more is forwarded. A part of a statement may have gone to the sink by
/// then: end the client rather than its input, or it sends what it has.
public struct SQLDumpScanner {
  /// How much of a statement is seen together before it is judged. CREATE TABLE and routines longer than that are judged by their heads.
  static let headLimit = 64 << 10
  static let insertHeadLimit = 1 << 10
  static let lineLimit = 4 << 10
  /// The most that `max_allowed_packet` can be, on every server.
  static let longestStatement = 1 << 30

  enum Mode { case between, statement, lineComment, blockComment }

  /// The statement being read, from when it was judged.
  struct Current {
    var kind: StatementKind
    var line: Int
    var table: Int?
    var bytes = 0
    /// Where it begins in this window; nil when that was in an earlier one.
    var start: Int?
    var isLeftOut = false
    var isTooLong = false
  }

  let target: ServerTarget
  /// What is known up to the last byte consumed. Check `needs` and `refused` after each call of `scan`.
  public internal(set) var claims = DumpClaims()
  var session = SessionState()
  var directory = ClaimDirectory()
  var mode = Mode.between
  var lexer = SQLLexer()
  var current: Current?
  var outflow = Outflow()
  var lines = LineCursor()
  var lastInsert: (head: [UInt8], table: Int?)?
  var section: CommentSection?
  /// The name in the last section comment.
  var announced: String?
  var preparedNames: Set<String> = []
  /// Blanks between statements up to here.
  var blankRun = 0
  private var tail: [UInt8] = []
  /// NULs in a row up to here.
  private var nulRun = 0

  public init(target: ServerTarget) { self.target = target }

  /// Scans `buffer`.
  /// - Returns: how many bytes were consumed. The rest (at most some 64 KiB) must be handed in again in front of the next bytes.
  /// - Throws: only what the sink throws.
  public mutating func scan(
    _ buffer: UnsafeRawBufferPointer, isLast: Bool, into sink: (any StatementSink)?
  ) throws -> Int {
    guard let base = buffer.bindMemory(to: UInt8.self).baseAddress, buffer.count > 0 else { return 0 }
    let window = ScanWindow(bytes: base, count: buffer.count, isLast: isLast)
    outflow.begin()
    lines.begin()
    current?.start = nil
    let holes = claims.nulBytes
    let consumed = read(window)
    countNULs(in: window, consumed, besides: claims.nulBytes - holes)
    outflow.close(at: consumed)
    lines.move(to: consumed, in: window)
    claims.bytes += UInt64(consumed)
    claims.lines = lines.feeds
    claims.stoppedForwarding = outflow.isStopped
    keepTail(window, consumed)
    if let sink {
      for segment in outflow.segments {
        try sink.take(UnsafeRawBufferPointer(window.slice(segment.range)), endedStatements: segment.ended)
      }
    }
    return consumed
  }

  /// Call once, after the block with `isLast`.
  public mutating func finish() -> DumpClaims {
    claims.end = end()
    if !claims.end.isClean { noteMessageInTail() }
    return claims
  }

  /// A raw NUL inside of a statement is damage where the tool writes those of the data as `\0`, and a long run of them in
  /// any dump.
  private mutating func countNULs(in window: ScanWindow, _ end: Int, besides holes: Int) {
    let isStrict = claims.dumps.last?.escapesNULs == true && !session.mode.contains(.noBackslashEscapes)
    var position = ByteScan.first(0, window.bytes, 0, end)
    if position > 0 { nulRun = 0 }
    guard position < end else { return }
    let line = lines.line(of: position, in: window)
    var count = -holes
    while position < end {
      var next = position
      while next < end && window.bytes[next] == 0 { next += 1 }
      count += next - position
      nulRun += next - position
      claims.longestNulRun = max(claims.longestNulRun, nulRun)
      if claims.hasHole, claims.firstNulLine == nil { claims.firstNulLine = lines.line(of: position, in: window) }
      if next < end { nulRun = 0 }
      position = ByteScan.first(0, window.bytes, next, end)
    }
    guard isStrict, count > 0 else { return }
    claims.nulBytesInside += count
    claims.firstNulLine = claims.firstNulLine ?? line
  }

  private mutating func read(_ window: ScanWindow) -> Int {
    var position = 0
    while true {
      let step: Step
      switch mode {
      case .between: step = readBetween(window, position)
      case .statement: step = readStatement(window, position)
      case .lineComment: step = skipLineComment(window, position)
      case .blockComment: step = skipBlockComment(window, position)
      }
      switch step {
      case .on(let next): position = next
      case .wait(let next): return next
      }
    }
  }

  enum Step {
    /// Go on from here.
    case on(Int)
    /// More bytes are needed from here on, or there are none left.
    case wait(Int)
  }

  private mutating func keepTail(_ window: ScanWindow, _ consumed: Int) {
    let kept = 600
    if consumed < kept {
      tail.append(contentsOf: window.slice(0..<consumed))
    } else {
      tail = Array(window.slice(consumed - kept..<consumed))
    }
    if tail.count > kept { tail.removeFirst(tail.count - kept) }
  }

  private mutating func noteMessageInTail() {
    for line in tail.split(separator: SQLByte.newline) {
      let found = line.withUnsafeBufferPointer { ToolText.judge($0) }
      guard let found, claims.toolMessages.last?.text != found.text else { continue }
      note(ToolMessage(found.kind, text: found.text, line: claims.lines))
    }
  }

  private func end() -> DumpEnd {
    var end = DumpEnd()
    end.delimiter = String(decoding: session.delimiter, as: UTF8.self)
    switch mode {
    case .between: return end
    case .lineComment, .blockComment: end.place = mode == .blockComment ? .insideComment : .betweenStatements
    case .statement:
      end.line = current?.line
      end.table = current?.table.map { claims.tables[$0].name }
      end.place =
        switch lexer.place {
        case .string: .insideString
        case .blockComment: .insideComment
        case .code, .lineComment: lexer.depth > 0 ? .insideParentheses : .statementWithoutDelimiter
        }
    }
    return end
  }
}

/// Counts lines by moving forward only.
struct LineCursor {
  /// Line feeds up to `position`.
  private(set) var feeds = 0
  private var position = 0

  mutating func begin() { position = 0 }

  mutating func move(to target: Int, in window: ScanWindow) {
    guard target > position else { return }
    feeds += ByteScan.lineFeeds(window.bytes, position, target)
    position = target
  }

  /// The number of the line that `target` lies on, from 1.
  func line(of target: Int, in window: ScanWindow) -> Int {
    feeds + (target > position ? ByteScan.lineFeeds(window.bytes, position, target) : 0) + 1
  }
}
