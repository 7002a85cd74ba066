import Foundation
import GRDB
public import ProofbackCore

/// Pages of the list of runs. Rows are read in the list's order from an index, and only those of the page.
extension Runs {
  /// Selects places of runs.
  private struct Places {
    var sql: String
    var arguments: StatementArguments
    var column: String

    /// Nil when nothing can match.
    init?(_ filter: RunFilter, _ database: Database) throws {
      let query = try RunSearch.query(filter) { try RunWords.beginning(with: $0, database) }
      if query == "" { return nil }
      if let query {
        (column, sql, arguments) = ("rowid", "SELECT rowid AS place FROM runText WHERE runText MATCH ?", [query])
      } else if let test = filter.restoreTest {
        (column, sql, arguments) = ("place", "SELECT place FROM run WHERE restoreTest = ?", [test])
      } else {
        (column, sql, arguments) = ("place", "SELECT place FROM run WHERE place IS NOT NULL", [])
      }
      if let from = filter.from { limit(">=", from.milliseconds * 1024) }
      if let until = filter.until { limit("<", until.milliseconds * 1024) }
    }

    mutating func limit(_ comparison: String, _ number: Int64) {
      sql += " AND \(column) \(comparison) ?"
      arguments += [number]
    }

    mutating func order(_ direction: String, limit: Int) {
      sql += " ORDER BY \(column) \(direction) LIMIT ?"
      arguments += [limit]
    }
  }

  public func page(_ filter: RunFilter, _ position: RunPosition, limit: Int) throws -> RunPage {
    let isBackwards =
      switch position {
      case .newest, .older: false
      case .newer: true
      }
    let rows = try state.read { database -> [(run: RunRecord, place: RunPlace)] in
      guard var places = try Places(filter, database) else { return [] }
      switch position {
      case .newest: break
      case .older(let place): places.limit("<", place.number)
      case .newer(let place): places.limit(">", place.number)
      }
      places.order(isBackwards ? "ASC" : "DESC", limit: limit + 1)
      return try Row.values(
        database,
        sql: """
          SELECT \(RunRecord.columns), run.place FROM (\(places.sql)) AS chosen CROSS JOIN run ON run.place = chosen.place
          """, arguments: places.arguments
      ) { (run: try RunRecord(row: $0), place: RunPlace(number: $0["place"])) }
    }.sorted { isBackwards ? $0.place < $1.place : $0.place > $1.place }
    var page = Array(rows.prefix(limit))
    if isBackwards { page.reverse() }
    let isMore = rows.count > limit
    return RunPage(
      runs: page.map(\.run), older: isBackwards || isMore ? page.last?.place : nil,
      newer: isBackwards ? (isMore ? page.first?.place : nil) : (position == .newest ? nil : page.first?.place))
  }

  public func count(_ filter: RunFilter, most: Int) throws -> Int {
    try state.read { database in
      guard var places = try Places(filter, database) else { return 0 }
      places.sql += " LIMIT ?"
      places.arguments += [most]
      return try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM (\(places.sql))", arguments: places.arguments) ?? 0
    }
  }
}
