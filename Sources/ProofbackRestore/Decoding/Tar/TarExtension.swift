/// What a member says of itself in records before its header: GNU long names and pax attributes.
struct TarExtension: Equatable {
  var name: [UInt8]?
  var size: UInt64?
  /// What a link leads to.
  var target: [UInt8]?
  var isSparse = false

  /// Reads pax records: `LENGTH KEY=VALUE\n`, LENGTH counting the whole record. Nil when they are malformed.
  /// Source: POSIX.1-2017 pax, "pax Extended Header".
  static func attributes(_ bytes: [UInt8]) -> TarExtension? {
    var result = TarExtension()
    var rest = bytes[...]
    while let first = rest.first, first != 0 {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
        let length = decimal(rest[..<space]), length <= rest.count, length > space - rest.startIndex + 1,
        rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
      else { return nil }
      let end = rest.startIndex + length
      let record = rest[(space + 1)..<(end - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      guard result.take(key: record[..<equals], value: record[(equals + 1)...]) else { return nil }
      rest = rest[end...]
    }
    return result
  }

  private mutating func take(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
    switch String(decoding: key, as: UTF8.self) {
    case "path", "GNU.sparse.name": name = Array(value)
    case "linkpath": target = Array(value)
    case "size":
      guard let number = Self.decimal(value) else { return false }
      size = UInt64(number)
    case let key where key.hasPrefix("GNU.sparse."): isSparse = true
    default: break
    }
    return true
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    if digits.isEmpty { return nil }
    return digits.reduce(Optional(0)) { sum, byte in
      guard let sum, sum < 1 << 56, (0x30...0x39).contains(byte) else { return nil }
      return sum * 10 + Int(byte - 0x30)
    }
  }
}
