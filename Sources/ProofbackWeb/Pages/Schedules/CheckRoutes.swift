import Hummingbird
import ProofbackCore
import ProofbackServer

/// A restore test's checks of one's own, and those that are proposed.
enum CheckRoutes {
  struct Content: Sendable {
    struct Item: Sendable {
      /// Its place, for the form.
      var number: Int
      var name: String
      var question: String
      var expectation: String
      var text: String

      init(_ check: Check, number: Int) {
        self.number = number
        name = UntrustedText.line(check.name, limit: 100)
        question = UntrustedText.line(
          check.question.text + (check.question.database.map { " in \($0)" } ?? ""), limit: 400)
        expectation = UntrustedText.line(check.expectation.text, limit: 200)
        text = check.text
      }
    }

    var id: String
    var name: String
    var sentence: String
    var own: [Item]
    var hasOwn: Bool
    var proposed: [Item]
    var hasProposed: Bool
    /// Why nothing is proposed.
    var nothing: String

    init(_ schedule: Schedule, _ proposed: CheckRequests.Proposed) {
      id = schedule.id
      name = UntrustedText.line(schedule.test.name, limit: 120)
      let checks = schedule.test.definition.checks ?? []
      own = checks.enumerated().map { Item($1, number: $0) }
      hasOwn = !own.isEmpty
      self.proposed = proposed.checks.enumerated().map { Item($1, number: $0) }
      hasProposed = !proposed.checks.isEmpty
      sentence =
        own.isEmpty
        ? "\(name) has no checks of its own." : "\(name) has \(Quantity.text(own.count, "check")) of its own."
      nothing =
        proposed.runs < CheckProposals.runsNeeded
        ? "When it has passed \(CheckProposals.runsNeeded) times, checks are proposed here. It has passed \(Quantity.text(proposed.runs, "time")) since its baseline began."
        : "Nothing is proposed that it does not check already."
    }
  }

  @Sendable static func show(_ visit: Visit) throws -> Response {
    let schedule = try ScheduleRoutes.schedule(visit)
    return visit.page(
      "checks", "Checks of \(schedule.test.name)",
      Content(schedule, try CheckRequests(visit.state).proposed(for: schedule.test)))
  }

  @Sendable static func accept(_ visit: Visit) throws -> Response {
    let schedule = try ScheduleRoutes.schedule(visit)
    let chosen = visit.form.filter { $0.key.hasPrefix("check-") }.values
    do {
      try CheckRequests(visit.state).accept(
        Set(chosen), of: schedule, form: ScheduleRequests.Form(schedule), by: visit.actor)
      return visit.go(to: "/schedules/\(schedule.id)/checks")
    } catch let problems as FormProblems {
      // Something was taken away since it was saved: its form says what.
      return try ScheduleRoutes.form(
        visit, ScheduleRequests.Form(schedule), action: "/schedules/\(schedule.id)",
        title: "Modify \(schedule.test.name)", problems: problems)
    }
  }
}
