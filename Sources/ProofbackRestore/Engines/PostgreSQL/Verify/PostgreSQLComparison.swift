import ProofbackCore

/// Holds what came back against what the dump claims.
struct PostgreSQLComparison {
  var claims: PostgreSQLClaims
  var catalogue: PostgreSQLCatalogue
  var readings: PostgreSQLSession.Readings
  var isSampled: Bool
  /// A base backup claims nothing by itself.
  var isPhysical: Bool

  private var relations: [PostgreSQLName: PostgreSQLCatalogue.Relation] {
    Dictionary(catalogue.relations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func findings() -> [Finding] {
    let unreadable = unreadableFindings()
    var findings = unreadable
    if isPhysical {
      if unreadable.isEmpty, !isSampled { findings.append(CommonFindings.rowsAgree.finding(physicalRows)) }
    } else {
      let rows = rowFindings()
      let objects = objectFindings()
      findings += rows + objects
      if unreadable.isEmpty, rows.isEmpty, !isSampled { findings.append(CommonFindings.rowsAgree.finding(rowsAgree)) }
      if objects.isEmpty { findings.append(CommonFindings.objectsAgree.finding(objectCounts)) }
    }
    return findings + marks()
  }

  private var physicalRows: String {
    let rows = readings.byTable.values.reduce(UInt64(0)) { $0 + $1.rows }
    return
      "\(Quantity.text(Int(clamping: rows), "row")) of \(Quantity.text(tables.count, "table")) were read to their end"
  }

  private var rowsAgree: String {
    let created = claims.tables.values.filter(\.isCreated).count
    let total = claims.rows
    if total == 0 { return "\(Quantity.text(created, "table")) came back, as empty as in the dump" }
    let all = total == 1 ? "the only row" : "all \(Quantity.text(count: total)) rows"
    return "\(all) of \(Quantity.text(created, "table")) came back and \(total == 1 ? "was" : "were") read"
  }

  private var objectCounts: String {
    let kinds: [PostgreSQLClaims.Object.Kind] = [
      .view, .materialized, .sequence, .function, .trigger, .index, .constraint,
    ]
    let parts = kinds.compactMap { kind -> String? in
      let count = claims.objects.count { $0.kind == kind }
      return count == 0 ? nil : count == 1 ? "1 \(kind.rawValue)" : "\(count) \(kind.plural)"
    }
    guard let last = parts.last else { return "the dump holds tables only" }
    return (parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + last : last) + " came back"
  }

  // MARK: Rows

  private func unreadableFindings() -> [Finding] {
    readings.byTable.sorted { $0.key.text < $1.key.text }.compactMap { name, reading in
      reading.error.map {
        CommonFindings.unreadable.finding(
          "table \(UntrustedText.line(name.text, limit: 120)) can't be read to its end: \($0.description)",
          evidence: ["read before that: \(Quantity.text(Int(clamping: reading.rows), "row"))"])
      }
    }
  }

  private func rowFindings() -> [Finding] {
    let there = relations
    var findings: [Finding] = []
    for (name, claim) in groupedClaims(there) {
      guard there[name] != nil else {
        findings.append(
          CommonFindings.tableMissing.finding(
            "table \(UntrustedText.line(name.text, limit: 120)), which the dump \(claim.isCreated ? "creates" : "fills") in line \(claim.line), did not come back"
          ))
        continue
      }
      guard let found = found(name, there), found != claim.rows, claim.isCreated || claim.rowsLine != nil else {
        continue
      }
      findings.append(
        CommonFindings.rowsDiffer.finding(
          "table \(UntrustedText.line(name.text, limit: 120)): the dump holds \(Quantity.text(Int(clamping: claim.rows), "row")), \(Quantity.text(count: found)) came back",
          evidence: claim.mayKeepFewerRows
            ? ["its rows are written with ON CONFLICT DO NOTHING: duplicates vanish without a message"] : []
        ))
    }
    return findings
  }

  /// A partitioned table and its parts are held against each other as one where the dump loads rows through the whole
  /// (`--load-via-partition-root`).
  private func groupedClaims(
    _ there: [PostgreSQLName: PostgreSQLCatalogue.Relation]
  ) -> [(PostgreSQLName, PostgreSQLClaims.Table)] {
    let throughRoot = Set(claims.tables.filter { $0.value.rows > 0 && there[$0.key]?.kind == "p" }.keys)
    var result: [PostgreSQLName: PostgreSQLClaims.Table] = [:]
    for (name, claim) in claims.tables where !claim.isForeign {
      let root = there[name]?.root ?? name
      if throughRoot.contains(root) {
        result[root, default: .init(line: claim.line, isCreated: true)].rows += claim.rows
      } else if there[name]?.kind != "p" {
        result[name] = claim
      }
    }
    return result.sorted { $0.key.text < $1.key.text }
  }

  /// Rows that came back: of a partitioned table those of its parts; nil when it could not be read or counted.
  private func found(_ name: PostgreSQLName, _ there: [PostgreSQLName: PostgreSQLCatalogue.Relation]) -> UInt64? {
    if there[name]?.kind == "p" {
      let parts = there.values.filter { $0.root == name && $0.hasRows }.map { found($0.name, there) }
      return parts.contains(nil) ? nil : parts.compactMap(\.self).reduce(0, +)
    }
    guard let reading = readings.byTable[name], reading.error == nil else { return nil }
    return readings.whole.contains(name) ? reading.rows : readings.counts[name]
  }

  // MARK: Other objects

  private func objectFindings() -> [Finding] {
    let missing = claims.objects.subtracting(catalogue.objects).filter { object in
      // A constraint that is an index is found under either name; an index may be a constraint's.
      object.kind != .index || !catalogue.objects.contains { $0.name == object.name }
    }.map { "\($0.kind.rawValue) \($0.name.text)" }.sorted()
    var findings: [Finding] = []
    if let first = missing.first {
      findings.append(
        CommonFindings.objectMissing.finding(
          "\(UntrustedText.line(first)) of the dump did not come back\(missing.count > 1 ? ", nor did \(missing.count - 1) more" : "")",
          evidence: missing.prefix(20).map { UntrustedText.line($0) }))
    }
    if claims.largeObjects != catalogue.largeObjects {
      findings.append(
        PostgreSQLFindings.largeObjects.finding(
          "the dump has \(Quantity.text(claims.largeObjects, "large object")), \(catalogue.largeObjects) came back"))
    }
    return findings
  }

  /// What the database itself marks as not to be relied on.
  private func marks() -> [Finding] {
    var findings: [Finding] = []
    if let first = catalogue.invalid.first {
      findings.append(
        PostgreSQLFindings.invalid.finding(
          "\(UntrustedText.line(first, limit: 120)) is not valid\(catalogue.invalid.count > 1 ? ", nor are \(catalogue.invalid.count - 1) more" : "")",
          evidence: catalogue.invalid.prefix(20).map { UntrustedText.line($0) }))
    }
    let empty = catalogue.relations.filter { $0.kind == "m" && !$0.isPopulated && !$0.isExtensions }
    if let first = empty.first {
      findings.append(
        PostgreSQLFindings.notPopulated.finding(
          "materialized view \(UntrustedText.line(first.name.text, limit: 120)) was never filled\(empty.count > 1 ? ", nor were \(empty.count - 1) more" : "")",
          evidence: empty.prefix(20).map { UntrustedText.line($0.name.text, limit: 120) }))
    }
    if let first = catalogue.disabled.first {
      findings.append(
        PostgreSQLFindings.triggerDisabled.finding(
          "\(UntrustedText.line(first, limit: 120)) is switched off\(catalogue.disabled.count > 1 ? ", and \(catalogue.disabled.count - 1) more" : "")",
          evidence: catalogue.disabled.prefix(20).map { UntrustedText.line($0) }))
    }
    return findings
  }

  // MARK: Inventory

  private var tables: [PostgreSQLCatalogue.Relation] {
    catalogue.relations.filter {
      ($0.kind == "r" || $0.kind == "m") && (!$0.isExtensions || claims.tables[$0.name] != nil)
    }
  }

  func inventory() -> Inventory {
    var inventory = Inventory()
    inventory.tables = tables.map { table in
      let read = readings.byTable[table.name]
      let isWhole = readings.whole.contains(table.name) && read?.error == nil
      return TableInventory(
        database: UntrustedText.line(table.name.database), name: UntrustedText.line(table.name.text),
        rows: isWhole ? read?.rows : nil, sampledRows: isWhole ? nil : read?.rows,
        bytes: isWhole ? read?.bytes ?? table.bytes : table.bytes,
        indexes: table.indexes.map { UntrustedText.line($0) },
        claimedRows: claims.tables[table.name]?.rows, kind: table.kind == "m" ? "materialized view" : nil)
    }
    func names(_ kinds: PostgreSQLClaims.Object.Kind...) -> [String] {
      catalogue.objects.filter { kinds.contains($0.kind) }.map { UntrustedText.line($0.name.text) }.sorted()
    }
    let views = catalogue.relations.filter { $0.kind == "v" && !$0.isExtensions }
    inventory.views = views.map { UntrustedText.line($0.name.text) }
    inventory.sequences = names(.sequence)
    inventory.triggers = names(.trigger)
    inventory.routines = claims.objects.filter { $0.kind == .function }.map { UntrustedText.line($0.name.text) }
      .sorted()
    if let header = claims.header {
      inventory.dumpTool = UntrustedText.line(
        "\(header.isCluster ? "pg_dumpall" : "pg_dump") \(header.toolVersion ?? "")")
      inventory.dumpServer = header.serverVersion.map { UntrustedText.line($0) }
    }
    return inventory
  }
}

extension PostgreSQLClaims.Object.Kind {
  var plural: String { self == .index ? "indexes" : rawValue + "s" }
}
