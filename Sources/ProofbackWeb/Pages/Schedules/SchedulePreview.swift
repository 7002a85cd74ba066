import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// The next times of a form that is being filled in.
enum SchedulePreview {
  private static let count = 5

  struct Times: Sendable, Encodable {
    var times: [String]
    /// What is wrong with the rule, when there are none for that.
    var problem: String?
  }

  /// For the form's script: the form's fields come in the address.
  @Sendable static func show(_ visit: Visit) throws -> Response {
    var form = ScheduleRequests.Form()
    for (name, field) in ScheduleRequests.Form.ruleFields { visit.query(name).map { form[keyPath: field] = $0 } }
    return try visit.json(times(form, visit))
  }

  /// The next times of a form's rule, at most five; none: it never comes.
  /// - Throws: `FormProblems`.
  static func dates(_ form: ScheduleRequests.Form, now: Date) throws -> [Date] {
    let rule = try ScheduleRequests.rule(form)
    let most = form.repetition == "times" ? min(count, max(0, Int(form.times) ?? count)) : count
    return rule.next(most, after: now).filter { time in
      // A last day holds to its end.
      form.repetition != "until" || form.until.isEmpty
        || ZonedTime.text(time, rule.timeZone).prefix(10) <= form.until
    }
  }

  static func times(_ form: ScheduleRequests.Form, _ visit: Visit) -> Times {
    do {
      let times = try dates(form, now: visit.now).map {
        "\(ZonedTime.weekday($0, form.timeZone)) \(ZonedTime.text($0, form.timeZone))"
      }
      return Times(times: times, problem: times.isEmpty ? "it never comes" : nil)
    } catch let problems as FormProblems {
      guard let problem = problems.problems.first else { return Times(times: [], problem: "it is no rule") }
      return Times(times: [], problem: problem.hint.isEmpty ? problem.fact : "\(problem.fact): \(problem.hint)")
    } catch {
      return Times(times: [], problem: "it is no rule")
    }
  }
}

extension ScheduleRequests.Form {
  /// What says when, by the names of the form's fields.
  static var ruleFields: [(String, WritableKeyPath<ScheduleRequests.Form, String>)] {
    [
      ("frequency", \.frequency), ("time", \.time), ("weekday", \.weekday), ("monthday", \.monthday), ("cron", \.cron),
      ("timeZone", \.timeZone), ("repetition", \.repetition), ("times", \.times), ("until", \.until),
    ]
  }
}
