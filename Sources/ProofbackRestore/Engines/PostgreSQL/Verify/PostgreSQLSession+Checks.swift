import ProofbackCore

/// Queries of checks, each through a `psql` of its own.
extension PostgreSQLSession {
  private static let checker = "proofback_check"

  func answer(_ queries: [CheckedQuery]) async throws -> [CheckOutcome] {
    guard !queries.isEmpty else { return [] }
    let user = try await makeChecker()
    // The maintenance database is there in every cluster, and most backups have nothing in it.
    let databases = try await databasesOfBackup()
    var outcomes: [CheckOutcome] = []
    for query in queries { outcomes.append(try await answer(query, databases, as: user)) }
    return outcomes
  }

  private func databasesOfBackup() async throws -> [String] {
    var found: [String] = []
    for database in try await databases() where try await !catalogue(of: database).relations.isEmpty {
      found.append(database)
    }
    return found
  }

  /// A role that may read, and nothing else.
  private func makeChecker() async throws -> String {
    let answer = try await query(
      """
      CREATE ROLE \(Self.checker) LOGIN BYPASSRLS;
      ALTER ROLE \(Self.checker) SET default_transaction_read_only = on;
      GRANT pg_read_all_data TO \(Self.checker);
      """, force: true)
    return answer.errors.isEmpty ? Self.checker : state.withLock { $0.reader }
  }

  private func answer(_ query: CheckedQuery, _ databases: [String], as user: String) async throws -> CheckOutcome {
    guard let database = query.database ?? (databases.count == 1 ? databases[0] : nil) else {
      return .refused(CheckJudgement.namesNoDatabase(databases))
    }
    guard try await self.databases().contains(database) else {
      return .missing("there is no database \(UntrustedText.line(database, limit: 80))")
    }
    let opening =
      "SET default_transaction_read_only = on; SET statement_timeout = \(Int(query.seconds * 1000)); "
    // The second statement answers only where the first has come to its end. A comment ends with the line.
    let reading = try await readBack(
      ["COPY (\(query.text.trimmedStatement)\n) TO STDOUT", "SELECT 1"], in: database,
      plans: [0: RowReader.answerPlan(key: query.key)],
      as: Access(user: user, opening: opening, bearsTrouble: true))
    if let error = reading[0]?.error { return Self.outcome(error) }
    guard let answer = reading[0]?.answer, reading[1]?.rows == 1, reading[1]?.error == nil else {
      return .refused("the query does not come to its end")
    }
    return .answer(answer)
  }

  /// PostgreSQL 15, appendix A.
  private static func outcome(_ error: PostgreSQLMessage) -> CheckOutcome {
    switch error.code {
    // query_canceled: its time is over.
    case "57014": .tooLong
    // undefined table, column, function, object; invalid schema or catalog name.
    case "42P01", "42703", "42883", "42704", "3F000", "3D000": .missing(error.description)
    default: .refused(error.description)
    }
  }
}
