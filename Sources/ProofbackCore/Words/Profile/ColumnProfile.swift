public import Foundation

/// What a column is for its profile: which measures say something about it.
public enum ColumnKind: String, Sendable, Codable, Equatable {
  case number
  /// A moment: date and time of day, or a number that counts seconds since 1970.
  case time
  /// A date without a time of day: a person's birthday as well as a day of booking.
  case date
  case text
  case bytes
  /// None of these: arrays, geometry, ranges, documents.
  case other
}

/// How one column's values are distributed: counts and rounded buckets, never a value.
public struct ColumnProfile: Sendable, Codable, Equatable {
  public var name: String
  public var kind: ColumnKind
  /// Values that are not NULL.
  public var values: UInt64 = 0
  public var nulls: UInt64 = 0
  /// How many different values there are, estimated to about 6 %.
  public var distinct: UInt64 = 0
  /// Values by length in bytes: bucket 0 is empty, bucket n holds lengths of n binary digits (2^(n-1) to 2^n - 1).
  public var lengths: [UInt64] = []
  /// Bytes by value, in 32 groups of eight, of the looked-at part of the looked-at values.
  public var byteGroups: [UInt64] = []
  /// Looked-at values that show a trait, in the order of `TextTrait`; and how many were looked at.
  public var traits: [UInt64] = []
  public var looked: UInt64 = 0
  /// Looked-at numbers by sign and rounded magnitude: 0, or ±(1 + 2·log2|value| + 64) rounded.
  public var numbers: [Int: UInt64] = [:]
  /// Moments by month, counted from January of the year 0.
  public var months: [Int: UInt64] = [:]
  /// Moments by day since 1970, of the last 62 days before the newest that is not in the future.
  public var days: [Int: UInt64] = [:]
  /// The newest moment, to the second; nil for a date without time of day.
  public var newest: Date?
  /// Of the different values' hashes the least ones: what references of other columns are found by. Not kept in a baseline.
  public var leastHashes: [UInt64]?
  /// Sum of the hashes of all values, each together with its row's key: the same rows have the same, in any order. Nil
  /// where none was asked for, or where the column's values need not come back as they were.
  public var sum: UInt64?

  public init(name: String, kind: ColumnKind) {
    self.name = name
    self.kind = kind
  }

  public var rows: UInt64 { values + nulls }
  public func count(_ trait: TextTrait) -> UInt64 {
    traits.indices.contains(trait.rawValue) ? traits[trait.rawValue] : 0
  }
  /// Share of the looked-at values with a trait, 0 to 1.
  public func share(of trait: TextTrait) -> Double { looked == 0 ? 0 : Double(count(trait)) / Double(looked) }
  /// Bits per byte of the looked-at bytes by groups, 0 (one group) to 5 (all alike); nil without any.
  public var entropy: Double? {
    let total = byteGroups.reduce(0, +)
    guard total > 0 else { return nil }
    return byteGroups.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / Double(total)
      return sum - share * log2(share)
    }
  }
}

/// What a text may show of its character set and what was done to it.
public enum TextTrait: Int, Sendable, Codable, CaseIterable {
  /// Bytes beyond ASCII.
  case beyondASCII
  /// UTF-8 sequences of four bytes: emoji, rare ideographs.
  case fourBytes
  case questionMark
  /// Two question marks or more in a row.
  case questionMarks
  /// U+FFFD, which converters put where they did not understand.
  case replacement
  /// UTF-8 that was taken for Latin-1 or Windows-1252 and encoded again.
  case mojibake
  /// Control characters but tab and line ends.
  case control
  /// Not UTF-8.
  case invalid
  /// Blanks: what base64 and ciphers have none of.
  case blank
}
