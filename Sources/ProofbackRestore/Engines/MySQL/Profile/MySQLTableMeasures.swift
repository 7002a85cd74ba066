import ProofbackCore

/// How the tables' rows are measured while they are read back; without an order they are only counted.
struct MySQLTableMeasures: Sendable {
  var measuring: Measuring?
  var columns: [TableKey: [MySQLColumn]] = [:]

  func plan(for table: TableKey) -> ProfilePlan? {
    guard let measuring, let columns = columns[table], !columns.isEmpty, columns.count <= TableSketch.mostColumns else {
      return nil
    }
    return ProfilePlan(
      measuring, columns: columns.map { ProfilePlan.Column(kind: $0.kind, isKey: $0.isKey, isSummed: $0.isSummed) })
  }

  /// Named one by one: `*` leaves invisible columns out.
  func list(of table: TableKey) -> String {
    guard measuring != nil, let columns = columns[table], !columns.isEmpty else { return "*" }
    return columns.map { MySQLSession.quoted($0.name) }.joined(separator: ", ")
  }

  func named(_ profile: TableProfile, _ table: TableKey) -> TableProfile {
    profile.named(
      database: UntrustedText.line(table.database), name: UntrustedText.line(table.name),
      columns: (columns[table] ?? []).map { UntrustedText.line($0.name) })
  }
}
