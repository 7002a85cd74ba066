/// What holds for reading one statement: the session's settings and the delimiter.
struct LexRules {
  /// `SQLByteClass.table(delimiter:)`.
  let classes: UnsafePointer<UInt8>
  let delimiter: UnsafeBufferPointer<UInt8>
  /// Backslash escapes in strings: off under NO_BACKSLASH_ESCAPES.
  let escapes: Bool
  let charset: ClientCharset

  @inline(__always)
  func isDelimiter(_ bytes: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> Bool {
    let count = delimiter.count
    if count == 1 { return true }
    guard position &+ count <= end else { return false }
    for index in 1..<count where bytes[position &+ index] != delimiter[index] { return false }
    return true
  }
}

/// Something met inside of a statement that may have no business there; the statement's kind decides.
struct Hazard: Equatable {
  enum Kind: Equatable {
    case foreign(ForeignStatement.Kind)
    /// A dump tool's message landed in the middle of the statement.
    case toolMessage
  }
  let kind: Kind
  let position: Int
}

/// Finds the end of a statement and counts the rows of an INSERT on the way. It can stop at any byte and go on with the next chunk.
///
/// It splits as the client programs do (MySQL and MariaDB, client/mysql.cc, add_line): the delimiter counts everywhere but in quotes and plain
/// comments, inside versioned comments too.
struct SQLLexer: Equatable {
  enum Place: UInt8 { case code, string, lineComment, blockComment }
  /// How far an INSERT has come; `other` for all other statements.
  enum Phase: UInt8 { case other, beforeValues, values, afterValues }

  /// No decision looks at more bytes than this; so a chunk's last bytes wait for the next chunk.
  static let lookahead = 64
  private static let longestWord = 40
  private static let mostHazards = 16

  var place = Place.code
  var quote: UInt8 = 0
  var depth = 0
  var rows: UInt64 = 0
  var phase = Phase.other
  var isInLongWord = false
  var hazards: [Hazard] = []

  init(phase: Phase = .other) { self.phase = phase }

  /// Reads `from..<end`, at most to the statement's end.
  /// - Returns: where it stopped (what lies behind has to come again), and whether the statement ended there.
  mutating func run(
    _ bytes: UnsafePointer<UInt8>, from: Int, end: Int, isLast: Bool, rules: LexRules
  ) -> (position: Int, ended: Bool) {
    var position = from
    while true {
      let closed: Bool
      switch place {
      case .code:
        let ended: Bool
        (position, ended) = runCode(bytes, position, end, isLast, rules)
        if ended { return (position, true) }
        if place == .code { return (position, false) }
        continue
      case .string: (position, closed) = skipString(bytes, position, end, isLast, rules)
      case .blockComment: (position, closed) = Self.skipBlockComment(bytes, position, end, isLast)
      case .lineComment:
        let feed = ByteScan.first(SQLByte.newline, bytes, position, end)
        closed = feed < end
        position = closed ? feed &+ 1 : end
      }
      if !closed { return (position, false) }
      place = .code
    }
  }

  /// The tight loop. Strings that lie wholly in the chunk are read here without leaving it.
  private mutating func runCode(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ isLast: Bool, _ rules: LexRules
  ) -> (position: Int, ended: Bool) {
    let classes = rules.classes
    let limit = isLast ? end : end &- Self.lookahead
    let isFast = rules.charset == .plain
    let escape = rules.escapes ? SQLByte.backslash : SQLByte.singleQuote
    var position = from
    var depth = self.depth
    var rows: UInt64 = 0
    defer {
      self.depth = depth
      self.rows &+= rows
    }
    if isInLongWord { position = skipLongWord(bytes, position, end, classes) }
    while position < limit {
      let byte = bytes[position]
      switch classes[Int(byte)] & SQLByteClass.mask {
      case SQLByteClass.plain:
        repeat {
          position &+= 1
        } while position < limit && classes[Int(bytes[position])] & SQLByteClass.mask == SQLByteClass.plain
      case SQLByteClass.quote:
        position &+= 1
        quote = byte
        if byte == SQLByte.backtick { look(atBackquoted: position, bytes, end) }
        if isFast && byte == SQLByte.singleQuote {
          let stop = Self.closeQuote(bytes, position, end, escape)
          if stop > 0 {
            position = stop
            continue
          }
          position = ~stop
        }
        place = .string
        return (position, false)
      case SQLByteClass.open:
        depth &+= 1
        position &+= 1
      case SQLByteClass.close:
        if depth > 0 {
          depth &-= 1
          if depth == 0 && phase == .values { rows &+= 1 }
        }
        position &+= 1
      case SQLByteClass.letter: position = readWord(bytes, position, end, depth, classes)
      case SQLByteClass.delimiter:
        if rules.isDelimiter(bytes, position, end) { return (position &+ rules.delimiter.count, true) }
        position = SQLByte.isWord(byte) ? readWord(bytes, position, end, depth, classes) : position &+ 1
      default:
        position = readPunctuation(bytes, position, end)
        if place != .code { return (position, false) }
      }
    }
    return (position, false)
  }

