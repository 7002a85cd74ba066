import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer
import ServiceLifecycle

/// A run's positions as server-sent events (WHATWG HTML, server-sent events).
enum RunEvents {
  @Sendable static func follow(_ visit: Visit) throws -> Response {
    answer(try RunRoutes.run(visit).id, visit.state)
  }

  /// - Parameter id: of a run that there is.
  static func answer(_ id: String, _ state: ServerState) -> Response {
    let body = ResponseBody { writer in
      // A run that waits begins at some time; who follows it is told when it has ended.
      // A server that ends does not wait for those who watch.
      while !Task.isShuttingDownGracefully, let now = try state.kept.history.run(id), now.state != .ended {
        if let positions = state.watch.follow(id) {
          for await position in positions.cancelOnGracefulShutdown() {
            try await writer.write(event("position", try json(position)))
          }
        } else {
          try await writer.write(ByteBuffer(string: ": waiting\n\n"))
          try await Task.sleep(for: .seconds(1))
        }
      }
      if try state.kept.history.run(id)?.state == .ended { try await writer.write(event("ended", "{}")) }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
  }

  private static func json(_ position: RunWatch.Position) throws -> String {
    String(decoding: try JSONEncoder().encode(position), as: UTF8.self)
  }

  private static func event(_ name: String, _ data: String) -> ByteBuffer {
    ByteBuffer(string: "event: \(name)\ndata: \(data)\n\n")
  }
}
