import CXXHash

/// Keyed hashes of values, the same in every run that has the same key.
enum CellHash {
  /// Longer values are hashed in pieces of this size, each under the hash so far.
  static let piece = 1 << 16

  static func hash(_ bytes: UnsafeRawBufferPointer, key: UInt64) -> UInt64 {
    proofback_xxh3(bytes.baseAddress, bytes.count, key)
  }

  /// Of a value that was hashed in pieces: so far, and one more of them.
  static func extend(_ hash: UInt64?, _ bytes: UnsafeRawBufferPointer, key: UInt64) -> UInt64 {
    proofback_xxh3(bytes.baseAddress, bytes.count, hash ?? key)
  }

  /// Order matters: (a, b) is not (b, a).
  @inline(__always) static func combine(_ hash: UInt64, _ other: UInt64) -> UInt64 {
    var mixed = (hash ^ other.byteSwapped) &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    return mixed &* 0xD6E8_FEB8_6659_FD93
  }
}
