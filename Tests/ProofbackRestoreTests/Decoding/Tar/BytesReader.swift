import ProofbackCore

/// Bytes from memory, at most `step` at a time.
final class BytesReader: ByteReader, @unchecked Sendable {
  private var rest: ArraySlice<UInt8>
  private let step: Int
  init(_ bytes: [UInt8], step: Int = 1 << 16) {
    rest = bytes[...]
    self.step = step
  }
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = rest.prefix(min(step, buffer.count))
    buffer.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}
