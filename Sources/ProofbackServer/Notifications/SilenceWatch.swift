import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle

/// Looks for what should have happened and did not.
public struct SilenceWatch: Service {
  private let state: ServerState
  private let logger: Logger
  /// Seconds after its time at which a schedule is late.
  static let grace: TimeInterval = 3600
  private static let pulse = 60
  /// Seconds that a stolen token stands on home; the audit trail keeps it.
  private static let claimMemory: TimeInterval = 7 * 86_400

  public init(_ state: ServerState, logger: Logger) {
    self.state = state
    self.logger = logger
  }

  public func run() async throws {
    try await cancelWhenGracefulShutdown {
      // Not at once: a server that comes back first does what it missed.
      while true {
        do { try await Task.sleep(for: .seconds(Self.pulse)) } catch is CancellationError { return }
        look()
      }
    }
  }

  func look() {
    do {
      let now = state.now()
      let late = try state.kept.alerts.overdue(grace: Self.grace, now: now)
      try state.kept.alerts.reconcile(late: late, now: now)
      try state.kept.alerts.closeClaims(before: now - Self.claimMemory, now: now)
      try state.kept.alerts.tell(now: now)
    } catch {
      logger.error("alarms could not be looked after", metadata: ["error": "\(error)"])
    }
  }
}
