import ProofbackCore

/// A message of the server's, as psql prints it with `VERBOSITY=verbose`: code and fixed text may leave the sandbox, quoted
/// values may not (`invalid input syntax for type date: "…"` quotes rows). Details and contexts quote rows too and are
/// left out, but for the line inside of a list of rows.
struct PostgreSQLMessage: Sendable, Equatable {
  /// SQLSTATE, such as `23505`.
  var code: String
  /// The line of the client's input.
  var line: Int?
  /// Redacted.
  var text: String
  /// The row of a COPY that it is about.
  var row: Int?

  var description: String { "error \(code): \(text)" }

  /// It says something of our server, disk or memory and nothing of the dump: out of resources, shut down, connection
  /// lost, an error of the system (PostgreSQL 15, errcodes.txt).
  var isOurTrouble: Bool {
    ["53", "08"].contains(code.prefix(2)) || ["57P01", "57P02", "57P03", "57P05", "58000", "58030"].contains(code)
  }
}

enum PostgreSQLMessages {
  /// Reads psql's messages; notices and warnings are passed over.
  static func parse(_ bytes: [UInt8]) -> [PostgreSQLMessage] {
    var messages: [PostgreSQLMessage] = []
    var block: [Substring] = []
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("psql:") {
        if let message = read(block) { messages.append(message) }
        block = []
      }
      if block.count < 200 { block.append(line) }
    }
    if let message = read(block) { messages.append(message) }
    return messages
  }

  /// `psql:<stdin>:6: ERROR:  22P02: invalid input syntax for type integer: "foo"`, `CONTEXT:  COPY x, line 2, column a: "foo"`.
  private static func read(_ block: [Substring]) -> PostgreSQLMessage? {
    guard let first = block.first,
      let match = first.firstMatch(
        of: #/^psql:[^:]*:(?:([0-9]+): )?\s*(?:[^:]*: )?(?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5}): (.*)$/#)
    else { return lostConnection(block) }
    // Of the last line of this kind: a text of several lines may hold another before it.
    let location = block.last { $0.hasPrefix("LOCATION:  ") } ?? ""
    let code = String(match.output.2)
    let isRaised =
      ["pl_exec.c", "plpy_", "plperl", "pltcl", "Util."].contains { location.contains($0) } || location.isEmpty
    let row = block.lazy.compactMap { $0.firstMatch(of: #/^CONTEXT:  COPY .*, line ([0-9]{1,12})/#) }.first
    return PostgreSQLMessage(
      code: code, line: match.output.1.flatMap { Int($0) },
      text: isRaised ? "\(match.output.3.count) characters of text" : redacted(String(match.output.3), code: code),
      row: row.flatMap { Int($0.output.1) })
  }

  private static func lostConnection(_ block: [Substring]) -> PostgreSQLMessage? {
    guard let first = block.first, first.hasPrefix("psql:") else { return nil }
    let words = ["server closed the connection", "connection to server", "could not connect", "out of memory"]
    guard words.contains(where: { first.contains($0) }) else { return nil }
    let line = first.firstMatch(of: #/^psql:[^:]*:([0-9]+): /#).flatMap { Int($0.output.1) }
    return PostgreSQLMessage(code: "08006", line: line, text: "the connection to the server was lost")
  }

  /// Everything from the first quote on becomes its length, but where only names are quoted.
  static func redacted(_ text: String, code: String) -> String {
    if quotesNamesOnly(code) { return UntrustedText.line(text, limit: 240) }
    guard let quote = text.firstIndex(where: { $0 == "\"" || $0 == "'" && !isApostrophe(text) }) else {
      return UntrustedText.line(text, limit: 240)
    }
    return UntrustedText.line("\(text[..<quote])\"…\(text[quote...].count) characters\"", limit: 240)
  }

  private static func isApostrophe(_ text: String) -> Bool { text.contains(/[a-z]'[a-z]/) }

  /// Messages about names, rules and rights: class 42 (without 42601, which quotes what stands at the error), 3D, 3F, 2B,
  /// and the names of constraints in class 23.
  private static func quotesNamesOnly(_ code: String) -> Bool {
    if code == "42601" { return false }
    return ["42", "3D", "3F", "2B", "23", "0A", "55"].contains { code.hasPrefix($0) }
  }

  /// The last lines of a log whose text is the server's own.
  static func lastLines(of log: [UInt8], _ count: Int) -> [String] {
    log.split(separator: 10).suffix(count).map { redacted(UntrustedText.line(bytes: $0), code: "") }
  }
}
