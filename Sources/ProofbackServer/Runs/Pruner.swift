import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle

/// Takes away what runs left behind when it is older than managers want to keep it, a little at a time.
public struct Pruner: Service {
  private static let batch = 200
  private let state: ServerState
  private let logger: Logger

  public init(_ state: ServerState, logger: Logger) {
    self.state = state
    self.logger = logger
  }

  public func run() async throws {
    await withTaskExecutorPreference(state.threads) {
      await cancelWhenGracefulShutdown {
        // Not in the first minute, in which a server that comes back has other things to do.
        try? await Task.sleep(for: .seconds(60))
        while !Task.isCancelled {
          await prune()
          try? await Task.sleep(for: .seconds(3600))
        }
      }
    }
  }

  /// All that is to be taken away now. Others write between the batches.
  public func prune() async {
    do {
      let retention = try state.kept.settings.retention()
      try await repeated { try state.kept.pruning.pruneDetails(before: day(retention.detailDays), batch: Self.batch) }
      guard let days = retention.runDays else { return }
      try await repeated { try state.kept.pruning.pruneRuns(before: day(days), batch: Self.batch) }
    } catch is CancellationError {
      return
    } catch {
      logger.error("old runs could not be taken away", metadata: ["error": "\(error)"])
    }
  }

  private func repeated(_ work: () throws -> Bool) async throws {
    while try work() { try await Task.sleep(for: .milliseconds(50)) }
  }

  private func day(_ ago: Int) -> Date { state.now().addingTimeInterval(-86_400 * Double(ago)) }
}
