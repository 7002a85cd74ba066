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

  /// Each place by itself: one that does not answer keeps no other waiting.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      let rounds = Rounds(logger)
      await withDiscardingTaskGroup { group in
        while !Task.isCancelled {
          for (workplace, launcher) in await places(rounds) where await rounds.begins(workplace) {
            group.addTask {
              await rounds.ends(workplace, await launcher.reap(stateFolder: state.folder, isGoingOn: isGoingOn))
            }
          }
          do { try await Task.sleep(for: pause) } catch { return group.cancelAll() }
        }
      }
    }
  }

  private func places(_ rounds: Rounds) async -> [(workplace: String?, launcher: any Launcher)] {
    do { return try LauncherChoice(state: state).all() } catch {
      await rounds.ends("", ["the workplaces can't be read: \(error)"])
      return []
    }
  }

  /// Which places are being looked through, and what was wrong at each the last time.
  private actor Rounds {
    private let logger: Logger
    private var going: Set<String?> = []
    private var said: [String?: Set<String>] = [:]

    init(_ logger: Logger) { self.logger = logger }

    /// Whether nobody is at it yet.
    func begins(_ place: String?) -> Bool { going.insert(place).inserted }

    /// What is wrong is said once, not every minute.
    func ends(_ place: String?, _ problems: [String]) {
      going.remove(place)
      for problem in Set(problems).subtracting(said[place] ?? []) {
        logger.warning("something outlived its run and can't be removed", metadata: ["what": "\(problem)"])
      }
      said[place] = Set(problems)
    }
  }
}
