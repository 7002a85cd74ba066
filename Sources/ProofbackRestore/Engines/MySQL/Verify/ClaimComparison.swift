import ProofbackCore

/// Holds what came back against what the dump claims.
struct ClaimComparison {
  var claims: DumpClaims
  var catalogue: MySQLCatalogue
  var readings: [TableKey: TableReading]
  /// Where statements without a database went.
  var defaultDatabase: String?
  var isSampled: Bool
  var wasReadWhole: Set<TableKey>
  /// Rows of tables that were not, as the server counts them.
  var counts: [TableKey: UInt64]

  /// The dump's tables but the server's own schema, which changes by itself; a table that is claimed twice counts once,
  /// as it stands at the dump's end.
  private var expected: [TableKey: TableClaim] {
    var result: [TableKey: TableClaim] = [:]
    for table in claims.expectedTables {
      let key = key(table.database, table.name)
      if !MySQLSession.systemSchemas.contains(key.database.lowercased()) { result[key] = table }
    }
    return result
  }

  private func key(_ database: String?, _ name: String) -> TableKey {
    TableKey(database: defaultDatabase.map { _ in database ?? defaultDatabase! } ?? database ?? "", name: name)
  }

  func findings() -> [Finding] {
    let rows = rowFindings()
    let objects = objectFindings()
    let total = expected.values.reduce(UInt64(0)) { $0 + $1.rows }
    var result = rows + objects
    if rows.isEmpty, !isSampled {
      result.append(
        MySQLFindings.rowsAgree.finding(
          total == 0
            ? "\(Quantity.text(expected.count, "table")) came back, as empty as in the dump"
            : "\(Self.allRows(total)) of \(Quantity.text(expected.count, "table")) came back and \(total == 1 ? "was" : "were") read"
        ))
    }
    if objects.isEmpty {
      result.append(
        MySQLFindings.objectsAgree.finding(objectCounts))
    }
    return result
  }

  private static func allRows(_ total: UInt64) -> String {
    total == 1 ? "the only row" : "all \(Quantity.text(count: total)) rows"
  }

