public import Foundation

/// Earlier passed runs of the same restore test.
public struct Baseline: Sendable, Codable, Equatable {
  public static let currentVersion = 1
  public var version = Self.currentVersion
  /// What the hashes in it are keyed with. Made once for a restore test.
  public var key: UInt64
  /// The newest passed run.
  public var newest: PassedRun
  /// What moved from one passed run to the next before it, oldest first: what tolerances are learned from.
  public var steps: [BaselineStep]
  public static let mostSteps = 30

  public init(key: UInt64, newest: PassedRun, steps: [BaselineStep] = []) {
    self.key = key
    self.newest = newest
    self.steps = steps
  }
}

/// A passed run, as later ones need it.
public struct PassedRun: Sendable, Codable, Equatable {
  public var runID: String
  /// The time that ages were judged by.
  public var asOf: Date
  public var source: SourceObject?
  /// When the dump says that it was made.
  public var dumpedAt: Date?
  public var profile: DatabaseProfile
  /// Answers to the questions of checks, by the question; nil: there were none.
  public var answers: [String: CheckAnswer]?

  public init(runID: String, asOf: Date, source: SourceObject?, dumpedAt: Date?, profile: DatabaseProfile) {
    self.runID = runID
    self.asOf = asOf
    self.source = source
    self.dumpedAt = dumpedAt
    self.profile = profile
  }
}

/// What was different between two passed runs that came after each other.
public struct BaselineStep: Sendable, Codable, Equatable {
  public var asOf: Date
  /// Seconds between both runs' times.
  public var seconds: Double
  public var tables: [String: TableStep]
  public init(asOf: Date, seconds: Double, tables: [String: TableStep]) {
    self.asOf = asOf
    self.seconds = seconds
    self.tables = tables
  }
}

public struct TableStep: Sendable, Codable, Equatable {
  public var rowsBefore: UInt64
  public var rowsAfter: UInt64
  /// Share of the sampled rows that were gone, 0 to 1.
  public var goneShare: Double
  /// By column: share of the sampled rows that stayed whose value was another one, 0 to 1; those that are 0 left out.
  public var changedShares: [String: Double]
  /// Whether the newest moment of any column moved on.
  public var hasMoved: Bool
  public init(
    rowsBefore: UInt64, rowsAfter: UInt64, goneShare: Double, changedShares: [String: Double], hasMoved: Bool
  ) {
    self.rowsBefore = rowsBefore
    self.rowsAfter = rowsAfter
    self.goneShare = goneShare
    self.changedShares = changedShares
    self.hasMoved = hasMoved
  }
}
