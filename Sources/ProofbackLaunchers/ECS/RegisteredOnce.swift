import ProofbackCore

/// Runs that begin together register what their tasks are made from once: who comes while it is asked for waits for the
/// answer.
actor RegisteredOnce {
  private struct Place: Hashable {
    var access: AWSAccess
    var region: String
    var family: String
  }

  private var asked: [Place: Task<Void, any Error>] = [:]

  /// - Throws: what AWS said to the one that asked.
  func register(_ definition: ECS.TaskDefinition, by tasks: ECSTasks) async throws {
    let place = Place(access: tasks.options.access, region: tasks.options.region, family: definition.family)
    let question =
      asked[place]
      ?? Task {
        defer { asked[place] = nil }
        try await tasks.register(definition)
      }
    asked[place] = question
    try await question.value
  }
}
