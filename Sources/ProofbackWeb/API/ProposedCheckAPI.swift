import Hummingbird
import ProofbackCore
import ProofbackServer

/// Checks that the passed runs of a restore test suggest.
enum ProposedCheckAPI {
  struct Item: Encodable, Sendable {
    /// Each in one line, as `checks` of a schedule has them.
    var checks: [String]
    /// From so many; there are none below three.
    var passedRuns: Int
  }

  @Sendable static func list(_ visit: APIVisit) throws -> Response {
    let proposed = try CheckRequests(visit.state).proposed(for: ScheduleAPI.schedule(visit).test)
    return try visit.json(Item(checks: proposed.checks.map(\.text), passedRuns: proposed.runs))
  }

  /// Takes over those that are named; what is not proposed is refused.
  @Sendable static func accept(_ visit: APIVisit) throws -> Response {
    let schedule = try ScheduleAPI.schedule(visit)
    let lines = try visit.body.form(["checks": .lines])["checks"] ?? ""
    let wanted = Set(lines.split(separator: "\n").map(String.init))
    let proposed = Set(try CheckRequests(visit.state).proposed(for: schedule.test).checks.map(\.text))
    if let other = wanted.subtracting(proposed).sorted().first {
      throw FormProblems("checks", "'\(UntrustedText.line(other, limit: 80))' is not proposed")
    }
    try CheckRequests(visit.state).accept(
      wanted, of: schedule, form: ScheduleRequests.Form(schedule), by: visit.actor)
    return try visit.json(ScheduleAPI.item(ScheduleAPI.schedule(visit), visit))
  }
}
