import ProofbackCore

extension MySQLSession {
  func verify(_ depth: Depth) async throws -> Verification {
    if let physical { return try await verify(physical, depth) }
    let inMemory: Readings
    if Self.restoresAccounts(claims) {
      inMemory = try await readBeforeRestart()
      try await restartWithoutGrants()
    } else {
      inMemory = Readings()
      try await makeDefiners()
    }
    let catalogue = try await catalogue()
    let began = ContinuousClock.now
    // Two connections: each alone keeps one core of the server busy.
    let measures = try await measures()
    async let reading = readTables(catalogue, depth, measures)
    async let checking = checkTables(catalogue, depth)
    var findings: [Finding] = []
    let readings = try await reading.overlaid(by: inMemory)
    let claims = ClaimComparison(
      claims: claims, catalogue: catalogue, readings: readings.byTable,
      defaultDatabase: state.withLock { $0.defaultDatabase },
      isSampled: depth == .sampled, wasReadWhole: readings.whole, counts: readings.counts)
    findings += claims.findings()
    findings += try await checking
    findings += try await checkViews(catalogue)
    findings += try await checkConstraints(catalogue, within: timeForChecks(since: began))
    if depth == .sampled {
      findings.append(
        MySQLFindings.sampled.finding(
          readings.counts.isEmpty
            ? "a sample was asked for, and every table is so small that it was read whole"
            : "not every row was read: tables of \(Quantity.text(count: TableQueries.wholeBelow)) rows or more were sampled"
        ))
    }
    var result = Verification(
      inventory: claims.inventory(), findings: findings, profile: try await profile(catalogue, readings, measures))
    result.dumpOptions = Self.dumpOptions
    return result
  }

  /// Source: mariadb-dump(1), mysqldump(1).
  private static let dumpOptions = [
    DumpOption(kinds: ["procedure", "function"], option: "--routines", same: ["-R"], off: ["--skip-routines"]),
    DumpOption(kinds: ["event"], option: "--events", same: ["-E"], off: ["--skip-events"]),
    DumpOption(kinds: ["trigger"], option: "--triggers", off: ["--skip-triggers"], isUsual: true),
  ]

  /// A dump of the `mysql` schema, or one with account statements, brings accounts of its own, in which ours may have no
  /// right to read.
  static func restoresAccounts(_ claims: DumpClaims) -> Bool {
    claims.foreignStatements.contains { $0.kind == .account }
      || claims.tables.contains { $0.database?.lowercased() == "mysql" }
  }

  /// A restart empties tables that live in memory.
  private func readBeforeRestart() async throws -> Readings {
    guard claims.tables.contains(where: { ["memory", "heap"].contains($0.engine?.lowercased() ?? "") }) else {
      return Readings()
    }
    var catalogue = try await catalogue()
    catalogue.tables.removeAll { $0.engine.uppercased() != "MEMORY" }
    return try await readTables(catalogue, .full, try await measures())
  }

  private func restartWithoutGrants() async throws {
    guard let started = state.withLock({ $0.started }) else { return }
    await started.server.stop(within: 60)
    let server = try await startServer(started.programs, withoutGrants: true)
    state.withLock { $0.started?.server = server }
    try await waitUntilReady(server)
  }

  /// Views and routines run with their definer's rights: accounts that the dump names but does not bring are made here.
  private func makeDefiners() async throws {
    let statements = claims.definers.compactMap { definer -> String? in
      guard let at = definer.lastIndex(of: "@") else { return nil }
      let account =
        "\(Self.literal(String(definer[..<at])))@\(Self.literal(String(definer[definer.index(after: at)...])))"
      return "CREATE USER IF NOT EXISTS \(account); GRANT ALL ON *.* TO \(account);"
    }
    if !statements.isEmpty { _ = try await query(statements.joined(separator: "\n"), force: true) }
  }

  struct Readings {
    var byTable: [TableKey: TableReading] = [:]
    /// Tables that were read to their end.
    var whole: Set<TableKey> = []
    /// Rows of the tables that were only sampled, as the server counts them.
    var counts: [TableKey: UInt64] = [:]

    func overlaid(by other: Readings) -> Readings {
      var result = self
      result.byTable.merge(other.byTable) { $1 }
      result.whole.formUnion(other.whole)
      return result
    }
  }

