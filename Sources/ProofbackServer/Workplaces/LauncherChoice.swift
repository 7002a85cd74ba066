import ProofbackCore

/// Finds the launcher of a run's workplace.
struct LauncherChoice: Sendable {
  let state: ServerState

  /// Carries a run out in its workplace, when the preflight has nothing against it.
  /// - Parameters:
  ///   - id: of a workplace; nil: this machine.
  ///   - restoreTest: by whose past it is foreseen what the run takes.
  ///   - started: told of each machine, with what it costs an hour.
  /// - Throws: as launchers do; `FormProblems` when there is no such workplace any more.
  func launch(
    _ assignment: Assignment, in id: String?, restoreTest: String?, events: any EventSink,
    started: @escaping @Sendable (MachineUse, _ perHour: Double) -> Void
  ) async throws -> RunReport {
    guard let id else { return try await state.launcher.launch(assignment, events: events) }
    let (workplace, kind) = try found(id)
    var surroundings = try surroundings
    let looks = kind.looksFirst(workplace.options)
    guard looks || !kind.isHere else {
      return try await kind.launcher(workplace.options, in: surroundings).launch(assignment, events: events)
    }
    switch try await Preflight(state: state).look(assignment, restoreTest: restoreTest, looks: looks) {
    case .refused(let report): return report
    case .goes(let needs, let wasSeen, let notes):
      (surroundings.needs, surroundings.wasSeen) = (needs, wasSeen)
      let prices = try prices
      surroundings.prices = prices
      surroundings.started = { started($0, prices.perHour($0)) }
      for note in notes { events.send(.finding(note)) }
      var report = try await kind.launcher(workplace.options, in: surroundings).launch(assignment, events: events)
      report.findings += notes
      return report
    }
  }

  /// All that is paid for, by this version's figures and managers' own.
  var prices: PriceList {
    get throws { PriceList(state.launchers.kinds.flatMap(\.prices), own: try state.kept.settings.prices()) }
  }

  /// - Throws: `FormProblems`.
  func found(_ id: String) throws -> (Workplace, any LauncherKind) {
    guard let workplace = try state.kept.workplaces.workplace(id) else {
      throw FormProblems("workplace", "this workplace is not set up any more")
    }
    guard let kind = state.launchers.kind(workplace.kind) else {
      throw FormProblems("workplace", "this version does not know this kind of workplace")
    }
    return (workplace, kind)
  }

  /// Of this machine (nil) and of all workplaces that this version knows, by their id.
  func all() throws -> [(workplace: String?, launcher: any Launcher)] {
    let surroundings = try surroundings
    return [(nil, state.launcher)]
      + (try state.kept.workplaces.all().compactMap { workplace in
        state.launchers.kind(workplace.kind).map { (workplace.id, $0.launcher(workplace.options, in: surroundings)) }
      })
  }

  private var surroundings: LauncherSurroundings {
    get throws {
      let read = state.facilities.read
      return LauncherSurroundings(serverID: try state.kept.workplaces.serverID(), desk: state.launchers.desk) {
        try? read($0.location, $0.filePattern).reach
      }
    }
  }
}
