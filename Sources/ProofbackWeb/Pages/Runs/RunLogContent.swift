import Foundation
import ProofbackCore

/// The part of a run's log that a page shows.
struct RunLogContent: Sendable {
  /// Lines on a page; the rest is in the file to download.
  static let most = 500
  /// Lines that are read at once.
  private static let portion = 1000

  var text: String
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
    text = lines.map(\.shown).joined(separator: "\n")
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
    var found: [LogLine] = []
    try all(history, of: id) { lines in
      found += find.isEmpty ? lines : lines.filter { $0.text.localizedCaseInsensitiveContains(find) }
      return found.count <= most
    }
    return RunLogContent(Array(found.prefix(most)), find: find, isCut: found.count > most)
  }

  /// Some lines at a time, until there are none or `take` has enough.
  static func all(_ history: any RunHistory, of id: String, _ take: ([LogLine]) throws -> Bool) throws {
    var after: Int64 = 0
    while true {
      let lines = try history.lines(id, after: after, limit: portion)
      guard let last = lines.last, try take(lines), lines.count == portion else { return }
      after = last.number
    }
  }
}
