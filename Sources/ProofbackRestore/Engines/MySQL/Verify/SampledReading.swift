/// The statements that read a table: whole, or a sample of it.
enum TableQueries {
  /// Tables with fewer rows are read whole also when sampling.
  static let wholeBelow: UInt64 = 10_000
  private static let edge = 1_000
  private static let ranges = 8
  private static let perRange = 200

  static func whole(_ table: TableKey) -> String { "SELECT * FROM \(table.quoted)" }

  /// First, last and evenly spread key ranges, by the table's integer key; without one its first rows.
  /// The key's bounds stay in the server.
  static func sample(_ table: TableKey, integerKey: String?) -> [String] {
    guard let key = integerKey.map(MySQLSession.quoted) else { return ["SELECT * FROM \(table.quoted) LIMIT \(edge)"] }
    let edges = ["", " DESC"].map { "SELECT * FROM \(table.quoted) ORDER BY \(key)\($0) LIMIT \(edge)" }
    let spread = (1...ranges).map { step in
      let bound = "(SELECT MIN(\(key)) + (MAX(\(key)) - MIN(\(key))) DIV \(ranges + 1) * \(step) FROM \(table.quoted))"
      return "SELECT * FROM \(table.quoted) WHERE \(key) >= \(bound) ORDER BY \(key) LIMIT \(perRange)"
    }
    return edges + spread
  }
}
