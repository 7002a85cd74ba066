import ProofbackCore

extension RestoreRun {
  /// Starts a server in a sandbox without a backup. What its data folder is copied from lies ready for later runs then, and the
  /// report says how long the first took.
  /// - Throws: always: `AlreadyDecided` when the server has answered.
  func prepare() async throws {
    guard let type = specification.type, let engine = plugins.engines.first(where: { $0.types.contains(type) }) else {
      let named = UntrustedText.line(specification.type?.rawValue ?? "")
      throw RunTrouble(RunFindings.unknownType, "no engine serves the type \(named)")
    }
    let head = ContentHead(bytes: [], fileName: "")
    let chosen = ChosenEngine(
      engine: engine, recognition: Recognition(type: type, format: "\(type)"), type: type, head: head,
      content: .stream(MemoryReader([])))
    _ = try await start(chosen, in: makeSandbox(for: chosen))
    throw AlreadyDecided()
  }
}
