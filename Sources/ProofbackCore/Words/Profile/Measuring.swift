public import Foundation

/// What whoever measures rows is told.
public struct Measuring: Sendable, Codable, Equatable {
  /// What hashes are keyed with.
  public var key: UInt64
  /// The time that ages are judged by: what is later is in the future.
  public var asOf: Date
  /// What the hashes of sums over all rows are keyed with; without it there are none.
  public var checksumKey: UInt64?

  public init(key: UInt64, asOf: Date, checksumKey: UInt64? = nil) {
    self.key = key
    self.asOf = asOf
    self.checksumKey = checksumKey
  }
}
