/// A name as statements write it.
struct QualifiedName: Hashable {
  var database: String?
  var name: String
}

/// Walks through the tokens of one statement.
struct TokenReader {
  let tokens: SQLTokens
  let list: [SQLToken]
  var index: Int

  init(_ tokens: SQLTokens, _ list: [SQLToken], from index: Int = 0) {
    self.tokens = tokens
    self.list = list
    self.index = index
  }

  var token: SQLToken? { index < list.count ? list[index] : nil }

  func at(_ offset: Int) -> SQLToken? { index + offset < list.count ? list[index + offset] : nil }

  func isNext(_ word: StaticString) -> Bool { token.map { tokens.matches($0, word) } ?? false }

  func isSign(_ sign: UInt8, offset: Int = 0) -> Bool {
    guard let token = at(offset), token.kind == .sign else { return false }
    return tokens.bytes(of: token)[0] == sign
  }

  /// The next token's text when it is a word, in capitals.
  var word: String? { token.flatMap { $0.kind == .word ? tokens.text(of: $0).uppercased() : nil } }

  mutating func skip(_ word: StaticString) -> Bool {
    guard isNext(word) else { return false }
    index += 1
    return true
  }

  mutating func skip(sign: UInt8) -> Bool {
    guard isSign(sign) else { return false }
    index += 1
    return true
  }

  /// `IF EXISTS`, `IF NOT EXISTS`.
  mutating func skipIfExists() {
    guard skip("IF") else { return }
    _ = skip("NOT")
    _ = skip("EXISTS")
  }

  mutating func name() -> QualifiedName? {
    guard let first = part() else { return nil }
    guard isSign(UInt8(ascii: ".")) else { return QualifiedName(name: first) }
    index += 1
    guard let second = part() else { return nil }
    return QualifiedName(database: first, name: second)
  }

  private mutating func part() -> String? {
    guard let token, token.kind == .word || token.kind == .backquoted else { return nil }
    index += 1
    return tokens.text(of: token)
  }

  /// The text of whatever comes next, without quotes.
  mutating func text() -> String? {
    guard let token else { return nil }
    index += 1
    return tokens.text(of: token)
  }

  /// Steps to the next token that is one of `words`, looking at no more than `most` tokens.
  mutating func seek(_ words: Set<String>, most: Int) -> String? {
    for offset in 0..<most {
      guard let token = at(offset) else { return nil }
      guard token.kind == .word else { continue }
      let text = tokens.text(of: token).uppercased()
      if words.contains(text) {
        index += offset + 1
        return text
      }
    }
    return nil
  }
}
