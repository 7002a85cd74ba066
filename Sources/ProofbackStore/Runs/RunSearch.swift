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
  /// - Parameter known: the words that begin so, nil for many.
  static func query(_ filter: RunFilter, known: (String) throws -> [String]?) rethrows -> String? {
    var parts: [String] = []
    // One word for both, where both are asked for.
    let type = filter.type.map { "t" + $0 }
    if !filter.outcomes.isEmpty {
      let facets = filter.outcomes.map { phrase("s\($0.rawValue)\(type ?? "")") }.sorted()
      parts.append("facets : (\(facets.joined(separator: " OR ")))")
    } else if let type {
      parts.append("facets : \(phrase(type))")
    }
    if !filter.text.isEmpty {
      let words = try words(filter.text, known)
      guard !words.isEmpty, !words.contains("") else { return "" }
      parts.append("{title location fileName sentence cause} : (\(words.joined(separator: " AND ")))")
    }
    if let test = filter.restoreTest, !parts.isEmpty { parts.append("facets : \(phrase("r" + test))") }
    return parts.isEmpty ? nil : parts.joined(separator: " AND ")
  }

  /// Each word as a phrase in quotes, in which nothing has a meaning: `shop.sql` is `shop` followed by `sql`.
  private static func words(_ text: String, _ known: (String) throws -> [String]?) rethrows -> [String] {
    try text.split(whereSeparator: \.isWhitespace).prefix(mostWords).compactMap { word in
      let capped = word.prefix(longestWord)
      let letters = capped.count { $0.isLetter || $0.isNumber }
      guard letters > 0 else { return nil }
      guard capped.hasSuffix("*"), letters >= shortestBeginning else { return phrase(String(capped)) }
      let beginning = capped.dropLast()
      if beginning.utf8.count == letters, beginning.utf8.allSatisfy({ $0 < 0x80 }),
        let words = try known(String(beginning))
      {
        return words.isEmpty ? "" : "(\(words.map(phrase).joined(separator: " OR ")))"
      }
      return phrase(String(capped)) + " *"
    }
  }

  private static func phrase(_ text: String) -> String {
    // NUL would end the query.
    "\"\(text.replacing("\"", with: " ").replacing("\0", with: " "))\""
  }
}
