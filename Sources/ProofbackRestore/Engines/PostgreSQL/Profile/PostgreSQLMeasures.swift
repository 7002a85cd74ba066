import ProofbackCore

/// How one database's tables are measured while they are read back; without an order they are only counted.
struct PostgreSQLMeasures: Sendable {
  var measuring: Measuring?
  var columns: [PostgreSQLName: [PostgreSQLColumn]] = [:]

  func plan(for table: PostgreSQLName) -> ProfilePlan? {
    guard let measuring, let columns = columns[table], !columns.isEmpty, columns.count <= TableSketch.mostColumns else {
      return nil
    }
    return ProfilePlan(
      measuring,
      columns: columns.map {
        ProfilePlan.Column(kind: $0.kind, isKey: $0.isKey, isHexadecimal: $0.kind == .bytes, isSummed: $0.isSummed)
      })
  }

  /// Named one by one: the plan is in that order.
  func list(of table: PostgreSQLName) -> String {
    guard measuring != nil, let columns = columns[table], !columns.isEmpty else { return "*" }
    return columns.map { PostgreSQLText.identifier($0.name) }.joined(separator: ", ")
  }
}
