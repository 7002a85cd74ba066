import ProofbackCore

extension ByteReader {
  /// Reads until `buffer` is full or the bytes end; returns how many came.
  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// The next `count` bytes, fewer at the end.
  func bytes(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let filled = try bytes.withUnsafeMutableBytes { try fill($0) }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// All bytes that are left, but at most `limit`.
  func bytes(upTo limit: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < limit {
      let piece = try bytes(min(1 << 16, limit - all.count))
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }
}
