import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import SystemPackage

import struct ProofbackSystem.Pipe

/// An object on its way into a pipe. What breaks off is gone on with where it broke, as long as the object is the same.
final class S3Stream: SourceStream {
  let descriptor: FileDescriptor
  private let transfer: S3Transfer
  private let work: Task<Finding?, Never>

  private init(descriptor: FileDescriptor, transfer: S3Transfer, work: Task<Finding?, Never>) {
    self.descriptor = descriptor
    self.transfer = transfer
    self.work = work
  }

  /// Asks for the object and starts to pass its bytes on. The end of the pipe comes after the outcome is known.
  /// - Throws: `BadBackup` or `RunTrouble` when the service does not give it.
  static func start(key: RawPath, expected: SourceObject, client: S3Client) async throws -> S3Stream {
    let pipe = try Pipe()
    // Of our end only, so that the wait for a slow reader can be broken off.
    _ = fcntl(pipe.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
    let transfer = S3Transfer(key: key, expected: expected, client: client, pipe: pipe.writeEnd)
    let (opened, continuation) = AsyncThrowingStream<Void, any Error>.makeStream()
    let work = Task.detached { () -> Finding? in
      let finding = await transfer.carryOut(opened: continuation)
      transfer.state.end()
      try? pipe.writeEnd.close()
      return finding
    }
    do {
      var first = opened.makeAsyncIterator()
      try await withTaskCancellationHandler {
        guard try await first.next() != nil else { throw CancellationError() }
      } onCancel: {
        transfer.giveUp()
      }
    } catch {
      _ = await work.value
      try? pipe.readEnd.close()
      throw error
    }
    return S3Stream(descriptor: pipe.readEnd, transfer: transfer, work: work)
  }

  /// Who calls this before the end of the bytes gave up: the transfer is broken off, which is no fault of the backup's.
  func finish() async -> Finding? {
    transfer.giveUp()
    let finding = await work.value
    return transfer.state.wasGivenUp ? nil : finding
  }
}

/// The thread of an `S3Stream`.
final class S3Transfer: Sendable {
  let state = TransferState()
  private let key: RawPath
  private let expected: SourceObject
  private let client: S3Client
  private let pipe: FileDescriptor
  private let current = Mutex<S3Exchange?>(nil)

  init(key: RawPath, expected: SourceObject, client: S3Client, pipe: FileDescriptor) {
    self.key = key
    self.expected = expected
    self.client = client
    self.pipe = pipe
  }

  /// Breaks off what is still under way.
  func giveUp() {
    if state.giveUp() { current.withLock { $0?.abort() } }
  }

  private var size: UInt64 { expected.size ?? 0 }
  private var passedOn: UInt64 { state.passedOn.load(ordering: .relaxed) }

  func carryOut(opened: AsyncThrowingStream<Void, any Error>.Continuation) async -> Finding? {
    var pauses = client.patience.pauses[...]
    while true {
      let before = passedOn
      do {
        try await pass(opened: opened)
        return nil
      } catch let trouble as RunTrouble where trouble.canRetry {
        // Each break that comes after new bytes is a first one.
        if passedOn > before { pauses = client.patience.pauses[...] }
        let answered = passedOn > 0 || trouble.finding.code != SourceFindings.unreachable.code
        if answered, let pause = pauses.popFirst(), await hasPaused(seconds: pause) { continue }
        return end(with: trouble, opened)
      } catch {
        return end(with: error, opened)
      }
    }
  }

  /// - Returns: false when nobody waits for the bytes any more.
  private func hasPaused(seconds: Double) async -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    while !state.wasGivenUp, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(50)) }
    return !state.wasGivenUp
  }

  private func end(with error: any Error, _ opened: AsyncThrowingStream<Void, any Error>.Continuation) -> Finding? {
    opened.finish(throwing: error)
    switch error {
    case is ReaderGone: return nil
    case let trouble as RunTrouble:
      var finding = trouble.finding
      finding.evidence.append("bytes read: \(passedOn) of \(size)")
      return finding
    case let bad as BadBackup: return bad.finding
    default: return SourceFindings.readError.finding("the bytes could not be passed on")
    }
  }

  /// One request, for what is still missing.
  private func pass(opened: AsyncThrowingStream<Void, any Error>.Continuation) async throws {
    let start = passedOn
    guard start < size || size == 0 else { return }
    var headers = expected.etag.map { ["If-Match: \($0)"] } ?? []
    if start > 0 { headers.append("Range: bytes=\(start)-") }
    let exchange = try await S3Exchange.start(client.config(client.location.address(of: key), headers: headers))
    current.withLock { $0 = exchange }
    if state.wasGivenUp { exchange.abort() }
    do {
      try await Blocking.run("s3") { [self] in
        ignoreBrokenPipe()
        try copy(exchange, from: start, opened: opened)
      }
    } catch {
      throw await client.fault(of: exchange, error)
    }
    await exchange.close()
  }

  private func copy(
    _ exchange: S3Exchange, from start: UInt64, opened: AsyncThrowingStream<Void, any Error>.Continuation
  ) throws {
    let patience = client.patience.answer
    var rest: [UInt8] = []
    let head = try exchange.head(patience: patience, rest: &rest)
    guard [200, 206].contains(head.status) else { throw try refusal(head, rest, exchange) }
    try check(head, from: start)
    opened.yield()
    opened.finish()
    try rest.withUnsafeBytes { try give($0) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { buffer.deallocate() }
    while passedOn < size {
      let count = try exchange.read(into: buffer, patience: patience)
      guard count > 0 else { throw S3Break.ended }
      try give(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Never more than the object has: what a service adds is not the backup's.
  private func give(_ bytes: UnsafeRawBufferPointer) throws {
    let count = min(bytes.count, Int(clamping: size - passedOn))
    try state.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: pipe)
    state.passedOn.add(UInt64(count), ordering: .relaxed)
  }

  private func refusal(_ head: S3Head, _ rest: [UInt8], _ exchange: S3Exchange) throws -> any Error {
    var body = rest
    var buffer = [UInt8](repeating: 0, count: 65536)
    while body.count < 65536 {
      let count = try buffer.withUnsafeMutableBytes { try exchange.read(into: $0, patience: client.patience.answer) }
      if count == 0 { break }
      body += buffer[..<count]
    }
    return S3Fault.explain(head, body, key, client)
  }

  private func check(_ head: S3Head, from start: UInt64) throws {
    let object = S3ObjectHead(head)
    guard object.size == size, object.etag == expected.etag else {
      throw RunTrouble(
        SourceFindings.changed, "\(client.location.shown(key)) was replaced after it was chosen",
        evidence: ["bytes before: \(size)", "bytes after: \(object.size ?? 0)"])
    }
    guard object.start == start else { throw S3Break.malformed }
  }
}
