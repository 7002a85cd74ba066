/// One packet's header (RFC 9580, section 4.2).
struct OpenPGPPacket: Equatable {
  var tag: UInt8
  /// Where its body begins.
  var body: Int
  /// The body's length; nil when it is partial or indeterminate.
  var length: Int?

  /// Nil when there is no packet header at `start`, or not a whole one.
  init?(in bytes: [UInt8], at start: Int) {
    guard start < bytes.count, bytes[start] & 0x80 != 0 else { return nil }
    let first = bytes[start]
    if first & 0x40 != 0 {
      tag = first & 0x3F
      guard start + 1 < bytes.count else { return nil }
      let second = Int(bytes[start + 1])
      switch second {
      case ..<192: (body, length) = (start + 2, second)
      case ..<224:
        guard start + 2 < bytes.count else { return nil }
        (body, length) = (start + 3, (second - 192) << 8 + Int(bytes[start + 2]) + 192)
      case 255:
        guard let whole = Self.number(bytes, start + 2, octets: 4) else { return nil }
        (body, length) = (start + 6, whole)
      default: (body, length) = (start + 2, nil)
      }
    } else {
      tag = (first & 0x3C) >> 2
      let octets = [1, 2, 4, 0][Int(first & 3)]
      guard octets > 0 else {
        (body, length) = (start + 1, nil)
        return
      }
      guard let whole = Self.number(bytes, start + 1, octets: octets) else { return nil }
      (body, length) = (start + 1 + octets, whole)
    }
  }

  private static func number(_ bytes: [UInt8], _ start: Int, octets: Int) -> Int? {
    guard start + octets <= bytes.count else { return nil }
    return bytes[start..<(start + octets)].reduce(0) { $0 << 8 + Int($1) }
  }
}
