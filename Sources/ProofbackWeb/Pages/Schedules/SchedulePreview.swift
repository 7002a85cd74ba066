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

  static func times(_ form: ScheduleRequests.Form, _ visit: Visit) -> Times {
    do {
      let rule = try ScheduleRequests.rule(form)
      let most = form.repetition == "times" ? min(count, max(0, Int(form.times) ?? count)) : count
      // A last day holds to its end.
      let times = rule.next(most, after: visit.now).map {
        (text: ZonedTime.text($0, rule.timeZone), day: ZonedTime.weekday($0, rule.timeZone))
      }.filter { form.repetition != "until" || form.until.isEmpty || $0.text.prefix(10) <= form.until }
      return Times(
        times: times.map { "\($0.day) \($0.text)" }, problem: times.isEmpty ? "it never comes" : nil)
    } catch let problem as FormProblem {
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
