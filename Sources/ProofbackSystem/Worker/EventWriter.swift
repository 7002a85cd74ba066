import Foundation
import Glibc
public import ProofbackCore
public import SystemPackage

/// Writes events as lines to the worker's standard output, from a thread of its own: whoever sends one never waits.
/// While the reader is slow, only the newest progress of each stage is kept, and beyond a bound events are
/// dropped; when the reader is gone, all are.
public final class EventWriter: EventSink, @unchecked Sendable {
  // Guarded by `condition`.
  private var waiting: [RunEvent] = []
  private var isClosed = false
  private var isDone = false
  private let condition = NSCondition()
  private let descriptor: FileDescriptor
  private static let mostWaiting = 10_000

  public init(to descriptor: FileDescriptor = .standardOutput) {
    self.descriptor = descriptor
    signal(SIGPIPE, SIG_IGN)
    let thread = Thread { [self] in writeAll() }
    thread.name = "events"
    thread.stackSize = 1 << 20
    thread.start()
  }

  public func send(_ event: RunEvent) {
    condition.withLock {
      guard !isClosed else { return }
      if case .progress(let stage, _, _) = event { waiting.removeAll { $0.isProgress(of: stage) } }
      guard waiting.count < Self.mostWaiting || event.isReport else { return }
      waiting.append(event)
      condition.signal()
    }
  }

  /// Sends what is waiting and takes no more. Waits until it is written, but no longer than `seconds`.
  public func finish(within seconds: Double = 10) {
    condition.withLock {
      isClosed = true
      condition.broadcast()
      let deadline = Date(timeIntervalSinceNow: seconds)
      while !isDone && condition.wait(until: deadline) {}
    }
  }

  private func writeAll() {
    while let batch = take() {
      for event in batch {
        guard let line = WorkerProtocol.line(event) else { continue }
        do { try line.withUnsafeBytes { try descriptor.writeFully($0) } } catch { return stop() }
      }
    }
    stop()
  }

  private func take() -> [RunEvent]? {
    condition.withLock {
      while waiting.isEmpty && !isClosed { condition.wait() }
      defer { waiting = [] }
      return waiting.isEmpty ? nil : waiting
    }
  }

  private func stop() {
    condition.withLock {
      isClosed = true
      isDone = true
      waiting = []
      condition.broadcast()
    }
  }
}

extension RunEvent {
  fileprivate func isProgress(of other: Stage) -> Bool {
    if case .progress(let stage, _, _) = self { stage == other } else { false }
  }
  fileprivate var isReport: Bool { if case .ended = self { true } else { false } }
}
