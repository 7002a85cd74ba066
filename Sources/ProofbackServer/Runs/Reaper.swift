import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle

/// Destroys what outlived its run: at the server's start, for whatever crashed before it, and every minute.
public struct Reaper: Service {
  private let state: ServerState
  private let logger: Logger
  private let pause: Duration

  public init(_ state: ServerState, logger: Logger, pause: Duration = .seconds(60)) {
    self.state = state
    self.logger = logger
    self.pause = pause
  }

  /// What can't be read goes on, as far as one knows.
  @Sendable private func isGoingOn(_ runID: String) -> Bool {
    let (run, drill) = (RunExecution.prefix, DrillExecution.prefix)
    do {
      if runID.hasPrefix(run) {
        return try state.kept.history.run(String(runID.dropFirst(run.count)))?.state == .running
      }
      guard runID.hasPrefix(drill), let number = runID.lastIndex(of: "-") else { return false }
      let id = runID[..<number].dropFirst(drill.count)
      return try state.kept.drills.drill(String(id))?.state == .running
    } catch {
      return true
    }
  }

  private func reap() async -> Set<String> {
    do {
      let launchers = try LauncherChoice(state: state).all()
      return await withTaskGroup(of: [String].self) { group in
        for launcher in launchers {
          group.addTask { await launcher.reap(stateFolder: state.folder, isGoingOn: isGoingOn) }
        }
        return await group.reduce(into: []) { $0.formUnion($1) }
      }
    } catch {
      return ["the workplaces can't be read: \(error)"]
    }
  }

  public func run() async throws {
    try await cancelWhenGracefulShutdown {
      // Said once for each, not every minute.
      var said: Set<String> = []
      while !Task.isCancelled {
        let problems = await reap()
        for problem in problems.subtracting(said) {
          logger.warning("something outlived its run and can't be removed", metadata: ["what": "\(problem)"])
        }
        said = problems
        do { try await Task.sleep(for: pause) } catch is CancellationError { return }
      }
    }
  }
}
