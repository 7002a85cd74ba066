@testable import ProofbackRestore

/// Writes chunks as mbstream does, and as it never would.
struct XBStreamMaker {
  var bytes: [UInt8] = []

  mutating func chunk(
    _ name: String, _ payload: [UInt8], at offset: UInt64 = 0, type: Character = "P", flags: UInt8 = 0,
    length: UInt64? = nil, checksum: UInt32? = nil, map: [(UInt32, UInt32)] = []
  ) {
    head(name, type, flags)
    if type == "S" { number(UInt64(map.count), 4) }
    number(length ?? UInt64(payload.count), 8)
    number(offset, 8)
    let regions = map.flatMap { Self.bytes(UInt64($0), 4) + Self.bytes(UInt64($1), 4) }
    let sum = XBStreamReader.Checksum()
    sum.add(regions + payload)
    number(UInt64(checksum ?? sum.value), 4)
    bytes += regions + payload
  }

  mutating func end(_ name: String) { head(name, "E", 0) }

  mutating func head(_ name: String, _ type: Character, _ flags: UInt8, nameLength: Int? = nil) {
    bytes += XBStreamReader.magic + [flags, type.asciiValue ?? 0]
    number(UInt64(nameLength ?? name.utf8.count), 4)
    bytes += Array(name.utf8)
  }

  private mutating func number(_ value: UInt64, _ count: Int) { bytes += Self.bytes(value, count) }

  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
