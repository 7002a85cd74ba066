import GRDB

/// The words that stand in the texts of runs, as the search index keeps them (SQLite, "FTS5", The fts5vocab Virtual Table
/// Module).
enum RunWords {
  /// Of one beginning.
  private static let most = 50

  /// For each connection; a table of this kind holds nothing itself.
  static let table = "CREATE VIRTUAL TABLE temp.runWord USING fts5vocab (main, runText, instance)"

  /// The words that begin so. The index itself collects all runs of all of them for a beginning, and sorts them, before
  /// it tells the newest; those of single words it has in order.
  /// - Parameter beginning: ASCII letters and digits.
  /// - Returns: nil when there are too many.
  static func beginning(with beginning: String, _ database: Database) throws -> [String]? {
    var (words, from): ([String], String) = ([], beginning.lowercased())
    let statement = try database.cachedStatement(sql: "SELECT term FROM runWord WHERE term >= ? LIMIT 1")
    while let word = try String.fetchOne(statement, arguments: [from]), word.hasPrefix(beginning.lowercased()) {
      if words.count == most { return nil }
      words.append(word)
      // No word has control characters: the first one behind this.
      from = word + "\u{1}"
    }
    return words
  }
}
