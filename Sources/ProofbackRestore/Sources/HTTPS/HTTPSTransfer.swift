import ProofbackCore
import ProofbackSystem
import Synchronization

/// A file on its way into a pipe. What breaks off is gone on with where it broke, if the server can say that the file is still
/// the same; bytes of two files never come together.
final class HTTPSTransfer: Sendable {
  private struct State {
    var exchange: WebExchange?
    /// Of the first answer.
    var first: HTTPSObject?
    var claimed: Checksum?
    var running: RunningChecksum?
  }

  private let expected: SourceObject
  private let client: HTTPSClient
  private let state: Mutex<State>

  private init(expected: SourceObject, client: HTTPSClient) {
    self.expected = expected
    self.client = client
    state = Mutex(State())
  }

  /// Asks for the file and starts to pass its bytes on.
  /// - Throws: `BadBackup` or `RunTrouble` when the server does not give it.
  static func start(expected: SourceObject, client: HTTPSClient) async throws -> TransferStream {
    let transfer = HTTPSTransfer(expected: expected, client: client)
    return try await TransferStream.start(
      expected, abort: { transfer.abort() }, transfer: { try await transfer.carryOut($0) })
  }

  private func abort() { state.withLock { $0.exchange?.abort() } }

  private func carryOut(_ work: TransferStream.Work) async throws {
    var pauses = client.patience.pauses[...]
    while true {
      let before = work.passedOn
      do {
        try await pass(work)
        return try compare()
      } catch let trouble as RunTrouble where trouble.canRetry {
        // Each break that comes after new bytes is a first one.
        if work.passedOn > before { pauses = client.patience.pauses[...] }
        let canGoOn = work.passedOn == 0 || state.withLock { $0.first?.validator } != nil
        let answered = work.passedOn > 0 || trouble.finding.code != SourceFindings.unreachable.code
        guard canGoOn, answered, let pause = pauses.popFirst(), await work.hasPaused(seconds: pause) else {
          throw trouble
        }
      }
    }
  }

  /// One request, for what is still missing.
  private func pass(_ work: TransferStream.Work) async throws {
    let start = work.passedOn
    if start > 0, start == state.withLock({ $0.first?.size }) { return }
    var headers: [String] = []
    if start > 0, let validator = state.withLock({ $0.first?.validator }) {
      headers = ["Range: bytes=\(start)-", "If-Range: \(validator)"]
    }
    let answer = try await client.ask(client.location.target, headers: headers) { [self] exchange in
      state.withLock { $0.exchange = exchange }
      if work.state.wasGivenUp { exchange.abort() }
    }
    guard [200, 206].contains(answer.head.status) else {
      await answer.exchange.close()
      // What was asked for does not exist any more in the file as it is now.
      if answer.head.status == 416, start > 0 { throw changed(HTTPSObject(answer.head)) }
      throw HTTPSFault.explain(answer, client)
    }
    do {
      let skip = try check(answer.head, from: start)
      try await Blocking.run("web") { [self] in
        ignoreBrokenPipe()
        try copy(answer, skipping: skip, work)
      }
    } catch {
      throw await client.fault(of: answer.exchange, error, answer.target.origin)
    }
    let exit = await answer.exchange.exitCode()
    await answer.exchange.close()
    let isShort = state.withLock { $0.first?.size }.map { work.passedOn < $0 } ?? false
    guard exit == 0, !isShort else {
      throw HTTPSFault.explain(.ended, exit: exit == 0 ? 18 : exit, answer.target.origin.authority)
    }
  }

  /// - Returns: bytes of the answer that came before.
  private func check(_ head: WebHead, from start: UInt64) throws -> UInt64 {
    let object = HTTPSObject(head)
    let first = state.withLock { state in
      if state.first == nil {
        state.first = object
        state.claimed = Checksum.strongest(head.headers, isWhole: head.status == 200)
        state.running = state.claimed.map { RunningChecksum($0.algorithm) }
      }
      return state.first!
    }
    guard object.isSame(size: expected.size, modified: expected.modified, etag: expected.etag),
      object.isSame(size: first.size, modified: first.modified, etag: first.etag)
    else { throw changed(object) }
    guard head.status == 206 else {
      // All of it once more: the server knows no ranges, or `If-Range` found another file, which what it says of it shows.
      if start > 0, object.validator != first.validator { throw changed(object) }
      return start
    }
    guard object.start == start else { throw WebBreak.malformed }
    return 0
  }

  private func changed(_ object: HTTPSObject) -> RunTrouble {
    RunTrouble(
      SourceFindings.changed, "\(client.location.shown) was replaced after it was chosen",
      evidence: [
        "bytes before: \(expected.size.map { "\($0)" } ?? "not told")",
        "bytes after: \(object.size.map { "\($0)" } ?? "not told")",
      ])
  }

  private func copy(_ answer: HTTPSClient.Answer, skipping: UInt64, _ work: TransferStream.Work) throws {
    var skip = skipping
    let size = state.withLock { $0.first?.size }
    work.isOpen()
    try answer.rest.withUnsafeBytes { try give($0, &skip, size, work) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { buffer.deallocate() }
    while size.map({ work.passedOn < $0 }) ?? true {
      let count = try answer.exchange.read(into: buffer, patience: client.patience.answer)
      if count == 0 { return }
      try give(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &skip, size, work)
    }
  }

  /// Never more than the file has: what a server adds is not the backup's.
  private func give(
    _ bytes: UnsafeRawBufferPointer, _ skip: inout UInt64, _ size: UInt64?, _ work: TransferStream.Work
  ) throws {
    let dropped = min(bytes.count, Int(clamping: skip))
    skip -= UInt64(dropped)
    let rest = bytes.count - dropped
    let count = size.map { min(rest, Int(clamping: $0 - work.passedOn)) } ?? rest
    guard count > 0 else { return }
    let passed = UnsafeRawBufferPointer(rebasing: bytes[dropped..<(dropped + count)])
    try work.pass(passed)
    state.withLock { $0.running?.update(passed) }
  }

  private func compare() throws {
    let (claimed, bytes) = state.withLock { ($0.claimed, $0.running?.bytes()) }
    guard let claimed, let bytes, claimed.bytes != bytes else { return }
    throw BadBackup(
      WebFindings.checksumMismatch,
      "the bytes of \(client.location.shown) are not those that the server has a \(claimed.algorithm.rawValue) of",
      evidence: [
        "the server says (\(claimed.header)): \(Hexadecimal.text(claimed.bytes))",
        "what came: \(Hexadecimal.text(bytes))",
      ])
  }
}
