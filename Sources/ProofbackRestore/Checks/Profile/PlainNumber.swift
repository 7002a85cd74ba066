import Glibc

/// A number as DBMSs write it.
enum PlainNumber {
  /// Nil for what is none (`NaN` among it).
  static func value(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard !bytes.isEmpty, bytes.count < 400 else { return nil }
    var index = 0
    let isNegative = bytes[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var result = 0.0
    var digits = 0
    var unit = 0.0
    while index < bytes.count {
      let byte = bytes[index]
      if (48...57).contains(byte) {
        digits += 1
        if unit == 0 {
          result = result * 10 + Double(byte - 48)
        } else {
          result += Double(byte - 48) * unit
          unit /= 10
        }
      } else if byte == UInt8(ascii: "."), unit == 0 {
        unit = 0.1
      } else {
        return rare(bytes)
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    return isNegative ? -result : result
  }

  /// With an exponent.
  private static func rare(_ bytes: UnsafeRawBufferPointer) -> Double? {
    guard bytes.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  /// Sign and rounded magnitude: see `ColumnProfile.numbers`.
  static func bucket(_ value: Double) -> Int {
    guard value != 0, value.isFinite else { return 0 }
    let magnitude = Int(max(1, min(400, (2 * log2(abs(value))).rounded() + 65)))
    return value < 0 ? -magnitude : magnitude
  }
}
