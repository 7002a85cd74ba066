import ProofbackCore

extension MySQLSession {
  /// What is asked of the rows before they are read.
  func measures() async throws -> MySQLTableMeasures {
    guard let measuring = work.measuring else { return MySQLTableMeasures() }
    return MySQLTableMeasures(measuring: measuring, columns: try await columns())
  }

  /// What was measured; nil where nothing was to be.
  func profile(
    _ catalogue: MySQLCatalogue, _ readings: Readings, _ measures: MySQLTableMeasures
  ) async throws -> DatabaseProfile? {
    guard measures.measuring != nil else { return nil }
    var result = DatabaseProfile()
    result.describedBy = programs.map { "\($0.flavour.rawValue) \($0.version.prefix { $0 != "." })" } ?? ""
    result.series = programs.map { programs in
      let version = programs.version.split(separator: ".").prefix(2).joined(separator: ".")
      return "\(programs.flavour.rawValue) \(version)"
    }
    result.dumpedFrom = claims.dumps.first?.flavour?.rawValue
    result.databases = Set(catalogue.baseTables.map { UntrustedText.line($0.database) })
    result.tables = catalogue.baseTables.filter { !$0.keepsNoRows }.compactMap { table in
      guard let reading = readings.byTable[table.key], reading.error == nil else { return nil }
      let isWhole = readings.whole.contains(table.key)
      let profile =
        reading.profile ?? TableProfile(rows: isWhole ? reading.rows : readings.counts[table.key] ?? reading.rows)
      return measures.named(profile, table.key)
    }
    result.objects = try await schemaObjects(catalogue, measures.columns)
    return result
  }
}
