import ProofbackCore

/// A window over a reader's bytes, so that small pieces cost no call each. Not for use from two threads at once.
final class ReadAhead {
  private let source: any ByteReader
  private let window: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Bytes taken so far.
  private(set) var taken: UInt64 = 0

  init(_ source: any ByteReader, window: Int = 1 << 18) {
    self.source = source
    self.window = .allocate(byteCount: window, alignment: 16)
  }

  deinit { window.deallocate() }

  /// What is there now, at least one byte; empty at the end.
  func available() throws -> UnsafeRawBufferPointer {
    if start == end {
      start = 0
      end = try source.read(into: window)
    }
    return UnsafeRawBufferPointer(rebasing: window[start..<end])
  }

  func take(_ count: Int) {
    start += count
    taken += UInt64(count)
  }

  /// Appends the next `count` bytes to `bytes`; returns whether all were there.
  func append(_ count: Int, to bytes: inout [UInt8]) throws -> Bool {
    var left = count
    while left > 0 {
      let ready = try available()
      if ready.isEmpty { return false }
      let piece = ready.prefix(left)
      bytes.append(contentsOf: piece)
      take(piece.count)
      left -= piece.count
    }
    return true
  }

  /// A little-endian number; nil at the end of the bytes, with `isCut` telling whether some of its bytes were there.
  func int32() throws -> (value: Int32?, isCut: Bool) {
    var bytes: [UInt8] = []
    guard try append(4, to: &bytes) else { return (nil, !bytes.isEmpty) }
    return (bytes.withUnsafeBytes { BSONDocument.int32($0, 0) }, false)
  }
}
