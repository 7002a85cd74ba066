import ProofbackCore

extension PostgreSQLSession {
  /// Carries out queries that each give one number, all of them together in `seconds`.
  /// - Returns: the numbers by the query's index; none for one that was refused or had no time left.
  func count(_ queries: [String], in database: String, within seconds: Double) async throws -> [Int: UInt64] {
    guard !queries.isEmpty else { return [:] }
    let now = "extract(epoch FROM clock_timestamp())"
    let start = "SELECT set_config('proofback.end', (\(now) + \(seconds))::text, false);"
    let left = "greatest(1, ((current_setting('proofback.end')::numeric - \(now)) * 1000)::integer)"
    let limit = "SELECT set_config('statement_timeout', (\(left))::text, false);"
    let lines = queries.enumerated().map { "\(limit) COPY (SELECT \($0.offset), (\($0.element))) TO STDOUT;" }
    let answer = try await query(([start] + lines).joined(separator: "\n"), in: database, force: true)
    var counts: [Int: UInt64] = [:]
    for row in answer.rows where row.count == 2 {
      if let index = Int(row[0]), let count = UInt64(row[1]) { counts[index] = count }
    }
    return counts
  }

  /// What checks of the rows may take: a part of what restoring and reading took, so that large backups are checked too.
  func timeForChecks(since start: ContinuousClock.Instant) -> Double {
    max(5, 0.15 * (start.duration(to: .now) / .seconds(1)))
  }
}