  /// `2 views, 1 trigger and 3 events came back`: only what there is.
  private var objectCounts: String {
    let counts = [
      (claims.views.count { !$0.isDropped }, "view"), (claims.routines.count, "routine"),
      (claims.triggers.count, "trigger"), (catalogue.events.count, "event"), (claims.sequences.count, "sequence"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { Quantity.text($0.0, $0.1) }
    guard let last = parts.last else { return "the dump holds tables only: no views, routines, triggers or events" }
    return (parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + last : last) + " came back"
  }

  // MARK: Tables and rows

  private func rowFindings() -> [Finding] {
    let exact = Dictionary(catalogue.tables.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let there = Dictionary(catalogue.tables.map { ($0.key.folded, $0) }, uniquingKeysWith: { first, _ in first })
    var findings: [Finding] = []
    for (key, claim) in expected.sorted(by: { $0.key.text < $1.key.text }) {
      let name = UntrustedText.line(key.text, limit: 120)
      guard let table = exact[key] ?? there[key.folded] else {
        findings.append(
          MySQLFindings.tableMissing.finding(
            "table \(name), which the dump creates in line \(claim.line), did not come back"))
        continue
      }
      if !table.keepsNoRows || readings[table.key]?.error != nil {
        findings += rowFindings(
          name, claim, readings[table.key] ?? TableReading(),
          found: wasReadWhole.contains(table.key) ? readings[table.key]?.rows ?? 0 : counts[table.key])
      }
      let missing = Set(claim.indexes.map { $0.lowercased() }).subtracting(table.indexes.map { $0.lowercased() })
      if !missing.isEmpty {
        findings.append(
          MySQLFindings.indexMissing.finding(
            "\(Quantity.text(missing.count, "index")) of table \(name) did not come back",
            evidence: missing.sorted().prefix(10).map { UntrustedText.line($0) }))
      }
    }
    return findings
  }

  /// - Parameter found: rows read, or counted where only a sample was read.
  private func rowFindings(
    _ name: String, _ claim: TableClaim, _ reading: TableReading, found: UInt64?
  ) -> [Finding] {
    if let error = reading.error {
      return [
        MySQLFindings.unreadable.finding(
          "table \(name) can't be read to its end: \(error.description)",
          evidence: ["read before that: \(Quantity.text(Int(clamping: reading.rows), "row"))"])
      ]
    }
    guard let found, found != claim.rows else { return [] }
    return [
      MySQLFindings.rowsDiffer.finding(
        "table \(name): the dump holds \(Quantity.text(Int(clamping: claim.rows), "row")), \(Quantity.text(count: found)) came back",
        evidence: claim.mayKeepFewerRows
          ? ["its rows are written with INSERT IGNORE or REPLACE: duplicates vanish without a message"] : [])
    ]
  }

  // MARK: Other objects

  private func objectFindings() -> [Finding] {
    let views = Set(catalogue.views.map(\.key.folded))
    let sequences = Set(catalogue.sequences.map(\.key.folded))
    var missing: [String] = []
    for view in claims.views where !view.isDropped && !isSystem(view.database) {
      if !views.contains(key(view.database, view.name).folded) { missing.append("view \(view.name)") }
    }
    for view in claims.views where view.isAnnouncedPlaceholder && !view.isDropped && !isSystem(view.database) {
      missing.append("view \(view.name) (the dump has its stand-in only)")
    }
    for table in claims.tables where table.isViewPlaceholder && table.isCreated && !table.isDropped {
      missing.append("view \(table.name) (the dump has its stand-in only)")
    }
    for sequence in claims.sequences where !isSystem(sequence.database) {
      if !sequences.contains(key(sequence.database, sequence.name).folded) {
        missing.append("sequence \(sequence.name)")
      }
    }
    missing += missingNames("trigger", claims.triggers.map { ($0.database, $0.name) }, catalogue.triggers)
    let lasting = claims.events.filter { !$0.mayBeOver }
    missing += missingNames("event", lasting.map { ($0.database, $0.name) }, catalogue.events)
    missing += missingNames("routine", claims.routines.map { ($0.database, $0.name) }, catalogue.routines)
    if missing.isEmpty { return [] }
    return [
      MySQLFindings.objectMissing.finding(
        "\(UntrustedText.line(missing[0])) of the dump did not come back\(missing.count > 1 ? ", nor did \(missing.count - 1) more" : "")",
        evidence: missing.prefix(20).map { UntrustedText.line($0) })
    ]
  }

  private func isSystem(_ database: String?) -> Bool {
    database.map { MySQLSession.systemSchemas.contains($0.lowercased()) } ?? false
  }

  private func missingNames(_ kind: String, _ claimed: [(String?, String)], _ there: Set<String>) -> [String] {
    let folded = Set(there.map { $0.lowercased() })
    return claimed.filter { !isSystem($0.0) && !folded.contains(key($0.0, $0.1).text.lowercased()) }.map {
      "\(kind) \($0.1)"
    }
  }

  // MARK: Inventory

  func inventory() -> Inventory {
    var inventory = Inventory()
    let expected = expected
    let claimed = Dictionary(expected.map { ($0.key.folded, $0.value) }, uniquingKeysWith: { first, _ in first })
    inventory.tables = catalogue.baseTables.map { table in
      let read = readings[table.key]
      let isWhole = wasReadWhole.contains(table.key)
      return TableInventory(
        database: UntrustedText.line(table.database), name: UntrustedText.line(table.name),
        rows: isWhole ? read?.rows : nil, sampledRows: isWhole ? nil : read?.rows,
        bytes: isWhole ? read?.bytes ?? table.bytes : table.bytes,
        indexes: table.indexes.map { UntrustedText.line($0) },
        claimedRows: table.keepsNoRows ? nil : (expected[table.key] ?? claimed[table.key.folded])?.rows,
        kind: table.engine)
    }
    inventory.views = catalogue.views.map { UntrustedText.line($0.key.text) }
    inventory.sequences = catalogue.sequences.map { UntrustedText.line($0.key.text) }
    inventory.routines = catalogue.routines.sorted().map { UntrustedText.line($0) }
    inventory.triggers = catalogue.triggers.sorted().map { UntrustedText.line($0) }
    inventory.events = catalogue.events.sorted().map { UntrustedText.line($0) }
    if let header = claims.dumps.first {
      inventory.dumpTool = UntrustedText.line("\(header.tool.rawValue) \(header.toolVersion ?? "")")
      inventory.dumpedAt = header.completedAt
      inventory.dumpServer = header.serverVersion.map { UntrustedText.line($0) }
    }
    return inventory
  }
}

extension TableKey {
  /// Servers with `lower_case_table_names` hand names back in lower case.
  var folded: TableKey { TableKey(database: database.lowercased(), name: name.lowercased()) }
}
