import ProofbackCore

/// Finds the launcher of a run's workplace.
struct LauncherChoice: Sendable {
  let state: ServerState

  /// - Parameter id: of a workplace; nil: this machine.
  /// - Throws: `FormProblems` when there is none such any more.
  func launcher(for id: String?) throws -> any Launcher {
    guard let id else { return state.launcher }
    let (workplace, kind) = try found(id)
    return kind.launcher(workplace.options, in: try surroundings)
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

  /// Of this machine and of all workplaces that this version knows.
  func all() throws -> [any Launcher] {
    let surroundings = try surroundings
    return [state.launcher]
      + (try state.kept.workplaces.all().compactMap { workplace in
        state.launchers.kind(workplace.kind)?.launcher(workplace.options, in: surroundings)
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
