import ProofbackCore
import ProofbackSystem
import Synchronization

/// An object on its way into a pipe. What breaks off is gone on with where it broke, as long as the object is the same.
final class S3Transfer: Sendable {
  private let key: RawPath
  private let expected: SourceObject
  private let client: S3Client
  private let current = Mutex<WebExchange?>(nil)

  private init(key: RawPath, expected: SourceObject, client: S3Client) {
    self.key = key
    self.expected = expected
    self.client = client
  }

  /// Asks for the object and starts to pass its bytes on.
  /// - Throws: `BadBackup` or `RunTrouble` when the service does not give it.
  static func start(key: RawPath, expected: SourceObject, client: S3Client) async throws -> TransferStream {
    let transfer = S3Transfer(key: key, expected: expected, client: client)
    return try await TransferStream.start(
      expected, abort: { transfer.abort() }, transfer: { try await transfer.carryOut($0) })
  }

  private func abort() { current.withLock { $0?.abort() } }

  private var size: UInt64 { expected.size ?? 0 }

  private func carryOut(_ work: TransferStream.Work) async throws {
    var pauses = client.patience.pauses[...]
    while true {
      let before = work.passedOn
      do {
        return try await pass(work)
      } catch let trouble as RunTrouble where trouble.canRetry {
        // Each break that comes after new bytes is a first one.
        if work.passedOn > before { pauses = client.patience.pauses[...] }
        let answered = work.passedOn > 0 || trouble.finding.code != SourceFindings.unreachable.code
        guard answered, let pause = pauses.popFirst(), await work.hasPaused(seconds: pause) else { throw trouble }
      }
    }
  }

  /// One request, for what is still missing.
  private func pass(_ work: TransferStream.Work) async throws {
    let start = work.passedOn
    guard start < size || size == 0 else { return }
    var headers = expected.etag.map { ["If-Match: \($0)"] } ?? []
    if start > 0 { headers.append("Range: bytes=\(start)-") }
    let exchange = try await WebExchange.start(client.config(client.location.address(of: key), headers: headers))
    current.withLock { $0 = exchange }
    if work.state.wasGivenUp { exchange.abort() }
    do {
      try await Blocking.run("s3") { [self] in
        ignoreBrokenPipe()
        try copy(exchange, from: start, work)
      }
    } catch {
      throw await client.fault(of: exchange, error)
    }
    await exchange.close()
  }

  private func copy(_ exchange: WebExchange, from start: UInt64, _ work: TransferStream.Work) throws {
    let patience = client.patience.answer
    var rest: [UInt8] = []
    let head = try exchange.head(patience: patience, rest: &rest)
    guard [200, 206].contains(head.status) else { throw try refusal(head, rest, exchange) }
    try check(head, from: start)
    work.isOpen()
    try rest.withUnsafeBytes { try give($0, work) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { buffer.deallocate() }
    while work.passedOn < size {
      let count = try exchange.read(into: buffer, patience: patience)
      guard count > 0 else { throw WebBreak.ended }
      try give(UnsafeRawBufferPointer(rebasing: buffer[..<count]), work)
    }
  }

  /// Never more than the object has: what a service adds is not the backup's.
  private func give(_ bytes: UnsafeRawBufferPointer, _ work: TransferStream.Work) throws {
    let count = min(bytes.count, Int(clamping: size - work.passedOn))
    try work.pass(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }

  private func refusal(_ head: WebHead, _ rest: [UInt8], _ exchange: WebExchange) throws -> any Error {
    var body = rest
    var buffer = [UInt8](repeating: 0, count: 65536)
    while body.count < 65536 {
      let count = try buffer.withUnsafeMutableBytes { try exchange.read(into: $0, patience: client.patience.answer) }
      if count == 0 { break }
      body += buffer[..<count]
    }
    return S3Fault.explain(head, body, key, client)
  }

  private func check(_ head: WebHead, from start: UInt64) throws {
    let object = S3ObjectHead(head)
    guard object.size == size, object.etag == expected.etag else {
      throw RunTrouble(
        SourceFindings.changed, "\(client.location.shown(key)) was replaced after it was chosen",
        evidence: ["bytes before: \(size)", "bytes after: \(object.size ?? 0)"])
    }
    guard object.start == start else { throw WebBreak.malformed }
  }
}
