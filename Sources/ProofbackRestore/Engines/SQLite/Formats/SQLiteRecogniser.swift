/// Tells SQLite's files by their first bytes.
enum SQLiteContent: Sendable, Equatable {
  case database
  /// What `.dump` of its command line writes.
  case dump
  /// A write-ahead log, worth something beside its database only.
  case log

  init?(_ head: [UInt8]) {
    if head.starts(with: SQLiteHeader.magic) {
      self = .database
    } else if head.starts(with: "PRAGMA foreign_keys=OFF;".utf8) {
      self = .dump
    } else if head.starts(with: [0x37, 0x7F, 0x06]), head.count > 3, head[3] == 0x82 || head[3] == 0x83 {
      self = .log
    } else {
      return nil
    }
  }

  var format: String { self == .dump ? "an SQLite dump" : "an SQLite database" }
}
