import Foundation
import Synchronization

/// Runs blocking work on a thread of its own, so that reads and writes on pipes never hold up the
/// concurrency runtime's few threads.
public enum Blocking {
  /// Runs `work` on a new thread and returns its result. The thread ends with the work; cancelling the task does not
  /// interrupt it: whoever cancels closes or kills what the work waits for.
  public static func run<Value: Sendable>(
    _ name: String, _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread { continuation.resume(with: Result { try work() }) }
      thread.name = name
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// Waits for asynchronous work, from a thread that may be blocked: one of `run`'s, never one of the concurrency
  /// runtime's few.
  public static func wait<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Result<Value, any Error>>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      do { outcome.set(.success(try await work())) } catch { outcome.set(.failure(error)) }
      done.signal()
    }
    done.wait()
    return try outcome.value.get()
  }

  /// The same for work that can't fail.
  public static func wait<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      outcome.set(await work())
      done.signal()
    }
    done.wait()
    return outcome.value
  }

  /// Set once, before it is read.
  private final class Outcome<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)
    func set(_ value: Value) { stored.withLock { $0 = value } }
    var value: Value { stored.withLock { $0! } }
  }
}
