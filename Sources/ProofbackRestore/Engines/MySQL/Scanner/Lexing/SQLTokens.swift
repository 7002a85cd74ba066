/// A word, name, string or sign of a statement's head.
struct SQLToken: Equatable {
  enum Kind: UInt8 { case word, backquoted, string, doubleQuoted, variable, sign }
  var kind: Kind
  var start: Int
  var end: Int
  /// It stands in a versioned comment that the target does not execute.
  var isSkipped: Bool
}

/// A statement's head cut into tokens, comments left out. The bytes have to outlive it.
struct SQLTokens {
  /// CREATE TABLE statements with thousands of columns fit in.
  private static let most = 40_000

  private let bytes: UnsafeBufferPointer<UInt8>
  private let target: ServerTarget
  private let escapes: Bool
  private(set) var all: [SQLToken] = []
  /// The highest version asked for by a versioned comment that the target skips.
  private(set) var skippedVersion: Int?
  /// The first token stands in a versioned comment.
  private(set) var beginsInVersionedComment = false
  private(set) var isAnsi: Bool

  init(_ bytes: UnsafeBufferPointer<UInt8>, target: ServerTarget, session: SessionState) {
    self.bytes = bytes
    self.target = target
    escapes = !session.mode.contains(.noBackslashEscapes)
    isAnsi = session.mode.contains(.ansiQuotes)
    read()
  }

  /// Tokens that the target executes.
  var executed: [SQLToken] { all.contains { $0.isSkipped } ? all.filter { !$0.isSkipped } : all }

  private mutating func read() {
    var position = 0
    var versioned: (isOpen: Bool, isSkipped: Bool) = (false, false)
    while position < bytes.count && all.count < Self.most {
      let byte = bytes[position]
      if versioned.isOpen && byte == SQLByte.star && at(position + 1) == SQLByte.slash {
        versioned = (false, false)
        position += 2
      } else if let opened = openVersionedComment(&position) {
        versioned = (true, opened)
      } else if skipComment(&position)
        || SQLByte.isSpace(byte)
          && {
            position += 1
            return true
          }()
      {
        continue
      } else {
        let end = endOfToken(position)
        if all.isEmpty { beginsInVersionedComment = versioned.isOpen }
        all.append(SQLToken(kind: kind(position), start: position, end: end, isSkipped: versioned.isSkipped))
        position = end
      }
    }
  }

  private func at(_ position: Int) -> UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Steps behind `/*!50003` or `/*M!100100`; tells whether the target skips what follows. MySQL reads five digits, or six.
  private mutating func openVersionedComment(_ position: inout Int) -> Bool? {
    guard at(position) == SQLByte.slash, at(position + 1) == SQLByte.star else { return nil }
    let isMaria = at(position + 2) == UInt8(ascii: "M")
    guard at(position + (isMaria ? 3 : 2)) == SQLByte.bang else { return nil }
    position += isMaria ? 4 : 3
    var digits = 0
    var number = 0
    while digits < 6 && SQLByte.isDigit(at(position)) {
      number = number * 10 + Int(at(position) - 48)
      digits += 1
      position += 1
    }
    let isSkipped =
      digits < 5 ? isMaria && target.flavour == .mysql : !target.executes(versionedComment: number, maria: isMaria)
    if isSkipped { skippedVersion = max(skippedVersion ?? 0, number) }
    return isSkipped
  }

  private func skipComment(_ position: inout Int) -> Bool {
    switch (at(position), at(position + 1)) {
    case (SQLByte.slash, SQLByte.star):
      position = SQLLexer.skipBlockComment(bytes.baseAddress!, position + 2, bytes.count, true).0
    case (SQLByte.hash, _): position = ByteScan.first(SQLByte.newline, bytes.baseAddress!, position, bytes.count)
    case (SQLByte.dash, SQLByte.dash) where SQLByte.opensLineComment(at(position + 2)):
      position = ByteScan.first(SQLByte.newline, bytes.baseAddress!, position, bytes.count)
    default: return false
    }
    return true
  }

  private func kind(_ position: Int) -> SQLToken.Kind {
    switch bytes[position] {
    case SQLByte.backtick: .backquoted
    case SQLByte.singleQuote: .string
    case SQLByte.doubleQuote: isAnsi ? .backquoted : .doubleQuoted
    case UInt8(ascii: "@"): .variable
    case let byte: SQLByte.isWord(byte) ? .word : .sign
    }
  }

  private func endOfToken(_ start: Int) -> Int {
    var position = start
    switch bytes[start] {
    case SQLByte.backtick, SQLByte.singleQuote, SQLByte.doubleQuote: return endOfQuoted(start)
    case UInt8(ascii: "@"):
      while at(position) == UInt8(ascii: "@") { position += 1 }
      if [SQLByte.backtick, SQLByte.singleQuote, SQLByte.doubleQuote].contains(at(position)) {
        return endOfQuoted(position)
      }
      while position < bytes.count && (SQLByte.isWord(bytes[position]) || bytes[position] == UInt8(ascii: ".")) {
        position += 1
      }
      return position
    case let byte where SQLByte.isWord(byte):
      while position < bytes.count && SQLByte.isWord(bytes[position]) { position += 1 }
      return position
    default: return start + 1
    }
  }

  private func endOfQuoted(_ start: Int) -> Int {
    let quote = bytes[start]
    var position = start + 1
    while position < bytes.count {
      if bytes[position] == SQLByte.backslash && escapes && quote != SQLByte.backtick {
        position += 2
      } else if bytes[position] == quote {
        if at(position + 1) != quote { return position + 1 }
        position += 2
      } else {
        position += 1
      }
    }
    return bytes.count
  }
}

extension SQLTokens {
  func bytes(of token: SQLToken) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[token.start..<token.end])
  }

  /// Blanks in front of the token, when only these stand before it on its line.
  func indent(of token: SQLToken) -> Int? {
    var position = token.start
    while position > 0, bytes[position - 1] == 0x20 { position -= 1 }
    return position > 0 && bytes[position - 1] == SQLByte.newline ? token.start - position : nil
  }

  func matches(_ token: SQLToken, _ word: StaticString) -> Bool {
    token.kind == .word && bytes(of: token).matches(word)
  }

  /// The token's text without its quotes, capped.
  func text(of token: SQLToken) -> String {
    var raw = bytes(of: token)[...]
    if token.kind == .variable {
      raw = raw.drop { $0 == UInt8(ascii: "@") }
      guard let first = raw.first, [SQLByte.backtick, SQLByte.singleQuote, SQLByte.doubleQuote].contains(first) else {
        return Self.decode(raw.prefix(DumpClaims.Limit.nameBytes))
      }
    } else if token.kind == .word || token.kind == .sign {
      return Self.decode(raw.prefix(DumpClaims.Limit.nameBytes))
    }
    guard let quote = raw.first else { return "" }
    var plain: [UInt8] = []
    var isPending = false
    for byte in raw.dropFirst().dropLast().prefix(DumpClaims.Limit.nameBytes) {
      // A doubled quote stands for itself.
      if byte == quote && !isPending {
        isPending = true
        continue
      }
      isPending = false
      plain.append(byte)
    }
    return Self.decode(plain[...])
  }

  private static func decode(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
