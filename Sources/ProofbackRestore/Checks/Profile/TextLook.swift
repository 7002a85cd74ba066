import ProofbackCore

/// Looks at a text's bytes: which groups they are of, and which traits the text shows.
struct TextLook {
  /// Of a longer value its beginning and as much of its end are looked at, of a text's traits the beginning.
  static let longest = 1024
  private(set) var groups = [UInt64](repeating: 0, count: 32)
  private(set) var traits = [UInt64](repeating: 0, count: TextTrait.allCases.count)
  private(set) var looked: UInt64 = 0

  /// - Parameter isText: else only the groups are counted.
  mutating func look(_ value: UnsafeRawBufferPointer, isText: Bool) {
    looked += 1
    let beginning = UnsafeRawBufferPointer(rebasing: value.prefix(Self.longest))
    count(beginning)
    // Files begin with text and go on with something else.
    if value.count > Self.longest {
      count(UnsafeRawBufferPointer(rebasing: value.dropFirst(max(Self.longest, value.count - Self.longest))))
    }
    guard isText else { return }
    var seen = signs(beginning)
    if seen & Self.bit(.beyondASCII) != 0 { seen |= sequences(beginning, isCut: beginning.count < value.count) }
    for trait in TextTrait.allCases where seen & Self.bit(trait) != 0 { traits[trait.rawValue] += 1 }
  }

  private mutating func count(_ bytes: UnsafeRawBufferPointer) {
    groups.withUnsafeMutableBufferPointer { groups in
      for byte in bytes { groups[Int(byte >> 3)] += 1 }
    }
  }

  /// What single bytes tell.
  private func signs(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    var seen: UInt16 = 0
    var last: UInt8 = 0
    for byte in bytes {
      if byte < 0x20 {
        if byte != 9, byte != 10, byte != 13 { seen |= Self.bit(.control) }
      } else if byte == UInt8(ascii: "?") {
        seen |= last == byte ? Self.bit(.questionMarks) | Self.bit(.questionMark) : Self.bit(.questionMark)
      } else if byte >= 0x80 {
        seen |= byte >= 0xF0 ? Self.bit(.beyondASCII) | Self.bit(.fourBytes) : Self.bit(.beyondASCII)
      } else if byte == 0x20 {
        seen |= Self.bit(.blank)
      }
      last = byte
    }
    return seen
  }

  private static func bit(_ trait: TextTrait) -> UInt16 { 1 << UInt16(trait.rawValue) }

  /// What only whole sequences tell.
  private func sequences(_ bytes: UnsafeRawBufferPointer, isCut: Bool) -> UInt16 {
    var result: UInt16 = 0
    var index = 0
    // Characters U+00C2…U+00F4 with one of U+0080…U+00BF behind, which is how a UTF-8 sequence reads as Latin-1.
    var wasLead = false
    while index < bytes.count {
      let byte = bytes[index]
      guard byte >= 0x80 else {
        wasLead = false
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 0
      guard length > 0, index + length <= bytes.count else {
        if length == 0 || !isCut { result |= Self.bit(.invalid) }
        return result
      }
      for offset in 1..<length where bytes[index + offset] & 0xC0 != 0x80 { return result | Self.bit(.invalid) }
      let second = bytes[index + 1]
      if byte == 0xEF, second == 0xBF, bytes[index + 2] == 0xBD { result |= Self.bit(.replacement) }
      let isContinuation = byte == 0xC2 || Self.isWindows1252(byte, second, length)
      if wasLead, isContinuation { result |= Self.bit(.mojibake) }
      wasLead = byte == 0xC3 && (0x82...0xB4).contains(second)
      index += length
    }
    return result
  }

  /// What Windows-1252 makes of 0x80…0x9F: quotes and dashes (U+20xx), the euro, letters with carons (U+01xx).
  private static func isWindows1252(_ first: UInt8, _ second: UInt8, _ length: Int) -> Bool {
    length == 3 ? first == 0xE2 && (second == 0x80 || second == 0x82 || second == 0x84) : first == 0xC5 || first == 0xCB
  }
}
