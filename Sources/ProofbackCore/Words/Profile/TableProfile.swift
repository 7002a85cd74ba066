public import Foundation

/// How one table's rows are distributed.
public struct TableProfile: Sendable, Codable, Equatable {
  public var database: String
  public var name: String
  public var rows: UInt64
  /// How many different rows there are, estimated to about 6 %.
  public var distinctRows: UInt64
  /// In the order in which the table has them. Empty where they were not looked at.
  public var columns: [ColumnProfile]
  /// Nil where a table's rows were not looked at.
  public var sample: RowSample?
  /// Columns that hold digests of others.
  public var digests: [DigestClaim]?
  /// Sum of the hashes of all rows, of the columns that have one.
  public var sum: UInt64?

  public init(
    database: String = "", name: String = "", rows: UInt64 = 0, distinctRows: UInt64 = 0,
    columns: [ColumnProfile] = [],
    sample: RowSample? = nil
  ) {
    self.database = database
    self.name = name
    self.rows = rows
    self.distinctRows = distinctRows
    self.columns = columns
    self.sample = sample
  }

  public var text: String { database.isEmpty ? name : "\(database).\(name)" }
}

/// The same rows, run after run: those whose key has the least hashes, and three bytes for each of their
/// values. The first tells that a value changed and not what it is; hashes and bytes are keyed.
public struct RowSample: Sendable, Codable, Equatable {
  /// Whether the keys are a primary or unique key's; else they are of whole rows, and there are no cells.
  public var isKeyed: Bool
  /// Whether every row of the table is in it.
  public var isComplete: Bool
  /// Ascending, eight bytes each, little-endian.
  public var keys: Data
  /// By row and column three bytes: the value's fingerprint, and its shape (its length; a magnitude; minute with second,
  /// and hour).
  public var cells: Data
  public static let bytesPerCell = 3

  public init(isKeyed: Bool, isComplete: Bool, keys: Data, cells: Data) {
    self.isKeyed = isKeyed
    self.isComplete = isComplete
    self.keys = keys
    self.cells = cells
  }

  public var count: Int { keys.count / 8 }
  public var hashes: [UInt64] {
    keys.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }
  }
}

/// A column of hexadecimal digests, and the column whose values they are of, by their places.
public struct DigestClaim: Sendable, Codable, Equatable {
  public var column: Int
  public var content: Int
  public var algorithm: String
  /// Rows in which the digest is the value's, and in which it is another.
  public var holds: UInt64
  public var broken: UInt64
  public init(column: Int, content: Int, algorithm: String, holds: UInt64, broken: UInt64) {
    self.column = column
    self.content = content
    self.algorithm = algorithm
    self.holds = holds
    self.broken = broken
  }
}

/// Where a column's values are another table's keys, as was found in the rows, declared or not.
public struct Reference: Sendable, Codable, Equatable, Hashable {
  public var table: String
  public var column: String
  public var parent: String
  public var parentColumn: String
  public init(table: String, column: String, parent: String, parentColumn: String) {
    self.table = table
    self.column = column
    self.parent = parent
    self.parentColumn = parentColumn
  }
}
