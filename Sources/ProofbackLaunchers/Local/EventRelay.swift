import ProofbackCore
import ProofbackSystem

/// Takes a worker's lines as what they are, untrusted text, and passes on what can be read, up to a number.
final class EventRelay {
  private(set) var report: RunReport?
  private let sink: any EventSink
  private let onReport: () -> Void
  private var count = 0
  private var unreadable = 0

  /// - Parameter onReport: called when the report, the last event, has come.
  init(sink: any EventSink, onReport: @escaping () -> Void) {
    self.sink = sink
    self.onReport = onReport
  }

  func take(_ line: LineReader.Line) {
    guard report == nil else { return }
    guard case .whole(let bytes) = line, let event = WorkerProtocol.event(bytes) else { return noteUnreadable() }
    if case .ended(let whole) = event {
      report = whole.escaped
      sink.send(.ended(whole.escaped))
      return onReport()
    }
    count += 1
    if count < WorkerProtocol.mostEvents {
      sink.send(event.escaped)
    } else if count == WorkerProtocol.mostEvents {
      sink.send(.log("more than \(WorkerProtocol.mostEvents) events: the rest is not shown"))
    }
  }

  /// One event for all: a worker that writes nonsense must not fill the log.
  private func noteUnreadable() {
    unreadable += 1
    if unreadable == 1 { sink.send(.log("the worker sent a line that is no event")) }
  }
}
