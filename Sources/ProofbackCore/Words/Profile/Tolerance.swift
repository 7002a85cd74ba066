/// How far a run may be from its baseline before it is bad news. Each is a share, 0 to 1, that a restore test can set.
public enum Tolerance: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case rowsLost = "rows-lost"
  case rowsLostWarning = "rows-lost-warning"
  case valuesChanged = "values-changed"
  case valuesAlike = "values-alike"
  case valuesNull = "values-null"
  case longValuesLost = "long-values-lost"
  case bytesShifted = "bytes-shifted"
  case monthLost = "month-lost"
  case future = "future"
  case duplicates = "duplicates"
  case orphans = "orphans"

  public var summary: String {
    switch self {
    case .rowsLost: "share of a table's rows that may be gone before it fails"
    case .rowsLostWarning: "share of a table's rows that may be gone before there is a warning"
    case .valuesChanged: "share of the rows that stayed in which one and the same column may have changed"
    case .valuesAlike: "share of a column's different values that may be gone while its rows are there"
    case .valuesNull: "share of a column's values that may have become NULL or empty"
    case .longValuesLost: "share of a column's values that are longest and may all be gone"
    case .bytesShifted: "share of a column's bytes that may be of another kind than before"
    case .monthLost: "share of one month's rows that may be gone between older ones that are there"
    case .future: "share of a column's moments that may have moved into the future"
    case .duplicates: "share of a table's rows that may have become copies of others"
    case .orphans: "share of a column's values that may refer to rows that are not there, where none did"
    }
  }

  public var byDefault: Double {
    switch self {
    case .rowsLost: 0.5
    case .rowsLostWarning: 0.2
    case .valuesChanged: 0.9
    case .valuesAlike: 0.9
    case .valuesNull: 0.5
    case .longValuesLost: 0.1
    case .bytesShifted: 0.35
    case .monthLost: 0.5
    case .future: 0.1
    case .duplicates: 0.3
    case .orphans: 0.002
    }
  }
}
