import ProofbackCore
import Synchronization

extension RunControl {
  /// Carries out `work`, but no longer than until the run is stopped: then it is cancelled, and after some seconds left
  /// behind, should it not heed that (a network file system that hangs).
  /// - Throws: what `work` throws; `run.cancelled` as `RunTrouble` when it was left behind.
  func untilStopped<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let first = FirstOutcome<Value>()
    let task = Task {
      do { first.set(.success(try await work())) } catch { first.set(.failure(error)) }
    }
    await onStop {
      task.cancel()
      Task {
        try? await Task.sleep(for: .seconds(Self.patience))
        first.set(.failure(RunTrouble(RunFindings.cancelled, "what the run waited for did not end")))
      }
    }
    return try await first.value()
  }

  /// Seconds that cancelled work has to come to its end.
  private static let patience = 3.0
}

/// What came first of several outcomes.
private final class FirstOutcome<Value: Sendable>: Sendable {
  private enum State {
    case waiting(CheckedContinuation<Value, any Error>?)
    case done(Result<Value, any Error>)
  }
  private let state = Mutex(State.waiting(nil))

  func set(_ outcome: Result<Value, any Error>) {
    let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      guard case .waiting(let waiter) = state else { return nil }
      state = .done(outcome)
      return waiter
    }
    waiter?.resume(with: outcome)
  }

  /// To be called once.
  func value() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = state.withLock { state -> Result<Value, any Error>? in
        if case .done(let outcome) = state { return outcome }
        state = .waiting(continuation)
        return nil
      }
      if let outcome { continuation.resume(with: outcome) }
    }
  }
}
