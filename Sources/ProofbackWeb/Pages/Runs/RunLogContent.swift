import Foundation
import ProofbackCore

/// The part of a run's log that a page shows.
struct RunLogContent: Sendable {
  /// Lines on a page; the rest is in the file to download.
  static let most = 500
  /// Lines that are read at once.
  private static let portion = 1000

  /// Its lines, escaped.
  var html: String
  /// What was looked for.
  var find: String
  var isSearch: Bool
  var hasLines: Bool
  var hasSummary: Bool
  /// `12 lines with “error”`
  var summary: String
  /// Number of the last line that is known, for who follows.
  var last: String

  init(_ lines: [LogLine], find: String, isCut: Bool) {
    html = HTMLText.escaped(lines.map(\.shown).joined(separator: "\n"))
    self.find = find
    isSearch = !find.isEmpty
    hasLines = !lines.isEmpty
    hasSummary = hasLines || isSearch
    let count = "\(isCut ? "the first " : "")\(Quantity.text(lines.count, "line"))"
    summary = find.isEmpty ? count : "\(count) with “\(UntrustedText.line(find, limit: 60))”"
    last = String(lines.last?.number ?? 0)
  }

  /// Lines that hold a text, in either case of letters.
  static func find(_ find: String, in history: any RunHistory, of id: String) throws -> RunLogContent {
    let found = try lines(with: find, in: history, of: id, after: 0, most: most + 1)
    return RunLogContent(Array(found.prefix(most)), find: find, isCut: found.count > most)
  }

  /// The first `most` of them; read some at a time, so that a long log is never in memory as a whole.
  /// - Parameters:
  ///   - find: empty: all lines.
  ///   - after: the number of the last line that is known.
  static func lines(
    with find: String, in history: any RunHistory, of id: String, after: Int64, most: Int
  ) throws -> [LogLine] {
    var found: [LogLine] = []
    var after = after
    while found.count < most {
      let size = find.isEmpty ? min(portion, most - found.count) : portion
      let lines = try history.lines(id, after: after, limit: size)
      found += find.isEmpty ? lines : lines.filter { $0.text.localizedCaseInsensitiveContains(find) }
      guard let last = lines.last, lines.count == size else { break }
      after = last.number
    }
    return Array(found.prefix(most))
  }
}
