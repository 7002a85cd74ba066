/// What a byte means to the lexer outside of strings and comments. The low bits are the class, the high bit says that the byte can stand
/// in a word.
enum SQLByteClass {
  static let plain: UInt8 = 0
  static let quote: UInt8 = 1
  static let open: UInt8 = 2
  static let close: UInt8 = 3
  static let backslash: UInt8 = 4
  static let slash: UInt8 = 5
  static let dash: UInt8 = 6
  static let hash: UInt8 = 7
  static let letter: UInt8 = 8
  static let delimiter: UInt8 = 9
  static let mask: UInt8 = 0x3F
  static let word: UInt8 = 0x80

  /// The table for statements that end at `delimiter`.
  static func table(delimiter: [UInt8]) -> [UInt8] {
    var table = [UInt8](repeating: plain, count: 256)
    for byte in 0..<256 {
      let byte = UInt8(byte)
      if SQLByte.isWord(byte) { table[Int(byte)] = SQLByte.isDigit(byte) ? word : letter | word }
    }
    for (byte, value) in [
      (SQLByte.singleQuote, quote), (SQLByte.doubleQuote, quote), (SQLByte.backtick, quote), (SQLByte.open, open),
      (SQLByte.close, close),
      (SQLByte.backslash, backslash), (SQLByte.slash, slash), (SQLByte.dash, dash), (SQLByte.hash, hash),
    ] { table[Int(byte)] = value }
    // It counts at every byte outside of quotes, also behind a word: `END$$`. One that begins with a letter is looked for
    // where words begin only.
    if let first = delimiter.first {
      table[Int(first)] = SQLByteClass.delimiter | (SQLByte.isLetter(first) ? table[Int(first)] & word : 0)
    }
    return table
  }
}

enum SQLByte {
  static let newline = UInt8(ascii: "\n")
  static let singleQuote = UInt8(ascii: "'")
  static let doubleQuote = UInt8(ascii: "\"")
  static let backtick = UInt8(ascii: "`")
  static let open = UInt8(ascii: "(")
  static let close = UInt8(ascii: ")")
  static let backslash = UInt8(ascii: "\\")
  static let slash = UInt8(ascii: "/")
  static let dash = UInt8(ascii: "-")
  static let hash = UInt8(ascii: "#")
  static let star = UInt8(ascii: "*")
  static let bang = UInt8(ascii: "!")
  static let semicolon = UInt8(ascii: ";")

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
  /// Letters, digits, `_`, `$` and every byte of a multi-byte character.
  @inline(__always) static func isWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == 95 || byte == 36 || byte >= 0x80
  }
  @inline(__always) static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }
  /// What has to follow `--` to make it a comment (MySQL, sql/sql_lex.cc: a space or a control character).
  @inline(__always) static func opensLineComment(_ byte: UInt8) -> Bool { byte <= 32 || byte == 127 }
}