  /// - Returns: the position behind the closing quote; or, inverted, the position to go on from when the chunk ends first.
  @inline(__always)
  private static func closeQuote(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ escape: UInt8) -> Int {
    var position = from
    while true {
      position = ByteScan.either(bytes, position, end, SQLByte.singleQuote, escape)
      if position == end { return ~end }
      if bytes[position] == SQLByte.singleQuote { return position &+ 1 }
      if position &+ 2 > end { return ~position }
      position &+= 2
    }
  }

  private func skipString(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ isLast: Bool, _ rules: LexRules
  ) -> (Int, closed: Bool) {
    let escape = rules.escapes && quote != SQLByte.backtick ? SQLByte.backslash : quote
    if rules.charset != .plain { return skipWideString(bytes, from, end, isLast, rules.charset, escape) }
    var position = from
    while true {
      position = ByteScan.either(bytes, position, end, quote, escape)
      if position == end { return (end, false) }
      if bytes[position] == quote { return (position &+ 1, true) }
      if position &+ 2 > end { return (isLast ? end : position, false) }
      position &+= 2
    }
  }

  /// Strings in a charset whose characters may end in a backslash.
  private func skipWideString(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ isLast: Bool, _ charset: ClientCharset, _ escape: UInt8
  ) -> (Int, closed: Bool) {
    var position = from
    while position < end {
      let byte = bytes[position]
      if byte == quote { return (position &+ 1, true) }
      if byte >= 0x80 || byte == escape {
        if position &+ 2 > end { return (isLast ? end : position, false) }
        if byte == escape || charset.isPair(byte, bytes[position &+ 1]) { position &+= 1 }
      }
      position &+= 1
    }
    return (end, false)
  }

  static func skipBlockComment(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ isLast: Bool
  ) -> (Int, closed: Bool) {
    var position = from
    while true {
      position = ByteScan.first(SQLByte.star, bytes, position, end)
      if position == end { return (end, false) }
      if position &+ 1 == end { return (isLast ? end : position, false) }
      if bytes[position &+ 1] == SQLByte.slash { return (position &+ 2, true) }
      position &+= 1
    }
  }

  private mutating func skipLongWord(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ classes: UnsafePointer<UInt8>
  ) -> Int {
    var position = from
    while position < end && classes[Int(bytes[position])] & SQLByteClass.word != 0 { position &+= 1 }
    isInLongWord = position == end
    return position
  }

  private mutating func readPunctuation(_ bytes: UnsafePointer<UInt8>, _ position: Int, _ end: Int) -> Int {
    func at(_ offset: Int) -> UInt8 { position &+ offset < end ? bytes[position &+ offset] : 0 }
    switch (bytes[position], at(1)) {
    case (SQLByte.slash, SQLByte.star):
      if at(2) == SQLByte.bang { return position &+ 3 }
      if at(2) == UInt8(ascii: "M") && at(3) == SQLByte.bang { return position &+ 4 }
      place = .blockComment
      return position &+ 2
    case (SQLByte.dash, SQLByte.dash) where SQLByte.opensLineComment(at(2)):
      place = .lineComment
      return position &+ 2
    case (SQLByte.hash, _):
      place = .lineComment
      return position &+ 1
    case (SQLByte.backslash, UInt8(ascii: "N")): return position &+ 2
    case (SQLByte.backslash, _):
      note(.clientCommand, position)
      place = .lineComment
      return position &+ 1
    default: return position &+ 1
    }
  }

  @inline(__always)
  private mutating func readWord(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ depth: Int, _ classes: UnsafePointer<UInt8>
  ) -> Int {
    var position = start &+ 1
    let longest = min(end, start &+ Self.longestWord)
    while position < longest && classes[Int(bytes[position])] & SQLByteClass.word != 0 { position &+= 1 }
    let length = position &- start
    if length == Self.longestWord {
      isInLongWord = true
      return skipLongWord(bytes, position, end, classes)
    }
    if depth == 0 || (length > 3 && length < 10) || length > 14 {
      let isNull = length == 4 && bytes[start] == 78 && bytes[start &+ 1] == 85 && bytes[start &+ 2] == 76
      if !isNull { look(at: UnsafeBufferPointer(start: bytes + start, count: length), start, end - start, depth) }
    }
    return position
  }

  mutating func note(_ kind: ForeignStatement.Kind, _ position: Int) { note(.foreign(kind), position) }

  mutating func note(_ kind: Hazard.Kind, _ position: Int) {
    if hazards.count < Self.mostHazards { hazards.append(Hazard(kind: kind, position: position)) }
  }
}
