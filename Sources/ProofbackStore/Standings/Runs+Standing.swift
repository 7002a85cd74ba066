public import Foundation
import GRDB
public import ProofbackCore

extension Runs: StandingRepository {
  public func tally(provenSince: Date, byHandSince: Date) throws -> StandingTally {
    try state.read { database in
      var tally = StandingTally()
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT rank, COUNT(*), SUM(proven >= ?) FROM standing WHERE restoreTest IS NOT NULL OR ended >= ? GROUP BY rank
          """, arguments: [provenSince.milliseconds, byHandSince.milliseconds])
      while let row = try rows.next() {
        let (rank, count, lately): (Int, Int, Int) = (row[0], row[1], row[2])
        switch rank {
        case StandingSchema.Rank.bad: tally.bad = count
        case StandingSchema.Rank.unsure: tally.unsure = count
        case StandingSchema.Rank.never: tally.never = count
        default: (tally.proven, tally.provenBefore) = (lately, count - lately)
        }
      }
      tally.schedules =
        try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM schedule WHERE deleted IS NULL") ?? 0
      return tally
    }
  }

  public func needing(byHandSince: Date, limit: Int) throws -> [RunRecord] {
    try state.read {
      try RunRecord.fetchAll(
        $0,
        sql: """
          SELECT \(RunRecord.columns) FROM standing CROSS JOIN run ON run.id = standing.run \
          WHERE rank <= \(StandingSchema.Rank.unsure) AND (standing.restoreTest IS NOT NULL OR standing.ended >= ?) \
          ORDER BY standing.ended DESC LIMIT ?
          """, arguments: [byHandSince.milliseconds, limit])
    }
  }

  public func schedules(skipping: Int, limit: Int) throws -> [ScheduleStanding] {
    try state.read { database in
      try Row.values(
        database,
        sql: """
          SELECT \(Schedules.columns), \(Self.standingColumns) FROM (SELECT subject AS chosen FROM standing \
          WHERE restoreTest IS NOT NULL ORDER BY rank, proven, subject LIMIT ? OFFSET ?) \
          CROSS JOIN standing ON standing.subject = chosen \
          CROSS JOIN schedule ON schedule.restoreTest = chosen AND deleted IS NULL \
          CROSS JOIN restoreTest ON restoreTest.id = chosen
          """, arguments: [limit, skipping]
      ) { ScheduleStanding(schedule: try Schedules.schedule($0), standing: Self.standing($0)) }
    }
  }

  public func schedules(after: String?, limit: Int) throws -> [ScheduleStanding] {
    try state.read { database in
      var (condition, arguments) = ("deleted IS NULL", StatementArguments())
      if let after {
        let created = try Int64.fetchOne(
          database, sql: "SELECT created FROM schedule WHERE id = ?", arguments: [after])
        guard let created else { throw StoreError.notThere }
        condition += " AND (schedule.created, schedule.id) > (?, ?)"
        arguments += [created, after]
      }
      return try Row.values(
        database,
        sql: """
          SELECT \(Schedules.columns), \(Self.standingColumns) FROM schedule \
          CROSS JOIN restoreTest ON restoreTest.id = schedule.restoreTest \
          CROSS JOIN standing ON standing.subject = restoreTest.id \
          WHERE \(condition) ORDER BY schedule.created, schedule.id LIMIT ?
          """, arguments: arguments + [limit]
      ) { ScheduleStanding(schedule: try Schedules.schedule($0), standing: Self.standing($0)) }
    }
  }

  public func standing(of restoreTest: String) throws -> Standing? {
    try state.read {
      try Row.fetchOne(
        $0, sql: "SELECT \(Self.standingColumns) FROM standing WHERE subject = ?", arguments: [restoreTest]
      ).map(Self.standing)
    }
  }

  private static let standingColumns = "standing.rank, standing.ended, standing.proven, standing.recent"

  private static func standing(_ row: Row) -> Standing {
    let (ended, proven): (Int64, Int64) = (row["ended"], row["proven"])
    let verdict: Verdict? =
      switch row["rank"] as Int {
      case StandingSchema.Rank.bad: .failed
      case StandingSchema.Rank.unsure: .inconclusive
      case StandingSchema.Rank.never: nil
      default: .passed
      }
    // Bytes, not characters: a page has some thousand of them.
    let results = (row["recent"] as String).utf8.split(separator: UInt8(ascii: " "))
    return Standing(
      verdict: verdict, ended: ended > 0 ? Date(milliseconds: ended) : nil,
      proven: proven > 0 ? Date(milliseconds: proven) : nil,
      lastRun: results.first.flatMap { String(Substring($0.dropFirst())) },
      recent: results.map { Self.verdict($0.first) })
  }

  private static func verdict(_ letter: UInt8?) -> Verdict {
    switch letter {
    case UInt8(ascii: "p"): .passed
    case UInt8(ascii: "f"): .failed
    default: .inconclusive
    }
  }
}
