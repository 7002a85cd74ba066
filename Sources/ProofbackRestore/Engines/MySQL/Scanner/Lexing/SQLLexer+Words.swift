/// The words that mean something inside of a statement, wherever they stand.
extension SQLLexer {
  /// `left`: how many bytes may be read from the word's start on.
  mutating func look(at word: UnsafeBufferPointer<UInt8>, _ position: Int, _ left: Int, _ depth: Int) {
    if phase == .beforeValues || phase == .values { followInsert(word, position, depth) }
    let follower = Self.byte(behind: word, left)
    let isCall = Self.opensCall(follower)
    switch word.count {
    case 4 where isCall && (word.matches("RPAD") || word.matches("LPAD")): note(.valueBomb, position)
    case 5 where isCall && word.matches("SPACE"): note(.valueBomb, position)
    case 5 where isCall && word.matches("SLEEP"): note(.stall, position)
    case 6 where isCall && word.matches("REPEAT"): note(.valueBomb, position)
    case 7 where word.matches("OUTFILE"): note(.intoFile, position)
    case 7 where follower == SQLByte.dash && word.matches("MARIADB") && Self.isMariaDBDump(word, left):
      note(.toolMessage, position)
    case 9 where follower == UInt8(ascii: ":") && word.matches("MYSQLDUMP"): note(.toolMessage, position)
    case 8 where word.matches("DUMPFILE"): note(.intoFile, position)
    case 8 where isCall && word.matches("GET_LOCK"): note(.lock, position)
    case 9 where isCall && word.matches("BENCHMARK"): note(.stall, position)
    case 15 where isCall && (word.matches("MASTER_POS_WAIT") || word.matches("SOURCE_POS_WAIT")): note(.stall, position)
    case 16 where isCall && word.matches("MASTER_GTID_WAIT"): note(.stall, position)
    case 26 where isCall && word.matches("WAIT_FOR_EXECUTED_GTID_SET"): note(.stall, position)
    case 33 where isCall && word.matches("WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS"): note(.stall, position)
    case 9 where isCall && word.matches("LOAD_FILE"): note(.loadFile, position)
    // The client obeys `delimiter ` wherever it stands outside of quotes.
    case 9 where word.matches("DELIMITER") && left > 9 && word.baseAddress![9] == 32:
      note(.midStatementDelimiter, position)
    default: break
    }
  }

  private mutating func followInsert(_ word: UnsafeBufferPointer<UInt8>, _ position: Int, _ depth: Int) {
    if phase == .values {
      if depth > 0 {
        if word.matches("SELECT") { note(.subquery, position) }
      } else if !word.matches("ROW") {
        phase = .afterValues
      }
      return
    }
    if word.matches("SELECT") || (depth == 0 && (word.matches("TABLE") || word.matches("WITH"))) {
      note(.insertSelect, position)
      phase = .afterValues
    } else if depth == 0 && (word.matches("VALUES") || word.matches("VALUE")) {
      phase = .values
    } else if depth == 0 && word.matches("SET") {
      rows &+= 1
      phase = .afterValues
    }
  }

  private static func isMariaDBDump(_ word: UnsafeBufferPointer<UInt8>, _ left: Int) -> Bool {
    left > 13 && UnsafeBufferPointer(start: word.baseAddress! + 7, count: 6).matches("-DUMP:")
  }

  /// The first byte behind the word that is no blank; a blank when there are only blanks as far as can be seen.
  private static func byte(behind word: UnsafeBufferPointer<UInt8>, _ left: Int) -> UInt8 {
    var offset = word.count
    let last = min(left, offset + lookahead)
    while offset < last && SQLByte.isSpace(word.baseAddress![offset]) { offset += 1 }
    return offset < last ? word.baseAddress![offset] : offset > word.count ? 32 : 0
  }

  /// Whether a function's call may begin so: its parenthesis, or what may stand in front of it.
  private static func opensCall(_ byte: UInt8) -> Bool {
    switch byte {
    case SQLByte.open, SQLByte.slash, SQLByte.dash, SQLByte.hash, 32: true
    default: false
    }
  }

  /// `` `sleep`(5) `` calls too. Names of tables, columns and indexes stand like that as well, but not behind VALUES.
  mutating func look(atBackquoted start: Int, _ bytes: UnsafePointer<UInt8>, _ end: Int) {
    guard phase == .values || phase == .afterValues else { return }
    let last = min(end, start + Self.lookahead)
    let close = ByteScan.first(SQLByte.backtick, bytes, start, last)
    guard close < last, close > start else { return }
    let name = UnsafeBufferPointer(start: bytes + start, count: close - start)
    let behind = UnsafeBufferPointer(start: bytes + start, count: close + 1 - start)
    guard Self.opensCall(Self.byte(behind: behind, end - start)) else { return }
    let functions: [StaticString] = [
      "SLEEP", "BENCHMARK", "GET_LOCK", "LOAD_FILE", "REPEAT", "SPACE", "RPAD", "LPAD", "MASTER_POS_WAIT",
      "MASTER_GTID_WAIT",
    ]
    if functions.contains(where: { name.matches($0) }) { note(.stall, start) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are `name`, which is written in capitals, in any case.
  @inline(__always)
  func matches(_ name: StaticString) -> Bool {
    guard count == name.utf8CodeUnitCount else { return false }
    return startsWith(name)
  }

  @inline(__always)
  func startsWith(_ name: StaticString) -> Bool {
    let length = name.utf8CodeUnitCount
    guard count >= length else { return false }
    let start = name.utf8Start
    for index in 0..<length {
      let byte = self[index]
      let upper = byte &- 97 < 26 ? byte &- 32 : byte
      if upper != start[index] { return false }
    }
    return true
  }
}
