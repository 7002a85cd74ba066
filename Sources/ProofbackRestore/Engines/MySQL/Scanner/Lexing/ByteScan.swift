#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Searches that run over most bytes of a dump: eight at a time.
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
    let wanted: UInt64 = 0x0A0A_0A0A_0A0A_0A0A
    let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let pairs: UInt64 = 0x00FF_00FF_00FF_00FF
    while position &+ 8 <= end {
      // Each byte of `sums` counts the hits of its lane; 255 rounds fill it at most.
      var sums: UInt64 = 0
      let rounds = min(255, (end &- position) &>> 3)
      for _ in 0..<rounds {
        let word = UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self) ^ wanted
        sums &+= ~(((word & lows) &+ lows) | word | lows) &>> 7
        position &+= 8
      }
      let sum = (sums & pairs) &+ ((sums &>> 8) & pairs)
      count &+= Int((sum &* 0x0001_0001_0001_0001) &>> 48)
    }
    while position < end {
      if bytes[position] == SQLByte.newline { count &+= 1 }
      position &+= 1
    }
    return count
  }
}
