import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle
import Synchronization

/// Sends what waits in the outbox. A channel that hangs holds up nobody but itself.
public final class OutboxService: Service {
  private let state: ServerState
  private let posting: Posting
  private let logger: Logger
  private let busy = Mutex<[String: Task<Void, Never>]>([:])
  private let wake: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation
  /// Longer than any attempt: who holds a message longer is gone.
  private static let lease: TimeInterval = 180
  private static let most = 16
  /// Seconds that a server which ends waits for messages under way; those that take longer are sent again later.
  private static let farewell = 8.0
  /// Days for which what was sent or given up is kept.
  private static let memory: TimeInterval = 30 * 86_400

  public init(_ state: ServerState, logger: Logger) {
    self.state = state
    self.logger = logger
    posting = Posting(state: state, logger: logger)
    (wake, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  public func run() async throws {
    let bell = self.bell
    let ticker = Task {
      while !Task.isCancelled {
        bell.yield()
        try? await Task.sleep(for: .seconds(1))
      }
    }
    var forgotten = ContinuousClock.now - .seconds(3600)
    await withGracefulShutdownHandler {
      for await _ in wake {
        let forgets = ContinuousClock.now - forgotten >= .seconds(3600)
        if forgets { forgotten = .now }
        look(forgets: forgets)
      }
    } onGracefulShutdown: {
      bell.finish()
    }
    ticker.cancel()
    await waitForThoseUnderWay()
  }

  private func look(forgets: Bool) {
    do {
      let now = state.now()
      if forgets { try state.kept.outbox.forget(before: now.addingTimeInterval(-Self.memory)) }
      for message in try state.kept.outbox.due(now: now, limit: 200) { try start(message) }
    } catch {
      logger.error("the outbox can't be read", metadata: ["error": "\(error)"])
    }
  }

  /// One at a time for each channel and each heartbeat's address.
  private func start(_ message: OutboxMessage) throws {
    let lane = message.channel ?? message.address ?? message.id
    let hasRoom = busy.withLock { $0[lane] == nil && $0.count < Self.most }
    guard hasRoom, try state.kept.outbox.claim(message, until: state.now().addingTimeInterval(Self.lease)) else {
      return
    }
    busy.withLock { busy in
      busy[lane] = Task {
        await self.posting.carryOut(message)
        self.busy.withLock { $0[lane] = nil }
        self.bell.yield()
      }
    }
  }

  private func waitForThoseUnderWay() async {
    let deadline = ContinuousClock.now + .seconds(Self.farewell)
    while busy.withLock({ !$0.isEmpty }), ContinuousClock.now < deadline {
      await Task.detached { try? await Task.sleep(for: .milliseconds(50)) }.value
    }
  }
}