  /// Nil when the server can't count them; reading the sample says why.
  private func count(_ table: MySQLCatalogue.Table) async throws -> UInt64? {
    try await query(TableQueries.count(table.key, hasHistory: table.isVersioned), force: true).rows.first?.first.flatMap
    { UInt64($0) }
  }

  func readTables(
    _ catalogue: MySQLCatalogue, _ depth: Depth, _ measures: MySQLTableMeasures
  ) async throws -> Readings {
    let keys = depth == .sampled ? try await sampleKeys() : [:]
    var statements: [(TableKey, String)] = []
    var plans: [Int: ProfilePlan] = [:]
    var result = Readings()
    for table in catalogue.baseTables {
      if depth == .full || table.estimatedRows < TableQueries.wholeBelow {
        statements.append(
          (
            table.key,
            TableQueries.whole(
              table.key, columns: measures.list(of: table.key), hasHistory: table.isVersioned)
          ))
        plans[statements.count - 1] = measures.plan(for: table.key)
        result.whole.insert(table.key)
      } else {
        statements += TableQueries.sample(table.key, by: keys[table.key], estimatedRows: table.estimatedRows)
          .map { (table.key, $0) }
        result.counts[table.key] = try await count(table)
      }
    }
    for (index, reading) in try await readBack(statements.map(\.1), plans: plans)
    where statements.indices.contains(index) {
      let key = statements[index].0
      result.byTable[key, default: TableReading()].rows += reading.rows
      result.byTable[key, default: TableReading()].bytes += reading.bytes
      result.byTable[key]?.profile = reading.profile
      if let error = reading.error { result.byTable[key]?.error = error }
    }
    return result
  }

  private func sampleKeys() async throws -> [TableKey: SampleKey] {
    let rows = try await query(
      """
      SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE LIKE '%int' FROM information_schema.COLUMNS c \
      JOIN information_schema.STATISTICS s ON s.TABLE_SCHEMA = c.TABLE_SCHEMA AND s.TABLE_NAME = c.TABLE_NAME \
      AND s.COLUMN_NAME = c.COLUMN_NAME WHERE s.SEQ_IN_INDEX = 1 AND s.INDEX_TYPE = 'BTREE' AND s.SUB_PART IS NULL \
      ORDER BY s.INDEX_NAME <> 'PRIMARY', s.NON_UNIQUE, s.INDEX_NAME
      """
    ).rows
    return Dictionary(
      rows.filter { $0.count == 4 }.map {
        (TableKey(database: $0[0], name: $0[1]), SampleKey(column: $0[2], isInteger: $0[3] == "1"))
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// `CHECK TABLE`; when sampling its quick form. What the server has written itself a moment ago, from statements, it need
  /// not look up entry by entry: that is for files that come from elsewhere.
  func checkTables(_ catalogue: MySQLCatalogue, _ depth: Depth) async throws -> [Finding] {
    let how = depth == .sampled ? " QUICK" : physical == nil ? "" : " EXTENDED"
    let tables = catalogue.baseTables
    guard !tables.isEmpty else { return [] }
    let statements = tables.map { "CHECK TABLE \($0.key.quoted)\(how);" }.joined(separator: "\n")
    let answer = try await query(statements, force: true)
    var findings: [Finding] = []
    for row in answer.rows where row.count >= 4 && (row[2].lowercased() == "error" || row[2].lowercased() == "corrupt")
    {
      findings.append(
        MySQLFindings.checkTable.finding(
          "table \(UntrustedText.line(row[0])) is damaged: \(MySQLMessages.redacted(row[3]))"))
    }
    for error in answer.errors.prefix(5) {
      findings.append(MySQLFindings.checkTable.finding("a table could not be checked: \(error.description)"))
    }
    if findings.isEmpty {
      findings.append(
        MySQLFindings.tablesChecked.finding(
          "CHECK TABLE\(how) found nothing in \(Quantity.text(tables.count, "table"))"))
    }
    return findings
  }

  func checkViews(_ catalogue: MySQLCatalogue) async throws -> [Finding] {
    let views = catalogue.views
    let readings = try await readBack(views.map { "SELECT * FROM \($0.key.quoted) LIMIT 1" })
    return views.enumerated().compactMap { index, view in
      readings[index]?.error.map {
        MySQLFindings.viewUnreadable.finding(
          "view \(UntrustedText.line(view.key.text)) can't be selected from: \($0.description)")
      }
    }
  }
}
