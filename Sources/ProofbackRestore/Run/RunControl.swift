import Foundation
public import ProofbackCore
import ProofbackSystem
import Synchronization

/// Stops a run from outside: time limit, a reached limit of the sandbox, cancel. The first reason counts.
public final class RunControl: Sendable {
  private struct State {
    var reason: Finding?
    var stoppers: [@Sendable () async -> Void] = []
    var limitProbe: LimitProbe?
    var isHolding = false
  }
  private let state = Mutex(State())

  public init() {}

  /// Why the run was stopped; nil while it was not.
  public var stopped: Finding? { state.withLock { $0.reason } }

  /// Stops the run: what it waits for is ended, so that its stages return. Safe twice.
  public func stop(because reason: Finding) async {
    let stoppers = state.withLock { state -> [@Sendable () async -> Void] in
      if state.reason != nil { return [] }
      if state.isHolding {
        // The verdict stands; only the person's look inside is over.
        state.isHolding = false
        return []
      }
      state.reason = reason
      defer { state.stoppers = [] }
      return state.stoppers.reversed()
    }
    for stopper in stoppers { await stopper() }
  }

  /// Registers what must end for the current stage to return; called at once when the run was stopped already.
  func onStop(_ stopper: @escaping @Sendable () async -> Void) async {
    let already = state.withLock { state in
      if state.reason == nil { state.stoppers.append(stopper) }
      return state.reason != nil
    }
    if already { await stopper() }
  }

  /// Tells whether a limit of the sandbox was reached; `now`: looks at once.
  typealias LimitProbe = @Sendable (_ now: Bool) -> Finding?

  /// Asked four times a second what the sandbox has seen, and freshly by `noticeLimit`.
  func probeLimits(_ probe: @escaping LimitProbe) {
    state.withLock { $0.limitProbe = probe }
  }

  /// Asks at once: what a stage stumbled over may be a limit that the next look would have found.
  func noticeLimit() async {
    guard let probe = state.withLock({ $0.limitProbe }) else { return }
    if let limit = try? await Blocking.run("limits", { probe(true) }) { await stop(because: limit) }
  }

  /// Waits until the time is over or the run is stopped.
  func hold(seconds: Double) async {
    state.withLock { $0.isHolding = $0.reason == nil }
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(seconds))
    while state.withLock({ $0.isHolding }), clock.now < end { try? await Task.sleep(for: .milliseconds(200)) }
    state.withLock { $0.isHolding = false }
  }

  /// Carries out `work` with the clock running and the limits watched.
  func watch(limits: Limits, _ work: () async -> Void) async {
    let watcher = Task { [self] in
      let clock = ContinuousClock()
      let deadline = clock.now.advanced(by: .seconds(limits.seconds))
      while !Task.isCancelled {
        let isHolding = state.withLock { $0.isHolding }
        if clock.now >= deadline, !isHolding { return await stop(because: RunFindings.timedOut(after: limits.seconds)) }
        if let limit = state.withLock({ $0.limitProbe })?(false) { return await stop(because: limit) }
        try? await Task.sleep(for: .milliseconds(250))
      }
    }
    await work()
    watcher.cancel()
  }
}
