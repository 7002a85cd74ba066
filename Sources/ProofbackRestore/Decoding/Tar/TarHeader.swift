/// One 512-byte header block.
/// Source: POSIX.1-2017 pax "ustar Interchange Format", GNU tar "Basic Tar Format".
struct TarHeader: Equatable {
  static let blockSize = 512

  enum Kind: Equatable {
    case file, folder
    case longName, longLink
    case extendedAttributes, globalAttributes
    /// Says something about the archive, holds no member (volume label, list of an incremental dump's names).
    case note
    /// A name for another member of the archive.
    case hardLink
    case symbolicLink
    case device(UInt8)
    case unsupported(UInt8)
  }

  var name: [UInt8]
  var size: UInt64
  var kind: Kind
  /// What a link leads to.
  var target: [UInt8] = []

  enum Reading: Equatable {
    case header(TarHeader)
    case zero
    case damaged
  }

  static func read(_ block: [UInt8]) -> Reading {
    if block.allSatisfy({ $0 == 0 }) { return .zero }
    guard checksumMatches(block), let size = number(block[124..<136]) else { return .damaged }
    var name = text(block[0..<100])
    let isPosix = block[257..<263].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0])
    if isPosix {
      let prefix = text(block[345..<500])
      if !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
    }
    var kind = Kind(flag: block[156])
    // Before POSIX a folder was a file whose name ends with a slash.
    if kind == .file && name.last == UInt8(ascii: "/") { kind = .folder }
    let target = text(block[157..<257])
    return .header(TarHeader(name: name, size: kind.holdsBytes ? size : 0, kind: kind, target: target))
  }

  /// The sum of all bytes with the checksum field as spaces; some old tars summed signed bytes.
  private static func checksumMatches(_ block: [UInt8]) -> Bool {
    guard let claimed = number(block[148..<156]) else { return false }
    var unsigned: UInt64 = 0
    var signed: Int64 = 0
    for (index, byte) in block.enumerated() {
      let value = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
      unsigned += UInt64(value)
      signed += Int64(Int8(bitPattern: value))
    }
    return claimed == unsigned || (signed >= 0 && claimed == UInt64(signed))
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Octal digits, or base 256 with the top bit set (GNU, for what octal cannot hold); nil when it is neither or negative.
  static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      return field.dropFirst().reduce(Optional(0)) { sum, byte in
        guard let sum, sum < 1 << 55 else { return nil }
        return sum << 8 | UInt64(byte)
      }
    }
    let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    return digits.reduce(Optional(0)) { sum, byte in
      guard let sum, sum < 1 << 60, (0x30...0x37).contains(byte) else { return nil }
      return sum << 3 | UInt64(byte - 0x30)
    }
  }
}

extension TarHeader.Kind {
  init(flag: UInt8) {
    switch flag {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): self = .file
    case UInt8(ascii: "5"): self = .folder
    case UInt8(ascii: "L"): self = .longName
    case UInt8(ascii: "K"): self = .longLink
    case UInt8(ascii: "x"), UInt8(ascii: "X"): self = .extendedAttributes
    case UInt8(ascii: "g"): self = .globalAttributes
    case UInt8(ascii: "V"), UInt8(ascii: "D"): self = .note
    case UInt8(ascii: "1"): self = .hardLink
    case UInt8(ascii: "2"): self = .symbolicLink
    case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): self = .device(flag)
    default: self = .unsupported(flag)
    }
  }

  /// Links and devices may name a size, but no bytes follow them.
  var holdsBytes: Bool {
    switch self {
    case .hardLink, .symbolicLink, .device, .folder: false
    default: true
    }
  }
}
