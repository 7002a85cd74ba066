import ProofbackServer

/// Problems by field, as templates show them beside it.
enum FieldProblems {
  static func texts(_ problems: FormProblems?) -> [String: String] {
    var texts: [String: String] = [:]
    for problem in problems?.problems ?? [] where texts[problem.field] == nil {
      texts[problem.field] = problem.hint.isEmpty ? problem.fact : "\(problem.fact): \(problem.hint)"
    }
    return texts
  }
}
