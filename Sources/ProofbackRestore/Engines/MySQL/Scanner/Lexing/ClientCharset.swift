/// How the bytes of strings are to be read. Only one thing about a charset matters for finding the end of a string: whether the second
/// byte of a character can be a backslash or a quote (MySQL, strings/ctype-sjis.cc, ctype-big5.cc, ctype-gbk.cc, ctype-gb18030.cc).
enum ClientCharset: UInt8, Sendable {
  /// ASCII bytes always are ASCII characters: latin1, utf8mb4, euckr …
  case plain
  case sjis, big5, gbk

  init(named name: String) {
    switch name.lowercased() {
    case "sjis", "cp932": self = .sjis
    case "big5": self = .big5
    case "gbk", "gb18030": self = .gbk
    default: self = .plain
    }
  }

  /// Whether `lead`, `trail` are one two-byte character. The four-byte characters of gb18030 hold no backslash or quote.
  @inline(__always)
  func isPair(_ lead: UInt8, _ trail: UInt8) -> Bool {
    let inTrail = trail >= 0x40 && trail != 0x7F && trail != 0xFF
    return switch self {
    case .plain: false
    case .sjis: ((0x81...0x9F).contains(lead) || (0xE0...0xFC).contains(lead)) && inTrail && trail <= 0xFC
    case .big5: (0xA1...0xF9).contains(lead) && ((0x40...0x7E).contains(trail) || (0xA1...0xFE).contains(trail))
    case .gbk: (0x81...0xFE).contains(lead) && inTrail
    }
  }
}
