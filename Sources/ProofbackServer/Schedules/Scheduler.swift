import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle

/// Makes runs of schedules whose time has come.
public struct Scheduler: Service {
  private let state: ServerState
  private let dispatcher: Dispatcher
  private let logger: Logger
  /// Schedules that fire in one transaction: few enough that nobody waits long for it.
  private static let batch = 200

  public init(_ state: ServerState, dispatcher: Dispatcher, logger: Logger) {
    self.state = state
    self.dispatcher = dispatcher
    self.logger = logger
  }

  public func run() async throws {
    try await withTaskExecutorPreference(state.threads) {
      try await cancelWhenGracefulShutdown {
        while !Task.isCancelled {
          fireAll()
          do { try await Task.sleep(for: .seconds(1)) } catch is CancellationError { return }
        }
      }
    }
  }

  private func fireAll() {
    do {
      while !Task.isCancelled {
        let due = try state.kept.schedules.fireDue(now: state.now(), limit: Self.batch)
        if due > 0 { dispatcher.ring() }
        if due < Self.batch { return }
      }
    } catch {
      logger.error("schedules could not be carried out", metadata: ["error": "\(error)"])
    }
  }
}
