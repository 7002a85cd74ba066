import ProofbackCore

extension PostgreSQLSession {
  /// What was read of all databases.
  struct Readings: Sendable {
    var byTable: [PostgreSQLName: PostgreSQLReading] = [:]
    /// Tables that were read to their end.
    var whole: Set<PostgreSQLName> = []
    /// Rows of tables that were only sampled, as the server counts them.
    var counts: [PostgreSQLName: UInt64] = [:]
    var views: [Finding] = []
  }

  /// Tables smaller than this are read whole also when sampling.
  static let wholeBelow: UInt64 = 1 << 20

  func verify(_ depth: Depth) async throws -> Verification {
    let (claims, isPhysical) = state.withLock { ($0.claims, $0.isPhysical) }
    var catalogue = PostgreSQLCatalogue()
    var readings = Readings()
    var findings: [Finding] = []
    var profile = DatabaseProfile()
    let began = ContinuousClock.now
    for database in try await databases() {
      let part = try await self.catalogue(of: database)
      catalogue.add(part)
      let measures = try await measures(database)
      try await readRows(part, database, depth, measures, &readings)
      try await readViews(part, database, &readings)
      try await addProfile(of: database, part, readings, measures, to: &profile)
      if isPhysical { findings += try await checkPages(database, depth) }
      findings += try await checkPromises(
        claims, part, isPhysical: isPhysical, database, within: timeForChecks(since: began))
    }
    let comparison = PostgreSQLComparison(
      claims: claims, catalogue: catalogue, readings: readings, isSampled: depth == .sampled, isPhysical: isPhysical)
    findings = comparison.findings() + findings + readings.views
    if depth == .sampled {
      findings.append(
        CommonFindings.sampled.finding(
          readings.counts.isEmpty
            ? "a sample was asked for, and every table is so small that it was read whole"
            : "not every row was read: tables of \(Quantity.text(bytes: Self.wholeBelow)) or more were sampled"))
    }
    return Verification(
      inventory: comparison.inventory(), findings: findings, profile: work.measuring == nil ? nil : profile)
  }

  func readRows(
    _ catalogue: PostgreSQLCatalogue, _ database: String, _ depth: Depth, _ measures: PostgreSQLMeasures,
    _ readings: inout Readings
  ) async throws {
    var plans: [Int: ProfilePlan] = [:]
    var statements: [(PostgreSQLName, String)] = []
    for table in catalogue.relations where table.hasRows {
      let only = table.kind == "r" ? "ONLY " : ""
      if depth == .full || table.bytes < Self.wholeBelow {
        statements.append(
          (table.name, "COPY (SELECT \(measures.list(of: table.name)) FROM \(only)\(table.name.quoted)) TO STDOUT"))
        plans[statements.count - 1] = measures.plan(for: table.name)
        readings.whole.insert(table.name)
      } else {
        statements.append(
          (table.name, "COPY (SELECT * FROM \(only)\(table.name.quoted) TABLESAMPLE SYSTEM (1) LIMIT 5000) TO STDOUT"))
        readings.counts[table.name] = try await count(only + table.name.quoted, database)
      }
    }
    for (index, reading) in try await readBack(statements.map(\.1), in: database, plans: plans) {
      readings.byTable[statements[index].0] = reading
    }
  }

  /// Nil when the server can't count them; reading the sample says why.
  private func count(_ table: String, _ database: String) async throws -> UInt64? {
    try await query("COPY (SELECT count(*) FROM \(table)) TO STDOUT;", in: database, force: true).rows.first?.first
      .flatMap { UInt64($0) }
  }

  private func readViews(
    _ catalogue: PostgreSQLCatalogue, _ database: String, _ readings: inout Readings
  ) async throws {
    let views = catalogue.relations.filter { $0.kind == "v" && !$0.isExtensions }
    let read = try await readBack(views.map { "SELECT * FROM \($0.name.quoted) LIMIT 1" }, in: database)
    for (index, view) in views.enumerated() {
      guard let error = read[index]?.error else { continue }
      readings.views.append(
        CommonFindings.viewUnreadable.finding(
          "view \(UntrustedText.line(view.name.text, limit: 120)) can't be selected from: \(error.description)"))
    }
  }
}

extension PostgreSQLCatalogue.Relation {
  /// Foreign tables' rows are elsewhere, partitioned tables' in their parts.
  var hasRows: Bool { kind == "r" || kind == "m" && isPopulated }
}

extension PostgreSQLCatalogue {
  mutating func add(_ other: PostgreSQLCatalogue) {
    relations += other.relations
    objects.formUnion(other.objects)
    invalid += other.invalid
    disabled += other.disabled
    largeObjects += other.largeObjects
  }
}
