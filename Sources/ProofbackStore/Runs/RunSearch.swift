import Foundation
import GRDB
import ProofbackCore

/// A filter as SQLite's full-text search understands it (SQLite, "FTS5", Full-text Query Syntax).
enum RunSearch {
  /// Words after this many are not looked at.
  private static let mostWords = 12
  private static let longestWord = 100
  /// Shorter beginnings are looked for as whole words: all words that begin with them would have to be collected first.
  private static let shortestBeginning = 3

  /// Nil when the filter needs no search, empty when nothing can match.
  static func query(_ filter: RunFilter) -> String? {
    var parts: [String] = []
    if !filter.outcomes.isEmpty {
      let facets = filter.outcomes.map { "\"s\($0.rawValue)\"" }.sorted()
      parts.append("facets : (\(facets.joined(separator: " OR ")))")
    }
    if let type = filter.type { parts.append("facets : \(phrase("t" + type))") }
    if !filter.text.isEmpty {
      let words = words(filter.text)
      guard !words.isEmpty else { return "" }
      parts.append("{title location fileName sentence cause} : (\(words.joined(separator: " AND ")))")
    }
    if let test = filter.restoreTest, !parts.isEmpty { parts.append("facets : \(phrase("r" + test))") }
    return parts.isEmpty ? nil : parts.joined(separator: " AND ")
  }

  /// Each word as a phrase in quotes, in which nothing has a meaning: `shop.sql` is `shop` followed by `sql`.
  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).prefix(mostWords).compactMap { word in
      let capped = word.prefix(longestWord)
      let letters = capped.count { $0.isLetter || $0.isNumber }
      guard letters > 0 else { return nil }
      return phrase(String(capped)) + (capped.hasSuffix("*") && letters >= shortestBeginning ? " *" : "")
    }
  }

  private static func phrase(_ text: String) -> String {
    // NUL would end the query.
    "\"\(text.replacing("\"", with: " ").replacing("\0", with: " "))\""
  }
}
