import CSQLite

/// Carries out the statements of a dump, as `.dump` of SQLite's command line writes it (shell.c): one statement a line or
/// more, each ended by `;` at a line's end.
struct SQLiteDumpFeed {
  private let database: SQLiteConnection?
  private var outcome = SQLiteFeedOutcome()
  private var statement: [UInt8] = []
  private var line: UInt64 = 1
  private var began: UInt64 = 1

  init(_ path: String) {
    database = try? SQLiteConnection(path, isDump: true)
    database?.refuseForeign()
    if database == nil { fail(SQLiteConnection.fault(SQLITE_CANTOPEN)) }
  }

  mutating func take(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end])
      statement.append(UInt8(ascii: "\n"))
      endLine()
      rest = rest[(end + 1)...]
    }
    append(rest)
  }

  private mutating func append(_ piece: ArraySlice<UInt8>) {
    if statement.isEmpty { began = line }
    statement += piece
  }

  private mutating func endLine() {
    line += 1
    let text = statement.drop(while: Self.isSpace)
    if text.isEmpty { return statement.removeAll(keepingCapacity: true) }
    // Commands of the shell: `.shell`, `.read`, `.open`. No statement begins so.
    if text.first == UInt8(ascii: ".") {
      if outcome.refused.count < SQLiteFeedOutcome.most { outcome.refused.append(began) }
      return statement.removeAll(keepingCapacity: true)
    }
    if text.starts(with: "/****".utf8), String(decoding: text.prefix(40), as: UTF8.self).contains(" ERROR") {
      if outcome.messages.count < SQLiteFeedOutcome.most { outcome.messages.append(began) }
      return statement.removeAll(keepingCapacity: true)
    }
    // `ROLLBACK; -- due to errors` ends in a comment.
    let ends = statement.last(where: { !Self.isSpace($0) }) == UInt8(ascii: ";") || text.starts(with: "ROLLBACK;".utf8)
    if ends { carryOut() }
  }

  private mutating func carryOut() {
    statement.append(0)
    let done = statement.withUnsafeBufferPointer { bytes -> (SQLiteFault?, Int32)? in
      bytes.withMemoryRebound(to: CChar.self) { text in
        guard let start = text.baseAddress, sqlite3_complete(start) != 0 else { return nil }
        return database?.execute(start) ?? (nil, 0)
      }
    }
    statement.removeLast()
    guard let (fault, changes) = done else { return }
    note(fault == nil ? UInt64(max(0, changes)) : 0)
    if let fault { fail(fault) }
    statement.removeAll(keepingCapacity: true)
  }

  private mutating func note(_ changes: UInt64) {
    outcome.statements += 1
    let head = String(decoding: statement.drop(while: Self.isSpace).prefix(700), as: UTF8.self)
    if head.hasPrefix("COMMIT;") { outcome.end = .committed }
    if head.hasPrefix("ROLLBACK;") { outcome.end = .rolledBack }
    if head.hasPrefix("BEGIN TRANSACTION;") { outcome.end = .open }
    guard let table = Self.target(head), outcome.inserts[table] != nil || outcome.inserts.count < 10_000 else { return }
    outcome.inserts[table, default: 0] += changes
  }

  /// The table of `INSERT INTO name VALUES(`.
  static func target(_ statement: String) -> String? {
    guard statement.hasPrefix("INSERT INTO ") else { return nil }
    let rest = statement.dropFirst("INSERT INTO ".count)
    let name: String
    let after: Substring
    if let quote = rest.first, quote == "\"" || quote == "'" {
      var index = rest.index(after: rest.startIndex)
      var text = ""
      while index < rest.endIndex {
        let next = rest.index(after: index)
        if rest[index] == quote {
          guard next < rest.endIndex, rest[next] == quote else { break }
          index = next
        }
        text.append(rest[index])
        index = rest.index(after: index)
      }
      guard index < rest.endIndex else { return nil }
      (name, after) = (text, rest[rest.index(after: index)...])
    } else {
      name = String(rest.prefix { $0 != " " && $0 != "(" })
      after = rest.dropFirst(name.count)
    }
    return after.hasPrefix(" VALUES(") && !name.hasPrefix("sqlite_") ? name : nil
  }

  private mutating func fail(_ fault: SQLiteFault) {
    // SQLITE_AUTH: what was refused to it.
    if fault.code & 0xFF == 23 {
      if outcome.refused.count < SQLiteFeedOutcome.most { outcome.refused.append(began) }
      return
    }
    outcome.failed += 1
    if outcome.failures.count < SQLiteFeedOutcome.most { outcome.failures.append(.init(line: began, fault: fault)) }
  }

  mutating func finish() -> SQLiteFeedOutcome {
    statement.append(UInt8(ascii: "\n"))
    endLine()
    if statement.contains(where: { !Self.isSpace($0) }) { outcome.unfinished = began }
    return outcome
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
