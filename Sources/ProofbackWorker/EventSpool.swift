import Foundation
import ProofbackCore
import Synchronization

/// Events that wait for the server, in memory and bounded: of progress only the newest of each stage, of the rest what
/// fits. The report always does.
final class EventSpool: EventSink {
  /// Events that are on their way or were not acknowledged yet, with the first one's number.
  struct Batch: Sendable {
    var first: UInt64
    var lines: [[UInt8]]
    var body: Data { Data(lines.joined()) }
  }

  /// An event as it is sent, and by what a newer one takes its place.
  fileprivate struct Waiting {
    var line: [UInt8]
    var progress: Stage?
    var isBaseline = false
  }

  fileprivate struct State {
    var waiting: [Waiting] = []
    var waitingBytes = 0
    var dropped = 0
    var flight = Batch(first: 0, lines: [])
    var isClosed = false
  }

  private let state = Mutex(State())
  private static let mostWaiting = 10_000
  private static let mostBytes = 16 << 20

  func send(_ event: RunEvent) { keep(event, always: event.isAlwaysSent) }

  private func keep(_ event: RunEvent, always: Bool) {
    guard let line = WorkerProtocol.line(event) else { return }
    var one = Waiting(line: line)
    if case .progress(let stage, _, _) = event { one.progress = stage }
    if case .measured = event { one.isBaseline = true }
    state.withLock { state in
      guard !state.isClosed else { return }
      if let stage = one.progress { state.remove { $0.progress == stage } }
      if one.isBaseline { state.remove(where: \.isBaseline) }
      let hasRoom = state.waiting.count < Self.mostWaiting && state.waitingBytes + line.count <= Self.mostBytes
      guard hasRoom || always else {
        state.dropped += 1
        return
      }
      state.waiting.append(one)
      state.waitingBytes += line.count
    }
  }

  /// Takes the report; nothing comes after it.
  func close(with report: RunReport) {
    let dropped = state.withLock { $0.dropped }
    if dropped > 0 {
      keep(.log("\(Quantity.text(dropped, "event")) did not fit while the server was not reached"), always: true)
    }
    send(.ended(report))
    state.withLock { $0.isClosed = true }
  }

  /// Whether there is something to be sent.
  var hasEvents: Bool { state.withLock { !$0.waiting.isEmpty || !$0.flight.lines.isEmpty } }
  /// Whether all has been taken, and nothing will come.
  var isDone: Bool { state.withLock { $0.isClosed && $0.waiting.isEmpty && $0.flight.lines.isEmpty } }

  /// What is to be sent now: what was not acknowledged, once more, or the next events.
  func batch() -> Batch {
    state.withLock { state in
      if state.flight.lines.isEmpty { state.fill() }
      return state.flight
    }
  }

  /// Forgets what the server has.
  /// - Parameter next: the number of the event that it expects.
  /// - Returns: false when it expects one that we don't have any more: it is not the server that we know.
  func acknowledge(next: UInt64) -> Bool {
    state.withLock { state in
      let flight = state.flight
      guard next >= flight.first, next <= flight.first + UInt64(flight.lines.count) else { return false }
      state.flight = Batch(first: next, lines: Array(flight.lines.dropFirst(Int(next - flight.first))))
      return true
    }
  }
}

extension EventSpool.State {
  fileprivate mutating func remove(where isOld: (EventSpool.Waiting) -> Bool) {
    guard let index = waiting.lastIndex(where: isOld) else { return }
    waitingBytes -= waiting[index].line.count
    waiting.remove(at: index)
  }

  fileprivate mutating func fill() {
    var bytes = 0
    var count = 0
    for one in waiting {
      // One that is longer than a batch goes alone.
      guard count == 0 || bytes + one.line.count <= WorkerLink.batchBytes, count < WorkerLink.batchEvents else { break }
      flight.lines.append(one.line)
      bytes += one.line.count
      count += 1
    }
    waiting.removeFirst(count)
    waitingBytes -= bytes
  }
}

extension RunEvent {
  fileprivate var isAlwaysSent: Bool {
    switch self {
    case .ended, .measured: true
    default: false
    }
  }
}
