import ProofbackCore

/// One damage on a drill's page.
struct DrillRow: Sendable {
  var damage: String
  var mark: String
  var word: String
  var code: String?
  var message: String?
  /// What to do about it, where it was missed.
  var hint: String?
  var took: String

  /// - Parameter isNow: it is being tried.
  init(_ result: DrillResult, isNow: Bool) {
    damage = UntrustedText.line(result.damage).capitalizedFirst
    (mark, word) =
      switch result.outcome {
      case .caught: ("proven", DrillResult.Outcome.caught.spoken)
      case .missed: ("bad", DrillResult.Outcome.missed.spoken)
      case .warned, .untold: ("unsure", result.outcome?.spoken ?? "")
      case .notApplicable: ("never", DrillResult.Outcome.notApplicable.spoken)
      case nil: isNow ? ("running", "running") : ("never", "not tried")
      }
    code = result.code
    message = result.message.map { UntrustedText.line($0, limit: 500) }
    hint = result.otherwise.map { FormWords.hint($0).capitalizedFirst }
    took = result.seconds.map { Quantity.text(seconds: $0) } ?? ""
  }

  /// All of a drill: the first that was not tried is the one that is tried now.
  static func all(_ results: [DrillResult], isRunning: Bool) -> [DrillRow] {
    let now = isRunning ? results.firstIndex { $0.outcome == nil } : nil
    return results.indices.map { DrillRow(results[$0], isNow: $0 == now) }
  }
}

extension String {
  /// With a capital letter at its beginning.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
