public import Foundation

/// How a backup stands: what its newest runs said. It is kept with every end of a run, so that nobody has to read the runs
/// of the past for it.
public struct Standing: Sendable, Equatable {
  /// Of the newest ended run; nil when there is none.
  public var verdict: Verdict?
  public var ended: Date?
  /// When it was last proven restorable.
  public var proven: Date?
  /// The run that ended last.
  public var lastRun: String?
  /// The newest first, at most `mostResults`.
  public var recent: [Verdict]

  public static let mostResults = 90

  public init(verdict: Verdict?, ended: Date?, proven: Date?, lastRun: String?, recent: [Verdict]) {
    self.verdict = verdict
    self.ended = ended
    self.proven = proven
    self.lastRun = lastRun
    self.recent = recent
  }
}

/// A schedule with how its backup stands.
public struct ScheduleStanding: Sendable, Equatable {
  public var schedule: Schedule
  public var standing: Standing

  public init(schedule: Schedule, standing: Standing) {
    self.schedule = schedule
    self.standing = standing
  }
}

/// How many backups stand how.
public struct StandingTally: Sendable, Equatable {
  public var bad = 0
  public var unsure = 0
  /// Never tested.
  public var never = 0
  /// Proven by their newest run, lately.
  public var proven = 0
  /// Proven by their newest run, but longer ago.
  public var provenBefore = 0
  /// Schedules that are not deleted.
  public var schedules = 0

  /// What was proven before counts as proven longer ago.
  public static func provenSince(_ now: Date) -> Date { now.addingTimeInterval(-86_400) }

  /// What was tested by hand before is not spoken of.
  public static func byHandSince(_ now: Date) -> Date { now.addingTimeInterval(-7 * 86_400) }

  public var all: Int { bad + unsure + never + proven + provenBefore }
  public init() {}
}

/// How long what runs leave behind is kept.
public struct Retention: Sendable, Equatable {
  /// Logs and reports.
  public var detailDays: Int
  /// Whole runs; nil: for ever.
  public var runDays: Int?

  public init(detailDays: Int = 400, runDays: Int? = nil) {
    self.detailDays = detailDays
    self.runDays = runDays
  }
}
