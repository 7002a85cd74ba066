import Foundation
import ProofbackCore

/// What a table's columns are, for whoever measures its rows: a letter for each, in the order in which they come, a `!`
/// behind those of the key, a `-` behind those of whose values there is no sum.
struct ProfilePlan: Equatable, Sendable {
  struct Column: Equatable, Sendable {
    var kind: ColumnKind
    var isKey: Bool
    /// Bytes written as hexadecimal digits behind `\x`.
    var isHexadecimal = false
    /// Whether its values come back as they were: of what is computed, or written with fewer digits, there is no sum.
    var isSummed = true
  }
  var measuring: Measuring
  var columns: [Column]

  private static let letters: [(Character, ColumnKind)] = [
    ("n", .number), ("t", .time), ("d", .date), ("c", .text), ("b", .bytes), ("o", .other),
  ]

  init(_ measuring: Measuring, columns: [Column]) {
    self.measuring = measuring
    self.columns = columns
  }

  var text: String {
    "\(String(measuring.key, radix: 16))\(measuring.checksumKey.map { "," + String($0, radix: 16) } ?? ""):\(Int(measuring.asOf.timeIntervalSince1970)):"
      + columns.map { column in
        let letter = Self.letters.first { $0.1 == column.kind }?.0 ?? "o"
        return "\(column.isHexadecimal ? "x" : letter)\(column.isKey ? "!" : "")\(column.isSummed ? "" : "-")"
      }.joined()
  }

  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let seconds = Int(parts[1]) else { return nil }
    let keys = parts[0].split(separator: ",").compactMap { UInt64($0, radix: 16) }
    guard let key = keys.first else { return nil }
    measuring = Measuring(
      key: key, asOf: Date(timeIntervalSince1970: Double(seconds)), checksumKey: keys.count > 1 ? keys[1] : nil)
    columns = []
    for letter in parts[2] {
      if letter == "!" || letter == "-" {
        guard !columns.isEmpty else { return nil }
        if letter == "!" {
          columns[columns.count - 1].isKey = true
        } else {
          columns[columns.count - 1].isSummed = false
        }
      } else if letter == "x" {
        columns.append(Column(kind: .bytes, isKey: false, isHexadecimal: true))
      } else {
        guard let kind = Self.letters.first(where: { $0.0 == letter })?.1 else { return nil }
        columns.append(Column(kind: kind, isKey: false))
      }
    }
  }
}
