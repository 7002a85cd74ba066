import Foundation

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
}
