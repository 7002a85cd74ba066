/// Reads a file from its first byte to its last, with many requests under way so that the distance to the server does
/// not set the pace. Holds at most what was asked for and came out of order (`bytesUnderWay`).
struct SFTPFileReader {
  private let session: SFTPSession
  private let handle: [UInt8]
  /// Bytes that the server said the file has; nil when it did not say.
  private let size: UInt64?
  private var readSize: UInt64
  /// Requests under way by their number.
  private var asked: [UInt32: Range<UInt64>] = [:]
  /// What came before its turn, by its offset.
  private var early: [UInt64: [UInt8]] = [:]
  /// The first byte that was not asked for yet, and the first that was not passed on yet.
  private var next: UInt64 = 0
  private(set) var passedOn: UInt64 = 0
  private var atEnd = false

  /// ssh's own window is 2 MB: more under way would only wait there.
  private static let bytesUnderWay: UInt64 = 4 << 20

  init(session: SFTPSession, handle: [UInt8], size: UInt64?) {
    self.session = session
    self.handle = handle
    self.size = size
    readSize = UInt64(session.readSize)
  }

  /// Passes all bytes to `sink`, in order. Fewer than `size` when the file turned out to be shorter.
  mutating func readAll(into sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try askAhead()
    while !asked.isEmpty {
      let outcome = try session.receive { kind, body in try take(kind, body, sink) }
      if let missing = outcome { try ask(missing) }
      while let bytes = early.removeValue(forKey: passedOn) {
        try bytes.withUnsafeBytes(sink)
        passedOn += UInt64(bytes.count)
      }
      try askAhead()
    }
    guard early.isEmpty else { throw SFTPError.malformed }
  }

  private mutating func askAhead() throws {
    while !atEnd, next < size ?? .max, next - passedOn < Self.bytesUnderWay {
      let end = min(next + readSize, size ?? .max)
      try ask(next..<end)
      next = end
    }
  }

  private mutating func ask(_ range: Range<UInt64>) throws {
    var request = session.newRequest(.read)
    asked[session.numberOfLastRequest] = range
    request.add(handle)
    request.add(range.lowerBound)
    request.add(UInt32(range.upperBound - range.lowerBound))
    try session.send(request)
  }

  /// Takes one answer; returns the part of its range that is still missing, when it came short.
  private mutating func take(
    _ kind: UInt8, _ body: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Range<UInt64>? {
    guard body.count >= 8, let range = asked.removeValue(forKey: Self.number(body, at: 0)) else {
      throw SFTPError.malformed
    }
    let second = Self.number(body, at: 4)
    if kind == SFTPKind.status.rawValue {
      guard second == SFTPError.endOfFile else { throw SFTPError.refused(code: second) }
      atEnd = true
      return nil
    }
    let count = UInt64(second)
    guard kind == SFTPKind.data.rawValue, count == UInt64(body.count - 8), count > 0,
      count <= range.upperBound - range.lowerBound
    else { throw SFTPError.malformed }
    let bytes = UnsafeRawBufferPointer(rebasing: body[8...])
    if range.lowerBound == passedOn {
      try sink(bytes)
      passedOn += count
    } else {
      early[range.lowerBound] = Array(bytes)
    }
    let got = range.lowerBound + count
    guard got < range.upperBound else { return nil }
    // The server gives no more than this at a time: asking for more would bring every answer in two.
    readSize = min(readSize, max(4096, count))
    return got..<range.upperBound
  }

  private static func number(_ body: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    UInt32(bigEndian: body.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
