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

  public func run() async throws {
    try await cancelWhenGracefulShutdown {
      // Said once for each, not every minute.
      var said: Set<String> = []
      while !Task.isCancelled {
        let problems = Set(await state.launcher.reap(stateFolder: state.folder))
        for problem in problems.subtracting(said) {
          logger.warning("something outlived its run and can't be removed", metadata: ["what": "\(problem)"])
        }
        said = problems
        do { try await Task.sleep(for: pause) } catch is CancellationError { return }
      }
    }
  }
}
