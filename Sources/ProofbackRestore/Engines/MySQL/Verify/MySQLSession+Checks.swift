import ProofbackCore

/// Queries of checks, each through a client of its own, so that none is carried out in another's session.
extension MySQLSession {
  private static let checker = "proofback_check"

  func answer(_ queries: [CheckedQuery]) async throws -> [CheckOutcome] {
    guard !queries.isEmpty else { return [] }
    let databases = try await databasesOfBackup()
    let user = try await makeChecker()
    var outcomes: [CheckOutcome] = []
    for query in queries { outcomes.append(try await answer(query, databases, as: user)) }
    return outcomes
  }

  private func databasesOfBackup() async throws -> [String] {
    try await query(
      """
      SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LOWER(SCHEMA_NAME) NOT IN \
      ('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY 1
      """
    ).rows.compactMap(\.first)
  }

  /// A user who may read, and nothing else. Where the server runs without accounts there is only the other safeguard: a
  /// transaction that reads.
  private func makeChecker() async throws -> String {
    let answer = try await query(
      """
      CREATE USER IF NOT EXISTS '\(Self.checker)'@'localhost';
      GRANT SELECT, SHOW VIEW, EXECUTE ON *.* TO '\(Self.checker)'@'localhost';
      """, force: true)
    return answer.errors.isEmpty ? Self.checker : "root"
  }

  private func answer(_ query: CheckedQuery, _ databases: [String], as user: String) async throws -> CheckOutcome {
    guard let database = query.database ?? (databases.count == 1 ? databases[0] : nil) else {
      return .refused(CheckJudgement.namesNoDatabase(databases))
    }
    // MariaDB, "max_statement_time", seconds; MySQL, "max_execution_time", milliseconds.
    let limit =
      programs?.flavour == .mariadb
      ? "max_statement_time = \(query.seconds)" : "max_execution_time = \(Int(query.seconds * 1000))"
    let opening = "SET SESSION TRANSACTION READ ONLY; SET SESSION \(limit); USE \(Self.quoted(database)); "
    // The second statement answers only where the first has come to its end. A comment ends with the line.
    let reading = try await readBack(
      [query.text.trimmedStatement + "\n", "SELECT 1"], plans: [0: RowReader.answerPlan(key: query.key)],
      as: Access(user: user, opening: opening, bearsTrouble: true))
    if let error = reading[0]?.error { return Self.outcome(error) }
    guard let answer = reading[0]?.answer, reading[1]?.rows == 1, reading[1]?.error == nil else {
      return .refused("the query does not come to its end")
    }
    return .answer(answer)
  }

  /// MariaDB, sql/share/errmsg-utf8.txt; MySQL, server error reference.
  private static func outcome(_ error: MySQLMessage) -> CheckOutcome {
    switch error.code {
    // ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT of MySQL.
    case 1969, 3024: .tooLong
    // A database, table, routine or column that is not there.
    case 1049, 1146, 1305, 1054, 1072: .missing(error.description)
    default: .refused(error.description)
    }
  }
}
