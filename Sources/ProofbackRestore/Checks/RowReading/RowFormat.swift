/// How a client writes rows as text: a line a row, a tab between values, a backslash in front of what is escaped.
public enum RowFormat: String, Sendable, CaseIterable {
  /// `mariadb --batch` (MariaDB, client/mysql.cc, safe_put_field): `\t`, `\n`, `\0`, `\\`; NULL is the word.
  case batch
  /// `COPY … TO STDOUT` (PostgreSQL, "COPY", text format): `\b`, `\f`, `\n`, `\r`, `\t`, `\v`, `\\`; NULL is `\N`.
  case copy

  var null: [UInt8] {
    switch self {
    case .batch: Array("NULL".utf8)
    case .copy: Array("\\N".utf8)
    }
  }

  /// What an escaped letter stands for.
  func unescaped(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "0") where self == .batch: 0
    case UInt8(ascii: "r") where self == .copy: 13
    case UInt8(ascii: "b") where self == .copy: 8
    case UInt8(ascii: "f") where self == .copy: 12
    case UInt8(ascii: "v") where self == .copy: 11
    default: byte
    }
  }
}
