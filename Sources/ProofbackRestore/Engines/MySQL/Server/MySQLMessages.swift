import Glibc
import ProofbackCore

/// Messages of the server and its client: their codes and fixed text may leave the sandbox, quoted values may not
/// (`Duplicate entry 'alice@…'` quotes rows): each becomes its length.
struct MySQLMessage: Sendable, Equatable {
  /// The server's error number, such as 1062.
  var code: Int
  /// SQLSTATE, such as `23000`.
  var state: String
  /// The line of the client's input, where it tells.
  var line: Int?
  /// Redacted.
  var text: String
  /// It says something of our server, disk or memory and nothing of the dump.
  var isOurTrouble = false

  /// InnoDB's bulk insert meets a duplicate only when it is applied (MariaDB, row_log_table_apply; ER_ERROR_DURING_COMMIT).
  var isBulkDuplicate: Bool { code == 1180 && text.hasPrefix("Got error 1 ") }

  var description: String { "error \(code) (\(state)): \(text)" }
}

enum MySQLMessages {
  /// Reads the client's `ERROR 1062 (23000) at line 45: Duplicate entry 'x' for key 'PRIMARY'` lines.
  static func parse(_ bytes: [UInt8]) -> [MySQLMessage] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { parse(line: String(decoding: $0, as: UTF8.self)) }
  }

  private static func parse(line: String) -> MySQLMessage? {
    guard line.hasPrefix("ERROR ") else { return nil }
    let rest = line.dropFirst(6)
    guard let code = Int(rest.prefix { $0.isNumber }) else { return nil }
    var state = ""
    if let open = rest.firstIndex(of: "("), let close = rest[open...].firstIndex(of: ")") {
      state = String(rest[rest.index(after: open)..<close].prefix(5))
    }
    guard let colon = rest.range(of: ": ") else { return nil }
    let head = rest[..<colon.lowerBound]
    let line = head.range(of: "at line ").flatMap { Int(head[$0.upperBound...].prefix { $0.isNumber }) }
    let text = String(rest[colon.upperBound...])
    // A trigger may signal any code with any text, a row's value too.
    let isServers = MySQLErrorTexts.isServers(text, code: code)
    let shown =
      !isServers
      ? "\(text.count) characters of text"
      : quotingNamesOnly.contains(code) ? UntrustedText.line(text, limit: 240) : redacted(text)
    return MySQLMessage(
      code: code, state: UntrustedText.line(state), line: line, text: shown,
      isOurTrouble: isServers && (ourTrouble.contains(code) || tellsOfOurSystem(code, text)))
  }

  /// The system's error number in messages of files and storage engines: `Got error 28 "No space left on device"`,
  /// `(Errcode: 28 "No space left on device")`.
  private static func tellsOfOurSystem(_ code: Int, _ text: String) -> Bool {
    guard fileErrors.contains(code), let match = text.firstMatch(of: /(?:Errcode: |errno: |Got error )(\d{1,4})\b/),
      let number = Int32(match.output.1)
    else { return false }
    return [ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EFBIG, EIO].contains(number)
  }

  /// Messages about files and storage engines that end in the system's error number (errmsg-utf8.txt).
  private static let fileErrors: Set<Int> = [
    1, 2, 3, 5, 1004, 1005, 1006, 1015, 1016, 1018, 1023, 1024, 1025, 1026, 1030, 1180,
  ]

  /// The fixed text of a message. Servers do not escape quotes inside of what they quote, so that only the text before
  /// the first quote and a fixed ending are sure to be the server's own; all between becomes its length.
  static func redacted(_ text: String) -> String {
    let characters = Array(text)
    guard let first = characters.indices.first(where: { opensQuote(characters, $0) }) else {
      return UntrustedText.line(text, limit: 240)
    }
    var end = ""
    if let match = text.wholeMatch(of: /.*(?<ending> at (?:row|line) [0-9]{1,12})/.dotMatchesNewlines()) {
      end = String(match.output.ending)
    }
    let hidden = max(0, characters.count - first - end.count)
    return UntrustedText.line("\(String(characters[..<first]))'…\(hidden) characters'\(end)", limit: 240)
  }

  /// The apostrophe of `can't` and `doesn't` opens nothing.
  private static func opensQuote(_ text: [Character], _ index: Int) -> Bool {
    guard "'\"`".contains(text[index]) else { return false }
    let isContraction =
      text[index] == "'" && index > 0 && text[index - 1] == "n" && index + 2 < text.count && text[index + 1] == "t"
      && text[index + 2] == " "
    return !isContraction
  }

  /// Errors that quote names of schema objects or the system's own words and nothing else (server error reference).
  private static let quotingNamesOnly: Set<Int> = [
    1030, 1049, 1050, 1115, 1146, 1180, 1193, 1273, 1286, 1305, 1356, 1449,
  ]

  /// The last lines of a server's own log, redacted.
  static func lastLines(of log: [UInt8], _ count: Int) -> [String] {
    log.split(separator: UInt8(ascii: "\n")).suffix(count).map { redacted(String(decoding: $0, as: UTF8.self)) }
  }

  /// The same of a server that has not seen a statement of the dump: the text is the server's own.
  static func lastOwnLines(of log: [UInt8], _ count: Int) -> [String] {
    log.split(separator: UInt8(ascii: "\n")).suffix(count).map { UntrustedText.line(bytes: $0) }
  }

  /// Errors that say something of our server, disk or memory and nothing of the dump (MariaDB, sql/share/errmsg-utf8.txt;
  /// MySQL, server error reference): disk full, out of memory, out of resources, table full (a limit of ours), shutdown,
  /// interrupted, connection lost.
  private static let ourTrouble: Set<Int> = [
    3, 5, 20, 23, 28, 1021, tableFull, 1037, 1038, 1041, 1053, 1135, 1206, 1317, 2002, 2003, 2006, 2013, 2055,
  ]
  /// A plug-in, library, time zone or storage engine that this server has not got.
  static let lacksPart: Set<Int> = [1126, 1127, 1286, 1298, 1524]
  /// A database, table or routine that is not there.
  static let lacksObject: Set<Int> = [1049, 1146, 1305]
  /// ER_RECORD_FILE_FULL: MEMORY tables are bounded by the run's memory, all others by its disk.
  static let tableFull = 1114
}
