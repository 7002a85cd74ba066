import Glibc
import ProofbackCore

/// Statements: where they begin and end.
extension PostgreSQLScanner {
  /// - Returns: how far it came; `from` when more bytes are needed.
  mutating func readSQL(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool
  ) -> Int {
    switch mode {
    case .code: return readCode(bytes, from, count, isLast)
    case .lineComment: return readLine(bytes, from, count)
    case .meta: return readLine(bytes, from, count)
    case .copyHead: return readCopyHead(bytes, from, count)
    case .blockComment(let depth): return readBlockComment(bytes, from, count, isLast, depth)
    case .text(let escapes): return readQuoted(bytes, from, count, isLast, UInt8(ascii: "'"), escapes)
    case .name: return readQuoted(bytes, from, count, isLast, UInt8(ascii: "\""), false)
    case .dollar(let tag): return readDollar(bytes, from, count, isLast, tag)
    case .copy: return from
    }
  }

  private mutating func readCode(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool
  ) -> Int {
    if isLineStart, isBetween, let next = readStrayLine(bytes, from, count, isLast) { return next }
    let byte = bytes[from]
    let next = from + 1 < count ? bytes[from + 1] : 0
    if from + 1 == count, !isLast, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") { return from }
    switch byte {
    case UInt8(ascii: "-") where next == byte: return enter(.lineComment, bytes, from, from + 2)
    case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return enter(.blockComment(depth: 1), bytes, from, from + 2)
    case UInt8(ascii: "'"):
      return enter(.text(escapes: !isConforming || statement.words.last == "e" && endsInE), bytes, from, from + 1)
    case UInt8(ascii: "\""): return enter(.name, bytes, from, from + 1)
    case UInt8(ascii: "$"):
      guard let tag = dollarTag(bytes, from, count) else { return isLast ? take(bytes, from, from + 1) : from }
      return tag.isEmpty ? take(bytes, from, from + 1) : enter(.dollar(tag), bytes, from, from + tag.count)
    case UInt8(ascii: "\\"):
      metaLine = [byte]
      mode = .meta
      return from + 1
    case UInt8(ascii: ";") where statement.depth == 0 && statement.blocks == 0:
      return endStatement(bytes, from)
    default: return readPlain(bytes, from, count, isLast)
    }
  }

  var isBetween: Bool { statement.head.isEmpty && !statement.isJudged }

  /// `E'…'`: the letter stands directly before the quote.
  private var endsInE: Bool { (statement.head.last ?? 0) | 0x20 == UInt8(ascii: "e") }

