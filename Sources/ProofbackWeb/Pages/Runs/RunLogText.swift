import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// A run's log as plain text, sent while it is read: it is never in memory as a whole.
enum RunLogText {
  private static let batch = 500

  @Sendable static func send(_ visit: Visit) throws -> Response {
    answer(try RunRoutes.run(visit).id, visit.state)
  }

  static func answer(_ id: String, _ state: ServerState) -> Response {
    let body = ResponseBody { writer in
      var last: Int64 = 0
      while true {
        let lines = try state.kept.history.lines(id, after: last, limit: batch)
        if lines.isEmpty { break }
        last = lines.last?.number ?? last
        try await writer.write(ByteBuffer(string: lines.map { $0.shown + "\n" }.joined()))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: body)
  }
}

extension LogLine {
  /// The time of day in UTC, and the text. A log has thousands of lines: Foundation's formats take too long for them.
  var shown: String {
    let second = Int(at.timeIntervalSince1970.rounded(.down)) % 86_400
    func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(digits(second / 3600)):\(digits(second / 60 % 60)):\(digits(second % 60))Z  \(text)"
  }
}
