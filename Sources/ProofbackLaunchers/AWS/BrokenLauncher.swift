import ProofbackCore

/// Stands where a workplace's options are none that this version takes: each run says why.
struct BrokenLauncher: Launcher {
  let name: String
  let problem: any Error

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    let problem = problem as? OptionProblem
    throw RunTrouble(
      AWSFindings.refused, "the workplace's \(problem?.option ?? "options"): \(problem?.fact ?? "they can't be read")",
      hint: "correct it under Workplaces")
  }
}
