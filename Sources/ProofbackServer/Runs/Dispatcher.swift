import Foundation
public import Logging
import ProofbackCore
public import ServiceLifecycle
import Synchronization

/// Starts waiting runs, at most so many at once.
public final class Dispatcher: Service {
  private let state: ServerState
  private let most: Int
  private let logger: Logger
  /// As it shows itself in the state.
  let name = Identifier.make()
  private struct Running {
    var task: Task<Void, Never>
    var workplace: String?
  }
  private let running = Mutex<[String: Running]>([:])
  private let lastBeat = Mutex(Date.distantPast)
  private let isEnding = Atomic(false)
  /// Places that are lent to what is no run. Held while places are given away.
  private let lent = Mutex(0)
  /// Seconds between signs of life.
  private static let pulse: TimeInterval = 5
  /// Seconds after which a dispatcher that shows none is gone.
  static let silence: TimeInterval = 4 * pulse
  private let wake: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  public init(_ state: ServerState, most: Int, logger: Logger) {
    self.state = state
    self.most = most
    self.logger = logger
    (wake, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Looks at once instead of at the next second.
  public func ring() { bell.yield() }

  /// Asks a running run to end.
  public func cancel(_ id: String) { running.withLock { $0[id] }?.task.cancel() }

  public func run() async throws {
    let bell = self.bell
    let ticker = Task {
      while !Task.isCancelled {
        bell.yield()
        try? await Task.sleep(for: .seconds(1))
      }
    }
    await withTaskExecutorPreference(state.threads) {
      await withGracefulShutdownHandler {
        for await _ in wake {
          keepAlive()
          cancelAsked()
          dispatch()
        }
      } onGracefulShutdown: {
        bell.finish()
      }
    }
    ticker.cancel()
    await endAll()
  }

  /// Says that this dispatcher is there, and ends the runs of those that are not any more.
  private func keepAlive() {
    let now = state.now()
    let isDue = lastBeat.withLock { last -> Bool in
      guard now.timeIntervalSince(last) >= Self.pulse else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    do {
      let others = lent.withLock { $0 } > 0 ? ", one of them a drill's" : ""
      try state.kept.queue.beat(name, waitingFor: "for one of \(most) runs that are going on\(others)", now: now)
      let interrupted = try state.kept.queue.endInterrupted(silence: Self.silence, now: now)
      if interrupted > 0 { logger.warning("runs were interrupted", metadata: ["runs": "\(interrupted)"]) }
    } catch {
      logger.error("the state can't be written", metadata: ["error": "\(error)"])
    }
  }

  /// Somebody may have asked another server to end a run of this one.
  private func cancelAsked() {
    guard running.withLock({ !$0.isEmpty }) else { return }
    do {
      for id in try state.kept.queue.cancelled(of: name) { cancel(id) }
    } catch {
      logger.error("the state can't be read", metadata: ["error": "\(error)"])
    }
  }

  private func dispatch() {
    do {
      try lent.withLock { lent in
        try claim(most - lent - running.withLock { $0.values.count { $0.workplace == nil } }, in: nil)
        // Of these the claim itself sees to it that no more go on than may: others start runs there, too.
        for workplace in try state.kept.workplaces.all() { try claim(workplace.limit, in: workplace.id) }
      }
    } catch {
      logger.error("runs could not be started", metadata: ["error": "\(error)"])
    }
  }

  private func claim(_ room: Int, in workplace: String?) throws {
    guard room > 0 else { return }
    for id in try state.kept.queue.waiting(limit: room, in: workplace) {
      guard let definition = try state.kept.queue.claim(id, by: name, now: state.now()) else { continue }
      start(id, definition)
    }
  }

  /// Takes a run's place for something else, which has to give it back; only where no run needs it now.
  /// - Parameter workplace: nil: on this machine. In others a drill that goes on counts as a run, wherever it is carried out.
  func lendPlace(in workplace: String?) throws -> Bool {
    try lent.withLock { lent in
      if let workplace { return try state.kept.queue.hasRoomForDrill(in: workplace) }
      guard try state.kept.queue.waiting(limit: 1).isEmpty,
        running.withLock({ $0.values.count { $0.workplace == nil } }) + lent < most
      else { return false }
      lent += 1
      return true
    }
  }

  func takePlaceBack(in workplace: String?) {
    if workplace == nil { lent.withLock { $0 -= 1 } }
    ring()
  }

  private func start(_ id: String, _ definition: RestoreTestDefinition) {
    let execution = RunExecution(state: state, id: id, definition: definition)
    running.withLock { running in
      let task = Task(executorPreference: state.threads) {
        await execution.carryOut { self.isEnding.load(ordering: .relaxed) }
        self.running.withLock { $0[id] = nil }
        self.ring()
      }
      running[id] = Running(task: task, workplace: definition.workplace)
    }
  }

  /// At the server's end: runs end as interrupted, their sandboxes are destroyed.
  private func endAll() async {
    isEnding.store(true, ordering: .relaxed)
    let tasks = running.withLock { $0.values.map(\.task) }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }
}
