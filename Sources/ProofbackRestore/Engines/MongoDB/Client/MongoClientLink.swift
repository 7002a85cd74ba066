import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

/// The worker's end of the conversation with `proofback mongo-client`. Calls block; one at a time.
final class MongoClientLink: Sendable {
  private let frames: MongoClientFrames
  private let isClosed = Mutex(false)

  /// - Parameters:
  ///   - requests: write end; this link closes it.
  ///   - replies: read end; this link closes it.
  init(requests: FileDescriptor, replies: FileDescriptor) {
    frames = MongoClientFrames(input: replies, output: requests)
  }

  /// - Throws: `RunTrouble` when the client or the server is no longer there. A refusal is a reply.
  func ask(_ request: MongoClientRequest, body: [UInt8] = []) throws -> MongoClientReply {
    let reply: MongoClientReply
    do {
      try frames.send(request, body: body)
      reply = try frames.receiveReply()
    } catch {
      throw RunTrouble(MongoDBFindings.clientEnded, "the process that feeds the server has ended", canRetry: true)
    }
    if case .lost(let fault) = reply {
      throw RunTrouble(
        MongoDBFindings.serverLost, "the server does not answer any more", evidence: [fault.message], canRetry: true)
    }
    return reply
  }

  /// Ends the conversation, and with it the client. Safe twice.
  func close() {
    isClosed.withLock { closed in
      if closed { return }
      closed = true
      try? frames.output.close()
      try? frames.input.close()
    }
  }
}
