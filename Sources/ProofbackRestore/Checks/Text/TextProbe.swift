/// What the bytes above ASCII in a table's rows tell of the character set that they were written in. Counts only.
public struct TextProbe: Sendable, Equatable, Codable {
  /// The character set that the dump announced for them, when it did.
  public private(set) var announced: String?
  /// Characters of several bytes as UTF-8 writes them.
  public private(set) var wide = 0
  /// Of these, those that make one more UTF-8 character when each is taken for the byte that latin1 has it for: `Ã©`.
  public private(set) var twice = 0
  /// Bytes above ASCII that are no UTF-8.
  public private(set) var other = 0

  /// U+FFFD, which stands for what a tool could not read.
  public private(set) var replaced = 0

  private var seen = 0
  /// How often each byte comes, from the first one above ASCII on.
  private var bytes: [UInt32] = []
  /// Bytes that the character being read still needs, and what it is so far.
  private var missing = 0
  private var scalar: UInt32 = 0
  /// Characters that the character written twice still needs, and how many it has.
  private var pending = 0
  private var taken = 0

  /// The beginning of each table's rows is enough; all of those that may be labelled wrongly are looked at.
  private static let most = 512 << 10
  private static let mostWhereAnnounced = 16 << 20

  /// Character sets with one byte a character (MySQL 8.4 reference manual, "Supported Character Sets").
  static let singleByte: Set<String> = Set([
    "latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852", "cp866", "koi8r",
    "koi8u", "greek", "hebrew", "macroman", "macce", "swe7", "dec8", "hp8", "keybcs2", "armscii8", "geostd8", "ascii",
  ])
  .union(postgreSQL)

  /// The same of PostgreSQL's (PostgreSQL 15, "Character Set Support").
  private static let postgreSQL: Set<String> = [
    "latin3", "latin4", "latin6", "latin8", "latin9", "latin10", "iso_8859_5", "iso_8859_6", "iso_8859_7", "iso_8859_8",
    "win866", "win874", "win1250", "win1251", "win1252", "win1253", "win1254", "win1255", "win1256", "win1257",
    "win1258", "iso-8859-1", "windows-1252",
  ]

  /// Whether the rows are UTF-8 although the dump says otherwise.
  public var isLabelledWrongly: Bool { isSingleByte && wide >= 3 && other * 10 <= wide }
  /// Whether nearly all text beyond ASCII was taken for latin1 once, and made UTF-8 again.
  public var isEncodedTwice: Bool { !isSingleByte && twice >= 10 && (wide - twice) * 10 <= wide && other == 0 }

  /// Whether most characters beyond ASCII are the mark of a lost one.
  public var isReplaced: Bool { replaced >= 20 && replaced * 2 >= wide }

  /// Binary data in which every byte comes about as often as every other, but for control characters of which there is
  /// none: something took them out. Those that the tools escape (NUL, line ends, Control-Z) are not looked at.
  public var isFiltered: Bool {
    guard !bytes.isEmpty else { return false }
    let high = bytes[128...]
    let average = high.reduce(0, +) / 128
    guard average >= 40, other > wide, high.allSatisfy({ $0 >= average / 4 }) else { return false }
    let controls = [1..<9, 11..<13, 14..<26, 27..<32].joined()
    return controls.count { bytes[$0] == 0 } >= 3
  }

  private var isSingleByte: Bool { announced.map(Self.singleByte.contains) ?? false }

  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, announced: String?) {
    if self.announced == nil { self.announced = announced }
    guard seen < (isSingleByte ? Self.mostWhereAnnounced : Self.most), self.announced == announced else { return }
    seen += bytes.count
    for byte in bytes {
      if self.bytes.isEmpty {
        guard byte >= 0x80 else { continue }
        self.bytes = Array(repeating: 0, count: 256)
      }
      self.bytes[Int(byte)] &+= 1
      if byte >= 0x80 || missing > 0 || pending > 0 { take(byte) }
    }
  }

  private mutating func take(_ byte: UInt8) {
    if missing > 0 {
      if byte & 0xC0 == 0x80 {
        scalar = scalar << 6 | UInt32(byte & 0x3F)
        missing -= 1
        if missing == 0 { takeCharacter() }
        return
      }
      other += 1
      missing = 0
    }
    switch byte {
    case 0xC2...0xDF: begin(1, byte & 0x1F)
    case 0xE0...0xEF: begin(2, byte & 0x0F)
    case 0xF0...0xF4: begin(3, byte & 0x07)
    default:
      if byte >= 0x80 { other += 1 }
      pending = 0
    }
  }

  private mutating func begin(_ count: Int, _ bits: UInt8) {
    missing = count
    scalar = UInt32(bits)
  }

  private mutating func takeCharacter() {
    wide += 1
    if scalar == 0xFFFD { replaced += 1 }
    if pending > 0, Self.isContinuation(scalar) {
      pending -= 1
      taken += 1
      if pending == 0 { twice += taken }
      return
    }
    taken = 1
    switch scalar {
    case 0xC2...0xDF: pending = 1
    case 0xE0...0xEF: pending = 2
    case 0xF0...0xF4: pending = 3
    default: pending = 0
    }
  }

  /// A byte of 0x80 to 0xBF as latin1 has it, which is cp1252 for MySQL (strings/ctype-latin1.cc).
  private static func isContinuation(_ scalar: UInt32) -> Bool {
    (0x80...0xBF).contains(scalar) || cp1252.contains(scalar)
  }

  private static let cp1252: Set<UInt32> = [
    0x20AC, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x017D, 0x2018,
    0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x017E, 0x0178,
  ]
}