  private mutating func readPlain(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool
  ) -> Int {
    let byte = bytes[from]
    if SQLCharacter.isStart(byte) {
      var end = from + 1
      while end < count, SQLCharacter.isPart(bytes[end]) { end += 1 }
      if end == count, !isLast, end - from < 256 { return from }
      noteWord(bytes, from, end)
      return take(bytes, from, end)
    }
    if SQLCharacter.isSpace(byte) {
      var end = from + 1
      while end < count, SQLCharacter.isSpace(bytes[end]) { end += 1 }
      return take(bytes, from, end)
    }
    // What a number is followed by is no word: `1e'` begins no string with escapes.
    if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      var end = from + 1
      while end < count, SQLCharacter.isPart(bytes[end]), bytes[end] != UInt8(ascii: "$") { end += 1 }
      return take(bytes, from, end)
    }
    if byte == UInt8(ascii: "(") {
      if statement.depth == 0, statement.sawValues { statement.rows += 1 }
      statement.depth += 1
    } else if byte == UInt8(ascii: ")"), statement.depth > 0 {
      statement.depth -= 1
    }
    return take(bytes, from, from + 1)
  }

  /// The words that decide how the statement ends and what it is.
  private mutating func noteWord(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    guard to - from <= 32 else { return }
    let word = String(decoding: UnsafeBufferPointer(start: bytes + from, count: to - from), as: UTF8.self).lowercased()
    if statement.words.count < 5 || word == "e" {
      statement.words.append(word)
    } else if statement.words.last == "e" {
      statement.words[statement.words.count - 1] = word
    }
    if statement.depth == 0, statement.words.first == "insert" {
      if word == "values" { statement.sawValues = true }
      if word == "default" { statement.rows = 1 }
      if word == "on" { statement.sawValues = false }
    }
    guard statement.words.first == "create", isRoutine else { return }
    // `BEGIN ATOMIC … END`, with `CASE … END` in it (psqlscan.l, identifier rules).
    switch word {
    case "begin": statement.blocks += 1
    case "case" where statement.blocks > 0: statement.blocks += 1
    case "end" where statement.blocks > 0: statement.blocks -= 1
    default: break
    }
  }

  private var isRoutine: Bool {
    let words = statement.words.dropFirst().drop { $0 == "or" || $0 == "replace" }
    return words.first == "function" || words.first == "procedure"
  }

  /// `$tag$` at `from`: empty when it is none, nil when more bytes are needed.
  private func dollarTag(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int) -> [UInt8]? {
    // Behind an identifier or number it belongs to that.
    var end = from + 1
    while end < count, end - from < 128 {
      let byte = bytes[end]
      if byte == UInt8(ascii: "$") { return Array(UnsafeBufferPointer(start: bytes + from, count: end + 1 - from)) }
      let isFirst = end == from + 1
      guard isFirst ? SQLCharacter.isStart(byte) : SQLCharacter.isPart(byte) else { return [] }
      end += 1
    }
    return end - from < 128 ? nil : []
  }

  private mutating func enter(_ mode: Mode, _ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Int {
    self.mode = mode
    if mode == .lineComment { comment.removeAll(keepingCapacity: true) }
    return take(bytes, from, to)
  }

  private mutating func readLine(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int) -> Int {
    let found = memchr(bytes + from, 10, count - from)
    let end = found.map { UnsafePointer<UInt8>($0.assumingMemoryBound(to: UInt8.self)) - bytes } ?? count
    let room = max(0, Self.commentLimit - (mode == .meta ? metaLine.count : comment.count))
    let piece = UnsafeBufferPointer(start: bytes + from, count: min(end - from, room))
    if mode == .meta { metaLine += piece } else { comment += piece }
    if mode == .lineComment { _ = take(bytes, from, end) } else { pass(bytes, from, end) }
    guard found != nil else { return end }
    if mode == .meta { endMeta() } else { endComment() }
    mode = .code
    // The line's end belongs to what comes.
    return end == from ? take(bytes, end, end + 1) : end
  }

  private mutating func readBlockComment(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool, _ depth: Int
  ) -> Int {
    var position = from
    while position < count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "/") {
        if position + 1 == count { break }
        let next = bytes[position + 1]
        if byte != next, next == UInt8(ascii: "*") || next == UInt8(ascii: "/") {
          let inner = byte == UInt8(ascii: "*") ? depth - 1 : depth + 1
          mode = inner == 0 ? .code : .blockComment(depth: inner)
          return take(bytes, from, position + 2)
        }
      }
      position += 1
    }
    return take(bytes, from, isLast ? count : position)
  }

  private mutating func readQuoted(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool, _ quote: UInt8, _ escapes: Bool
  ) -> Int {
    var position = from
    while position < count {
      let byte = bytes[position]
      if escapes, byte == UInt8(ascii: "\\") {
        if position + 1 == count { break }
        position += 2
        continue
      }
      if byte == quote {
        mode = .code
        return take(bytes, from, position + 1)
      }
      position += 1
    }
    return take(bytes, from, isLast ? count : position)
  }

  private mutating func readDollar(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool, _ tag: [UInt8]
  ) -> Int {
    var position = from
    while position < count, let found = memchr(bytes + position, Int32(tag[0]), count - position) {
      let start = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - bytes
      guard start + tag.count <= count else { return take(bytes, from, isLast ? count : start) }
      if memcmp(bytes + start, tag, tag.count) == 0 {
        mode = .code
        return take(bytes, from, start + tag.count)
      }
      position = start + 1
    }
    return take(bytes, from, count)
  }

  /// Bytes of a statement, or of what stands between two.
  mutating func take(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) -> Int {
    guard to > from else { return from }
    let isInside = !isBetween || !isFiller(bytes, from)
    if isInside, isBetween { statement.line = line }
    pass(bytes, from, to)
    isLineStart = bytes[to - 1] == 10
    if !isInside || statement.isJudged {
      if statement.isLeftOut { leaveOut(bytes, from, to) } else { forward(bytes, from, to) }
      return to
    }
    statement.head += UnsafeBufferPointer(start: bytes + from, count: to - from)
    if statement.head.count > Self.headLimit { judge(isWhole: false) }
    return to
  }

  private func isFiller(_ bytes: UnsafePointer<UInt8>, _ from: Int) -> Bool {
    switch mode {
    case .lineComment, .blockComment: true
    case .code: SQLCharacter.isSpace(bytes[from]) || bytes[from] == UInt8(ascii: "*") || bytes[from] == 0
    default: false
    }
  }

  /// Lines keep their numbers.
  private mutating func leaveOut(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ to: Int) {
    forward(String(repeating: "\n", count: (from..<to).count { bytes[$0] == 10 }))
  }

  private mutating func endStatement(_ bytes: UnsafePointer<UInt8>, _ at: Int) -> Int {
    if !statement.isJudged { judge(isWhole: true) }
    pass(bytes, at, at + 1)
    isLineStart = false
    if !statement.isLeftOut { forward(bytes, at, at + 1) }
    closeStatement()
    return at + 1
  }
}
