/// The first column of a table's primary key, or of another index where it has none: what a sample's ranges are cut by.
struct SampleKey: Sendable, Equatable {
  var column: String
  /// Then a range's bound is reckoned from the least and the greatest key; else it is looked up.
  var isInteger: Bool
}

/// The statements that read a table: whole, or a sample of it. The key's bounds stay in the server.
enum TableQueries {
  /// Tables with fewer rows are read whole also when sampling.
  static let wholeBelow: UInt64 = 10_000
  private static let edge = 1_000
  private static let ranges: UInt64 = 8
  private static let perRange = 200

  /// - Parameter hasHistory: a system-versioned table; `--dump-history` dumps the rows that were as well.
  static func whole(_ table: TableKey, columns: String, hasHistory: Bool) -> String {
    "SELECT \(columns) FROM \(table.quoted)\(all(hasHistory))"
  }
  static func count(_ table: TableKey, hasHistory: Bool) -> String {
    "SELECT COUNT(*) FROM \(table.quoted)\(all(hasHistory))"
  }
  private static func all(_ hasHistory: Bool) -> String { hasHistory ? " FOR SYSTEM_TIME ALL" : "" }

  /// First, last and evenly spread key ranges; of a table without any index its first rows.
  /// - Parameter estimatedRows: as the server estimates; ranges of keys that are no numbers lie so far apart.
  static func sample(_ table: TableKey, by key: SampleKey?, estimatedRows: UInt64) -> [String] {
    guard let key else { return ["SELECT * FROM \(table.quoted) LIMIT \(edge)"] }
    let column = MySQLSession.quoted(key.column)
    let edges = ["", " DESC"].map { "SELECT * FROM \(table.quoted) ORDER BY \(column)\($0) LIMIT \(edge)" }
    return edges + (key.isInteger ? reckoned(table, column) : lookedUp(table, column, estimatedRows))
  }

  private static func reckoned(_ table: TableKey, _ column: String) -> [String] {
    (1...ranges).map { step in
      // As decimals: the difference of two BIGINTs may be none.
      let (least, greatest) = ("CAST(MIN(\(column)) AS DECIMAL(30))", "CAST(MAX(\(column)) AS DECIMAL(30))")
      let bound = "(SELECT \(least) + (\(greatest) - \(least)) * \(step) / \(ranges + 1) FROM \(table.quoted))"
      return range(table, column, from: bound)
    }
  }

  /// Each bound is found from the one before, so that all of them together pass once over the index.
  private static func lookedUp(_ table: TableKey, _ column: String, _ estimatedRows: UInt64) -> [String] {
    let apart = estimatedRows / (ranges + 1)
    return (1...ranges).map { step in
      let after = step == 1 ? "" : " WHERE \(column) >= @bound"
      let next = "SELECT \(column) FROM \(table.quoted)\(after) ORDER BY \(column) LIMIT 1 OFFSET \(apart)"
      return "SET @bound = (\(next)); " + range(table, column, from: "@bound")
    }
  }

  private static func range(_ table: TableKey, _ column: String, from bound: String) -> String {
    "SELECT * FROM \(table.quoted) WHERE \(column) >= \(bound) ORDER BY \(column) LIMIT \(perRange)"
  }
}
