import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Counts the server's warnings that a value was stored otherwise than the dump has it, inside the sandbox: reads what
/// the client prints with `--show-warnings` on standard input and lets nothing out but codes, columns' names and counts.
///
/// Input: `Warning (Code 1264): Out of range value for column 'a' at row 1` (client/mysql.cc, print_warnings), among
/// anything else that the client prints. Output: a line `CODE<tab>COUNT<tab>COLUMN` for each code and column. Notes are
/// none of these: a DECIMAL that is rounded to its column's places is one.
public struct WarningReader {
  public static let commandName = "warning-reader"

  /// ER_BAD_NULL_ERROR, ER_WARN_DATA_OUT_OF_RANGE, WARN_DATA_TRUNCATED, ER_TRUNCATED_WRONG_VALUE,
  /// ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, ER_DATA_TOO_LONG (MariaDB, sql/share/errmsg-utf8.txt; MySQL, server error
  /// reference). A trigger or function may raise each by itself, with any text.
  static let codes: Set<Int> = [1048, 1264, 1265, 1292, 1366, 1406]

  private struct Place: Hashable {
    var code: Int
    var column: String
  }

  private var counts: [Place: UInt64] = [:]
  private var line: [UInt8] = []
  /// A message that goes on: it quotes a value with a line end in it.
  private var pending: (code: Int, text: String, lines: Int)?
  private static let longestLine = 4096
  private static let mostPlaces = 500
  private static let mostLines = 50

  public init() {}

  /// Reads `input` to its end.
  public mutating func run(from input: FileDescriptor, to output: FileDescriptor) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let count = try input.readSome(into: buffer)
      if count == 0 { break }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    if !line.isEmpty { endLine() }
    try Array(report.utf8).withUnsafeBytes { try output.writeFully($0) }
  }

  private mutating func take(_ chunk: UnsafeRawBufferPointer) {
    var rest = chunk
    while !rest.isEmpty, let base = rest.baseAddress {
      let newline = memchr(base, 10, rest.count)
      let length = newline.map { UnsafeRawPointer($0) - base } ?? rest.count
      if line.count < Self.longestLine { line.append(contentsOf: rest[..<min(length, Self.longestLine - line.count)]) }
      guard newline != nil else { return }
      endLine()
      rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
    }
  }

  mutating func endLine() {
    defer { line.removeAll(keepingCapacity: true) }
    let text = String(decoding: line, as: UTF8.self)
    if let head = Self.head(of: text) {
      pending = nil
      guard head.isWarning, Self.codes.contains(head.code) else { return }
      read(head.text, code: head.code, lines: 1)
    } else if let open = pending {
      pending = nil
      if open.lines < Self.mostLines { read(open.text + "\n" + text, code: open.code, lines: open.lines + 1) }
    }
  }

  private mutating func read(_ text: String, code: Int, lines: Int) {
    guard let column = Self.column(in: text) else {
      pending = (code, String(text.suffix(Self.longestLine)), lines)
      return
    }
    let place = Place(code: code, column: column)
    if counts[place] != nil || counts.count < Self.mostPlaces { counts[place, default: 0] += 1 }
  }

  private static func head(of line: String) -> (code: Int, text: String, isWarning: Bool)? {
    for level in ["Warning", "Note", "Error"] where line.hasPrefix("\(level) (Code ") {
      let rest = line.dropFirst("\(level) (Code ".count)
      guard let close = rest.firstRange(of: "): "), let code = Int(rest[..<close.lowerBound]) else { return nil }
      return (code, String(rest[close.upperBound...]), level == "Warning")
    }
    return nil
  }

  /// `… for column 'c' at row 1`, ``… for column `d`.`t`.`c` at row 1`` (MariaDB), `Column 'c' cannot be null`.
  private static func column(in text: String) -> String? {
    if text.hasPrefix("Column '"), let end = text.firstRange(of: "' cannot be null") {
      return String(text[..<end.lowerBound].dropFirst("Column '".count))
    }
    guard let match = text.firstMatch(of: /for column ('.*'|`.*`) at row [0-9]+$/) else { return nil }
    let quoted = match.output.1
    if quoted.first == "'" { return String(quoted.dropFirst().dropLast()) }
    return String(quoted.dropFirst().dropLast()).components(separatedByText: "`.`").last
  }

  private var report: String {
    counts.sorted { ($0.key.code, $0.key.column) < ($1.key.code, $1.key.column) }.map { place, count in
      let column = place.column.filter { $0 != "\t" && !$0.isNewline }
      return "\(place.code)\t\(count)\t\(column.prefix(64))\n"
    }.joined()
  }
}

extension String {
  fileprivate func components(separatedByText mark: String) -> [String] {
    split(separator: mark, omittingEmptySubsequences: false).map(String.init)
  }
}
