public import Foundation
public import ProofbackCore

/// How long a schedule goes on.
public enum Repetition: Sendable, Codable, Equatable {
  case forEver
  case times(Int)
  case until(Date)
}

/// When a restore test runs.
public struct Schedule: Sendable, Equatable, Identifiable {
  public var id: String
  public var test: RestoreTest
  public var rule: ScheduleRule
  /// Runs that are still to come; nil: no number is set.
  public var remaining: Int?
  public var until: Date?
  /// Nil: it is over.
  public var next: Date?
  public var paused: Date?
  public var created: Date
}

enum ScheduleSchema {
  static let first = """
    CREATE TABLE schedule (
      id TEXT PRIMARY KEY, restoreTest TEXT NOT NULL REFERENCES restoreTest (id), rule TEXT NOT NULL,
      remaining INTEGER, until INTEGER, next INTEGER, paused INTEGER, created INTEGER NOT NULL, deleted INTEGER
    ) STRICT;
    CREATE INDEX scheduleByNext ON schedule (next) WHERE next IS NOT NULL AND paused IS NULL AND deleted IS NULL;
    CREATE INDEX scheduleByTest ON schedule (restoreTest);
    """
}
