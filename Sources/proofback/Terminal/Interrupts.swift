import Foundation

/// Ctrl-C, SIGTERM and a lost terminal, as a call.
final class Interrupts {
  private let sources: [any DispatchSourceSignal]

  init(_ handler: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler(handler: handler)
      source.resume()
      return source
    }
  }

  func end() { for source in sources { source.cancel() } }
}
