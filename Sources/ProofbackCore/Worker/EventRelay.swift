/// Takes a worker's lines as what they are, untrusted text, and passes on what can be read, up to a number.
public struct EventRelay: Sendable {
  /// The last event; nothing counts after it.
  public private(set) var report: RunReport?
  private let sink: any EventSink
  private var count = 0
  private var unreadable = 0

  public init(sink: any EventSink) { self.sink = sink }

  /// - Parameter line: without its end; nil: one that was too long.
  public mutating func take(_ line: [UInt8]?) {
    guard report == nil else { return }
    guard let line, let event = WorkerProtocol.event(line) else { return noteUnreadable() }
    if case .ended(let whole) = event {
      report = whole.escaped
      return sink.send(.ended(whole.escaped))
    }
    count += 1
    if count < WorkerProtocol.mostEvents {
      sink.send(event.escaped)
    } else if count == WorkerProtocol.mostEvents {
      sink.send(.log("more than \(WorkerProtocol.mostEvents) events: the rest is not shown"))
    }
  }

  /// One event for all: a worker that writes nonsense must not fill the log.
  private mutating func noteUnreadable() {
    unreadable += 1
    if unreadable == 1 { sink.send(.log("the worker sent a line that is no event")) }
  }
}
