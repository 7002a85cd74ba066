public import Foundation

/// What whoever measures rows is told.
public struct Measuring: Sendable, Codable, Equatable {
  /// What hashes are keyed with.
  public var key: UInt64
  /// The time that ages are judged by: what is later is in the future.
  public var asOf: Date

  public init(key: UInt64, asOf: Date) {
    self.key = key
    self.asOf = asOf
  }
}
