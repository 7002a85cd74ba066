#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Searches that run over most bytes of a dump: eight or thirty-two at a time.
enum ByteScan {
  /// The first position in `from..<end` that holds `first` or `second`; `end` when there is none.
  @inline(__always)
  static func either(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ first: UInt8, _ second: UInt8) -> Int {
    var position = from
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let firsts = ones &* UInt64(first)
    let seconds = ones &* UInt64(second)
    while position &+ 8 <= end {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self))
      let a = word ^ firsts
      let b = word ^ seconds
      // Zero bytes of `a` or `b`; the lowest mark is exact, higher ones need not be (Hacker's Delight, 6-1).
      let marks = (((a &- ones) & ~a) | ((b &- ones) & ~b)) & highs
      if marks != 0 { return position &+ marks.trailingZeroBitCount &>> 3 }
      position &+= 8
    }
    while position < end {
      if bytes[position] == first || bytes[position] == second { return position }
      position &+= 1
    }
    return end
  }

  /// The first position in `from..<end` that holds `byte`; `end` when there is none.
  static func first(_ byte: UInt8, _ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int {
    guard from < end, let found = memchr(bytes + from, Int32(byte), end - from) else { return end }
    return UnsafeRawPointer(bytes).distance(to: UnsafeRawPointer(found))
  }

  /// How many line feeds `from..<end` holds.
  static func lineFeeds(_ bytes: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int {
    var count = 0
    var position = from
    let wanted = SIMD32<UInt8>(repeating: Byte.newline)
    while position &+ 32 <= end {
      var sums = SIMD32<UInt8>()
      let blockEnd = min(end &- 32, position &+ 32 &* 254)
      while position <= blockEnd {
        let block = UnsafeRawPointer(bytes + position).loadUnaligned(as: SIMD32<UInt8>.self)
        sums = sums.replacing(with: sums &+ 1, where: block .== wanted)
        position &+= 32
      }
      for lane in 0..<32 { count &+= Int(sums[lane]) }
    }
    while position < end {
      if bytes[position] == Byte.newline { count &+= 1 }
      position &+= 1
    }
    return count
  }
}
