import ProofbackCore

extension MySQLSession {
  /// Carries out statements that each give one number, all of them together in `seconds`.
  /// - Returns: the numbers by the statement's index; none for one that was refused or had no time left.
  func count(_ statements: [String], within seconds: Double) async throws -> [Int: UInt64] {
    let isMariaDB = programs?.flavour == .mariadb
    let left = "@proofback_end - UNIX_TIMESTAMP(SYSDATE(6))"
    let limit =
      isMariaDB
      ? "SET SESSION max_statement_time = GREATEST(0.001, \(left));"
      : "SET SESSION max_execution_time = CAST(GREATEST(1, (\(left)) * 1000) AS UNSIGNED);"
    // One a line: what is refused does not keep the others from being carried out.
    let lines = statements.enumerated().map { "\(limit) SELECT \($0.offset), (\($0.element));" }
    let start = "SET @proofback_end = UNIX_TIMESTAMP(SYSDATE(6)) + \(seconds);"
    let answer = try await query(([start] + lines).joined(separator: "\n"), force: true)
    var counts: [Int: UInt64] = [:]
    for row in answer.rows where row.count == 2 {
      if let index = Int(row[0]), let count = UInt64(row[1]) { counts[index] = count }
    }
    return counts
  }

  /// What checks of the rows may take: a part of what restoring and reading took, so that large backups are checked too.
  func timeForChecks(since start: ContinuousClock.Instant) -> Double {
    let reading = start.duration(to: .now) / .seconds(1)
    return max(5, 0.15 * (reading + state.withLock { $0.restoreSeconds }))
  }
}
