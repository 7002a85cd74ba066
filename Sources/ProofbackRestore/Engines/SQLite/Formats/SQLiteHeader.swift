/// The first 100 bytes of a database file (sqlite.org/fileformat2.html, section 1.3): what the file says of itself.
struct SQLiteHeader: Sendable, Equatable {
  static let length = 100
  static let magic = Array("SQLite format 3\0".utf8)

  var pageSize: Int
  /// 1: rollback journal, 2: write-ahead log.
  var readVersion: UInt8
  /// Pages of the whole file; nil when whoever wrote last did not keep it (SQLite before 3.7.0).
  var pages: UInt64?
  /// SQLite's version that wrote last, as 3040001.
  var writer: UInt32

  /// Nil when the bytes are too few, or hold what no version writes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.length, bytes.starts(with: Self.magic) else { return nil }
    func number(_ at: Int) -> UInt32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    let size = Int(bytes[16]) << 8 | Int(bytes[17])
    pageSize = size == 1 ? 65_536 : size
    readVersion = bytes[19]
    guard (512...65_536).contains(pageSize), pageSize & (pageSize - 1) == 0, (1...2).contains(readVersion) else {
      return nil
    }
    pages = number(28) > 0 && number(24) == number(92) ? UInt64(number(28)) : nil
    writer = number(96)
  }

  var usesLog: Bool { readVersion == 2 }

  var writerText: String? {
    writer >= 3_000_000 && writer < 4_000_000
      ? "SQLite \(writer / 1_000_000).\(writer / 1000 % 1000).\(writer % 1000)" : nil
  }
}
