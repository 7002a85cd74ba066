import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer
import ServiceLifecycle

/// A run's positions and new lines of its log as server-sent events (WHATWG HTML, server-sent events).
enum RunEvents {
  /// Between two looks at the log.
  private static let pace: Duration = .milliseconds(500)
  /// Lines that are sent at once.
  private static let portion = 200

  @Sendable static func follow(_ visit: Visit) throws -> Response {
    answer(try RunRoutes.run(visit).id, visit.state, line: visit.query("line").flatMap(Int64.init))
  }

  /// - Parameters:
  ///   - id: of a run that there is.
  ///   - line: the last line of the log that is known; nil when the log is not wanted.
  static func answer(_ id: String, _ state: ServerState, line: Int64? = nil) -> Response {
    let body = ResponseBody { writer in
      let isSeated: Void? = try await state.watch.seated {
        try await follow(id, state, line: line, writer: &writer)
      }
      // Who finds no seat looks again after a while (`retry` is in milliseconds).
      if isSeated == nil {
        let position = try state.watch.position(id).map { event("position", try json($0)) }
        try await writer.write(ByteBuffer(string: "retry: 15000\n\n"))
        if let position { try await writer.write(position) }
      }
      // One whose results nobody wanted is gone at its end.
      if try state.kept.history.run(id)?.state ?? .ended == .ended { try await writer.write(event("ended", "{}")) }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
  }

  /// Until the run has ended.
  private static func follow(
    _ id: String, _ state: ServerState, line: Int64?, writer: inout any ResponseBodyWriter
  ) async throws {
    var log = line.map { LogTail(history: state.kept.history, id: id, line: $0) }
    // A run that waits begins at some time; who follows it is told when it has ended.
    // A server that ends does not wait for those who watch.
    while !Task.isShuttingDownGracefully, let now = try state.kept.history.run(id), now.state != .ended {
      if let positions = state.watch.follow(id) {
        for await position in positions.cancelOnGracefulShutdown() {
          try await writer.write(event("position", try json(position)))
          if let lines = try log?.new() { try await writer.write(event("log", try json(lines))) }
        }
      } else {
        try await writer.write(ByteBuffer(string: ": waiting\n\n"))
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  private struct Lines: Encodable {
    var line: Int64
    var texts: [String]
  }

  /// Where somebody has read to.
  private struct LogTail {
    var history: any RunHistory
    var id: String
    var line: Int64
    var looked = ContinuousClock.now

    /// Nil when there are none, or it was looked a moment ago.
    mutating func new() throws -> Lines? {
      guard looked.duration(to: .now) >= pace else { return nil }
      looked = .now
      let lines = try history.lines(id, after: line, limit: portion)
      guard let last = lines.last else { return nil }
      line = last.number
      return Lines(line: line, texts: lines.map(\.shown))
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }

  private static func event(_ name: String, _ data: String) -> ByteBuffer {
    ByteBuffer(string: "event: \(name)\ndata: \(data)\n\n")
  }
}
