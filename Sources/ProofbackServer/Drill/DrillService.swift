import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle

/// Carries out drills that wait, one after the other. What a server leaves in the middle of it, or another one that is
/// gone, goes on with the first damage that was not tried.
public struct DrillService: Service {
  private let state: ServerState
  private let dispatcher: Dispatcher
  private let logger: Logger
  private let pace: Duration

  /// - Parameter pace: between two looks at what waits, and at whether what goes on is still wanted.
  public init(_ state: ServerState, dispatcher: Dispatcher, logger: Logger, pace: Duration = .seconds(1)) {
    self.state = state
    self.dispatcher = dispatcher
    self.logger = logger
    self.pace = pace
  }

  public func run() async throws {
    try await withTaskExecutorPreference(state.threads) {
      try await cancelWhenGracefulShutdown {
        while !Task.isCancelled {
          await carryOutNext()
          do { try await Task.sleep(for: pace) } catch is CancellationError { return }
        }
      }
    }
  }

  private func carryOutNext() async {
    do {
      let drill = try state.kept.drillQueue.claim(
        by: dispatcher.name, silence: Dispatcher.silence, now: state.now())
      guard let drill else { return }
      try await DrillExecution(state: state, dispatcher: dispatcher, drill: drill, pace: pace).carryOut()
    } catch {
      logger.error("a drill could not be carried out", metadata: ["error": "\(error)"])
    }
  }
}
