public import ProofbackCore

/// A file in a tar, readable until the next one is asked for.
public final class TarMember: Member, @unchecked Sendable {
  public let name: String
  public var size: UInt64? { total }
  private let total: UInt64
  private var left: UInt64
  private let source: any ByteReader
  private var isCut = false
  private var isClosed = false

  init(name: String, size: UInt64, source: any ByteReader) {
    self.name = name
    total = size
    left = size
    self.source = source
  }

  /// Returns 0 at the member's end, and also where the tar is cut off: `TarReader.finding` tells which.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard left > 0, !isCut, !isClosed, !buffer.isEmpty else { return 0 }
    let most = Int(min(UInt64(buffer.count), left))
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<most]))
    if count == 0 { isCut = true }
    left -= UInt64(count)
    return count
  }

  enum End {
    case whole
    case cut(missing: UInt64)
    /// All of its bytes were there, and not all of the zeros that fill its last block.
    case unfilled
  }

  /// Passes over what was left unread and over the padding. The member gives nothing more.
  func finish() throws -> End {
    while left > 0 {
      let passed = try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { try read(into: $0) }
      if passed == 0 { break }
    }
    isClosed = true
    if left > 0 { return .cut(missing: left) }
    let padding = TarReader.padding(total)
    return try source.bytes(padding).count == padding ? .whole : .unfilled
  }
}
