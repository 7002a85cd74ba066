import ProofbackCore

extension MySQLSession {
  /// The versions that word definitions alike. MySQL 8.0.19 is the first that leaves out how wide integers are shown.
  private static func series(of programs: MySQLPrograms) -> String {
    let parts = programs.version.split { !$0.isNumber }.prefix(3).map(String.init)
    let isWide =
      programs.flavour == .mysql && parts.prefix(2) == ["8", "0"] && parts.count > 2 && Int(parts[2]) ?? 0 < 19
    return parts.prefix(2).joined(separator: ".") + (isWide ? " before 19" : "")
  }

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
    result.series = programs.map { "\($0.flavour.rawValue) \(Self.series(of: $0))" }
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
