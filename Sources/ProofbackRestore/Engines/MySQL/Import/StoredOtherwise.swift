import ProofbackCore

/// Values that the server stored otherwise than the dump has them, as its warnings tell.
struct StoredOtherwise: Sendable, Equatable {
  struct Place: Sendable, Equatable {
    var code: Int
    var count: UInt64
    /// Only a claim until the catalogue knows such a column: a trigger may put any text there.
    var column: String
  }

  /// A column of the restored tables.
  struct Column: Sendable, Equatable {
    var table: TableKey
    var name: String
    var type: String
  }

  var places: [Place] = []

  /// Reads what `WarningReader` wrote.
  init(_ report: [UInt8]) {
    places = report.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 3, let code = Int(fields[0]), let count = UInt64(fields[1]) else { return nil }
      return Place(code: code, count: count, column: fields[2])
    }
  }

  /// - Parameter reservation: what speaks for our server being the cause.
  func findings(columns: [Column], reservation: Finding?) -> [Finding] {
    let lost = places.filter { !isEmptyEnum($0, columns) }
    let odd = places.filter { isEmptyEnum($0, columns) }
    var findings: [Finding] = []
    if let first = lost.first {
      let definition = reservation == nil ? MySQLFindings.valuesChanged : MySQLFindings.mismatch
      let because = reservation.map { "; \($0.message)" } ?? ""
      findings.append(
        definition.finding(
          "the server stored other values than the dump has: \(describe(first, columns))\(because)",
          evidence: lost.count > 1 ? lost.prefix(20).map { describe($0, columns) } : []))
    }
    if let first = odd.first {
      findings.append(
        MySQLFindings.enumEmpty.finding(
          describe(first, columns, what: Self.emptyEnum),
          evidence: odd.count > 1 ? odd.prefix(20).map { describe($0, columns, what: Self.emptyEnum) } : []))
    }
    return findings
  }

  /// Lax servers store what an ENUM does not know as its empty value; a dump writes that as `''`, which is unknown again
  /// and becomes the same empty value (MySQL 8.4 reference manual, "The ENUM Type").
  private func isEmptyEnum(_ place: Place, _ columns: [Column]) -> Bool {
    place.code == 1265 && columns.contains { $0.name == place.column && $0.type.lowercased() == "enum" }
  }

  private static let emptyEnum = "unknown to its ENUM, and stored as the empty value"

  private func describe(_ place: Place, _ columns: [Column], what: String? = nil) -> String {
    let known = columns.filter { $0.name == place.column }
    let tables = known.map { $0.table.text }
    let name = UntrustedText.line(place.column, limit: 80)
    let column =
      known.isEmpty
      ? "a column"
      : tables.count == 1 ? "column \(name) of \(UntrustedText.line(tables[0], limit: 120))" : "column \(name)"
    return
      "\(column): \(what ?? Self.text(of: place.code)) (warning \(place.code), seen \(place.count == 1 ? "once" : "\(Quantity.text(count: place.count)) times"))"
  }

  private static func text(of code: Int) -> String {
    switch code {
    case 1048: "NULL where none is allowed"
    case 1264: "out of the type's range"
    case 1406: "too long"
    case 1265: "cut off, or unknown to the type"
    default: "not of the column's type"
    }
  }
}
