import Foundation
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// The worker's end of the conversation with `proofback sqlite-reader`. Calls block; one at a time.
final class SQLiteLink: @unchecked Sendable {
  private let requests: FileDescriptor
  private let replies: FileDescriptor
  private var lines: LineReader
  private let isClosed = Mutex(false)

  /// - Parameters:
  ///   - requests: write end; this link closes it.
  ///   - replies: read end; this link closes it.
  init(requests: FileDescriptor, replies: FileDescriptor) {
    self.requests = requests
    self.replies = replies
    lines = LineReader(replies, limit: SQLiteRequest.longestReply)
  }

  /// - Throws: `RunTrouble` when the reader is no longer there.
  func send(_ request: SQLiteRequest, _ payload: UnsafeRawBufferPointer) throws {
    do { try SQLiteFrames.send(request, payload, to: requests) } catch { throw Self.ended }
  }

  func send(_ request: SQLiteRequest, _ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try send(request, $0) }
  }

  func receive<Reply: Decodable>(_ type: Reply.Type) throws -> Reply {
    guard case .whole(let line)? = try? lines.next(),
      let reply = try? JSONDecoder().decode(type, from: Data(line))
    else { throw Self.ended }
    return reply
  }

  private static var ended: RunTrouble {
    RunTrouble(CommonFindings.clientDied, "the process that reads the database has ended", canRetry: true)
  }

  /// Ends the conversation, and with it the reader. Safe twice.
  func close() {
    isClosed.withLock { closed in
      if closed { return }
      closed = true
      try? requests.close()
      try? replies.close()
    }
  }
}
