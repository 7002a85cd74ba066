import ProofbackCore

/// Sums over all rows: the same for the same rows, in whatever order they come.
struct RowSums {
  private let columns: [ProfilePlan.Column]
  private let hasKey: Bool
  /// Of the row that is being read.
  private var cells: [UInt64]
  private var place = 0
  private var columnSums: [UInt64]
  private var sum: UInt64 = 0

  init(_ columns: [ProfilePlan.Column]) {
    self.columns = columns
    hasKey = columns.contains { $0.isKey && $0.isSummed }
    cells = [UInt64](repeating: 0, count: columns.count)
    columnSums = cells
  }

  mutating func add(_ hash: UInt64) {
    guard place < cells.count else { return }
    cells[place] = hash
    place += 1
  }

  /// A value counts together with its row's key, so that values that changed places are seen; of a table without a key, and
  /// of the key itself, by itself.
  mutating func endRow() {
    var row: UInt64 = 0
    var key: UInt64 = 0
    for index in columns.indices where columns[index].isSummed {
      row = CellHash.combine(row, cells[index])
      if columns[index].isKey { key = CellHash.combine(key, cells[index]) }
    }
    for index in columns.indices where columns[index].isSummed {
      columnSums[index] &+= hasKey && !columns[index].isKey ? CellHash.combine(key, cells[index]) : cells[index]
    }
    sum &+= row
    place = 0
  }

  func finish(_ profile: inout TableProfile) {
    profile.sum = sum
    for index in columns.indices where columns[index].isSummed && profile.columns.indices.contains(index) {
      profile.columns[index].sum = columnSums[index]
    }
  }
}
