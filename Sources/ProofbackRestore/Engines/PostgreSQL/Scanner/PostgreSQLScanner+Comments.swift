import Glibc
import ProofbackCore

/// What stands between statements: the tools' headings, what programs said, and psql's own commands.
extension PostgreSQLScanner {
  /// A line that is no SQL but what a program said.
  /// - Returns: where the next line begins; `from` when more bytes are needed; nil when it is none.
  mutating func readStrayLine(
    _ bytes: UnsafePointer<UInt8>, _ from: Int, _ count: Int, _ isLast: Bool
  ) -> Int? {
    if claims.bytes == 0, from == 0, count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      isLineStart = true
      return 3
    }
    let first = bytes[from]
    guard
      SQLCharacter.isStart(first) || first == UInt8(ascii: "<") || first == UInt8(ascii: "@")
        || first == UInt8(ascii: "/") && count > from + 1 && bytes[from + 1] != UInt8(ascii: "*")
    else { return nil }
    let end = memchr(bytes + from, 10, min(count - from, 4096)).map {
      UnsafePointer<UInt8>($0.assumingMemoryBound(to: UInt8.self)) - bytes
    }
    if end == nil, !isLast, count - from < 4096 { return from }
    let line = UnsafeBufferPointer(start: bytes + from, count: (end ?? min(count, from + 4096)) - from)
    guard let said = ToolText.judge(line) else { return nil }
    note(ToolMessage(said.kind, text: said.text, line: self.line))
    let next = end.map { $0 + 1 } ?? min(count, from + 4096)
    pass(bytes, from, next)
    forward("\n")
    isLineStart = end != nil
    return next
  }

  // MARK: Headings

  mutating func endComment() {
    guard isBetween else { return }
    let text = String(decoding: comment, as: UTF8.self)
    let body = text.trimmed
    if !claims.dumps.isEmpty, claims.commentedOutLine == nil, body.hasPrefix("COPY ") || body.hasPrefix("INSERT INTO ")
    {
      claims.commentedOutLine = line
    }
    if let version = body.after("Dumped from database version ") {
      if !claims.dumps.isEmpty { claims.dumps[claims.dumps.count - 1].serverVersion = version }
    } else if let version = body.after("Dumped by pg_dump version ") ?? body.after("Dumped by pg_dumpall version ") {
      if !claims.dumps.isEmpty { claims.dumps[claims.dumps.count - 1].toolVersion = version }
    } else if body.hasPrefix("PostgreSQL database ") {
      noteBracket(body)
    } else if let section = PostgreSQLSection(text, line: line) {
      closeSection()
      self.section = section
      sectionUsed = false
    }
  }

  private mutating func noteBracket(_ body: String) {
    switch body {
    case "PostgreSQL database dump": claims.dumps.append(.init(isCluster: false, line: line))
    case "PostgreSQL database cluster dump": claims.dumps.append(.init(isCluster: true, line: line))
    case "PostgreSQL database dump complete": endDump(isCluster: false)
    case "PostgreSQL database cluster dump complete": endDump(isCluster: true)
    default: break
    }
  }

  private mutating func endDump(isCluster: Bool) {
    closeSection()
    section = nil
    guard let index = claims.dumps.lastIndex(where: { $0.isCluster == isCluster && !$0.hasTrailer }) else {
      claims.broken.append(.init(line: line, what: "the end of a dump that never began"))
      return
    }
    claims.dumps[index].hasTrailer = true
  }

  /// What the heading announced has come, or is missing.
  mutating func closeSection() {
    guard let section, !sectionUsed, section.needsStatement, claims.broken.count < 20 else { return }
    sectionUsed = true
    let kind = section.type.lowercased()
    claims.broken.append(
      .init(line: section.line, what: "\(kind) \(UntrustedText.line(section.name, limit: 80))"))
  }

  // MARK: Commands of psql's own

  mutating func endMeta() {
    defer { metaLine.removeAll() }
    let text = String(decoding: metaLine, as: UTF8.self).trimmed
    let command = String(text.prefix { !$0.isWhitespace })
    let rest = String(text.dropFirst(command.count)).trimmed
    if !isBetween { statement.isLeftOut = true }
    guard isBetween else { return refuse(Self.shown(command), line: line) }
    switch command {
    case "\\restrict", "\\unrestrict": break
    case "\\.": claims.broken.append(.init(line: line, what: "the end of a table's rows whose beginning is missing"))
    case "\\connect", "\\c":
      guard let name = Self.databaseName(rest) else {
        return refuse("\\connect to something else than a database", line: line)
      }
      connect(name)
    default: refuse(Self.shown(command), line: line)
    }
  }

  private static func shown(_ command: String) -> String {
    let word = command.prefix { $0 == "\\" || $0 == "!" || $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(20)
    return "\(word), a command of psql's own that no dump has"
  }

  /// pg_dump writes a plain name, one in quotes, or for odd ones `-reuse-previous=on "dbname='…'"`
  /// (src/fe_utils/string_utils.c, appendPsqlMetaConnect).
  static func databaseName(_ text: String) -> String? {
    var text = text
    if let rest = text.after("-reuse-previous=on ") {
      guard let inner = unquoted(rest.trimmed, "\""), let value = inner.after("dbname=") else { return nil }
      return unquoted(value, "'").map { $0.replacing("\\'", with: "'").replacing("\\\\", with: "\\") }
    }
    if let inner = unquoted(text, "\"") {
      text = inner
    } else if text.contains(where: { " \"'`:=\\/".contains($0) }) {
      return nil
    }
    return text.isEmpty || text.contains("=") || text.contains("://") ? nil : text
  }

  private static func unquoted(_ text: String, _ quote: Character) -> String? {
    guard text.count >= 2, text.first == quote, text.last == quote else { return nil }
    return String(text.dropFirst().dropLast()).replacing("\(quote)\(quote)", with: "\(quote)")
  }

  private mutating func connect(_ name: String) {
    database = name
    searchPath = "public"
    if !claims.databases.contains(name) { claims.databases.append(name) }
    // Without the lock first: it forbids its own command too.
    if let key = target.restriction { forward("\\unrestrict \(key)\n") }
    let dbname = "dbname='\(name.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    let quoted = "\"" + dbname.replacing("\"", with: "\"\"") + "\""
    forward("\\connect -reuse-previous=on \(quoted)\n")
    if let key = target.restriction { forward("\\restrict \(key)\n") }
    forward(Self.opening(target, database: name) + "\n")
    extraLines += target.restriction == nil ? 2 : 4
    claims.shifts.append(.init(line: line, extra: extraLines))
  }

  /// What our session says first in each database.
  static func opening(_ target: PostgreSQLTarget, database: String) -> String {
    let restorer = target.restorer
    return "GRANT ALL ON DATABASE \(PostgreSQLText.identifier(database)) TO \(restorer); "
      + "DO $$ BEGIN GRANT ALL ON SCHEMA public TO \(restorer); EXCEPTION WHEN invalid_schema_name THEN NULL; END $$; "
      + "SET SESSION AUTHORIZATION \(restorer);"
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop { $0.isWhitespace })
  }

  fileprivate func after(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}

extension PostgreSQLScanner {
  /// psql has been given so many lines before the dump's first.
  mutating func startShift(_ lines: Int) {
    extraLines = lines
    claims.shifts = [.init(line: 1, extra: lines)]
  }
}
