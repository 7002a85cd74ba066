/// Zeros where a disk's blocks were lost: a text may hold zeros of its own, but not whole blocks of them that begin or
/// end where a block of the file does.
enum BSONHole {
  private static let block = 512

  /// - Parameter place: where in its file the value begins.
  static func isIn(_ value: Slice<UnsafeRawBufferPointer>, at place: UInt64) -> Bool {
    // A text's length comes first, and a zero ends it.
    let bytes = UnsafeRawBufferPointer(rebasing: value.dropFirst(4).dropLast())
    let first = Int((place + 4) % UInt64(block))
    var at = first == 0 ? 0 : block - first
    while at + block <= bytes.count {
      if bytes[at..<(at + block)].allSatisfy({ $0 == 0 }) {
        var (start, end) = (at, at + block)
        while start > 0 && bytes[start - 1] == 0 { start -= 1 }
        while end < bytes.count && bytes[end] == 0 { end += 1 }
        if start == at || (first + end) % block == 0 { return true }
        at = end
      }
      at += block - (first + at) % block
    }
    return false
  }
}
