import ProofbackCore

extension MySQLSession {
  /// Opens and reads every table, as for dumps; what should be there is known from the files.
  func verify(_ contents: PhysicalContents, _ depth: Depth) async throws -> Verification {
    do {
      return try await readAll(contents, depth)
    } catch let trouble as RunTrouble {
      guard await troubleIfServerEnded() != nil, let server = state.withLock({ $0.started?.server }) else {
        throw trouble
      }
      try noticeLimits(trouble)
      let log = server.errorOutput()
      guard PhysicalMessages.tellsOfCrash(log) else { throw trouble }
      throw BadBackup(
        PhysicalFindings.crashed, "the server crashes while it reads the backup's tables",
        evidence: PhysicalMessages.errors(log))
    }
  }

  private func readAll(_ contents: PhysicalContents, _ depth: Depth) async throws -> Verification {
    let catalogue = try await catalogue(withoutSystem: !contents.hasSystemSchema)
    let measures = try await measures()
    async let reading = readTables(catalogue, depth, measures)
    async let checking = checkTables(catalogue, depth)
    let readings = try await reading
    var findings = unreadable(catalogue, readings)
    findings += try await missingTables(contents)
    findings += try await checking
    findings += try await checkSystemTables()
    findings += try await checkViews(catalogue)
    if catalogue.baseTables.isEmpty {
      findings.append(MySQLFindings.noStatements.finding("the backup holds no table besides the server's own"))
    }
    if !findings.contains(where: { $0.consequence == .failed }) {
      let rows = readings.byTable.values.reduce(UInt64(0)) { $0 + $1.rows }
      findings.append(
        PhysicalFindings.tablesRead.finding(
          "\(Quantity.text(catalogue.baseTables.count, "table")) with \(Quantity.text(Int(clamping: rows), "row")) \(catalogue.baseTables.count == 1 ? "was" : "were") opened and read"
        ))
    }
    if depth == .sampled {
      findings.append(MySQLFindings.sampled.finding("a sample was asked for: not every row of large tables was read"))
    }
    var inventory = ClaimComparison(
      claims: DumpClaims(), catalogue: catalogue, readings: readings.byTable, defaultDatabase: nil,
      isSampled: depth == .sampled, wasReadWhole: readings.whole, counts: readings.counts
    ).inventory()
    inventory.dumpTool = contents.facts.tool.map { UntrustedText.line($0) }
    inventory.dumpServer = contents.facts.serverVersion.map { UntrustedText.line($0) }
    return Verification(
      inventory: inventory, findings: findings, profile: try await profile(catalogue, readings, measures))
  }

  /// Cause: a table's definition is there and its tablespace or data file is gone or of another table. Outside of the
  /// corpus: an ibd file restored from a backup of another day.
  private func unreadable(_ catalogue: MySQLCatalogue, _ readings: Readings) -> [Finding] {
    catalogue.baseTables.compactMap { table in
      readings.byTable[table.key]?.error.map { error in
        MySQLFindings.unreadable.finding(
          "table \(UntrustedText.line(table.key.text, limit: 120)) can't be read to its end: \(error.description)")
      }
    }
  }

  /// Cause: InnoDB's own dictionary knows a table of which no file is left. Outside of the corpus: a copy that excluded one
  /// database's folder. A partial backup leaves them out by right.
  private func missingTables(_ contents: PhysicalContents) async throws -> [Finding] {
    guard contents.flavour == .mariadb, !contents.facts.isPartial else { return [] }
    let names = try await query("SELECT NAME FROM information_schema.INNODB_SYS_TABLES", force: true).rows
    let missing = names.compactMap { row -> String? in
      guard let name = row.first, name.contains("/"), let table = PhysicalJudgement.table(name) else { return nil }
      return contents.has(table + ".frm") ? nil : table
    }
    let tables = Set(missing).sorted()
    guard let first = tables.first else { return [] }
    return [
      MySQLFindings.tableMissing.finding(
        "table \(UntrustedText.line(first, limit: 120)), which InnoDB's dictionary knows, is not in the backup\(tables.count > 1 ? ", nor are \(tables.count - 1) more" : "")",
        evidence: tables.count > 1 ? tables.prefix(20).map { UntrustedText.line($0, limit: 120) } : [])
    ]
  }

  /// Cause: accounts, rights and routines stand in tables of the server's own, which are files like others. Outside of the
  /// corpus: a bit that fell over in the index of mysql.global_priv.
  private func checkSystemTables() async throws -> [Finding] {
    let tables = try await query(
      "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND TABLE_TYPE = 'BASE TABLE'"
    ).rows.compactMap(\.first)
    guard !tables.isEmpty else { return [] }
    let statements = tables.map { "CHECK TABLE mysql.\(Self.quoted($0));" }.joined(separator: "\n")
    return try await query(statements, force: true).rows.filter { row in
      row.count >= 4 && ["error", "corrupt"].contains(row[2].lowercased())
    }.map { row in
      MySQLFindings.checkTable.finding(
        "table \(UntrustedText.line(row[0], limit: 120)) of the server's own is damaged: \(MySQLMessages.redacted(row[3]))"
      )
    }
  }
}
