/// The first words of a statement, as PostgreSQL's lexer would see them.
struct StatementHead {
  enum Token: Equatable {
    /// Without quotes, in lower case.
    case word(String)
    /// In double quotes.
    case name(String)
    case text(String)
    case symbol(UInt8)

    var identifier: String? {
      switch self {
      case .word(let name), .name(let name): name
      default: nil
      }
    }
  }

  private(set) var tokens: [Token] = []
  private static let most = 400

  init(_ bytes: [UInt8]) {
    var position = 0
    while position < bytes.count, tokens.count < Self.most {
      position = read(bytes, position)
    }
  }

  /// Lower-case words at the beginning; a name in quotes ends them.
  var words: [String] {
    var words: [String] = []
    for token in tokens {
      guard case .word(let word) = token else { break }
      words.append(word)
    }
    return words
  }

  func starts(_ words: String...) -> Bool { has(words, at: 0) }

  func has(_ words: [String], at index: Int) -> Bool {
    guard tokens.count >= index + words.count else { return false }
    return words.indices.allSatisfy { tokens[index + $0] == .word(words[$0]) }
  }

  /// Where this sequence of words comes first.
  func index(of words: String..., from: Int = 0) -> Int? {
    guard tokens.count >= words.count else { return nil }
    return tokens.indices.dropFirst(from).first { has(words, at: $0) }
  }

  func symbol(_ character: Unicode.Scalar, at index: Int) -> Bool {
    tokens.indices.contains(index) && tokens[index] == .symbol(UInt8(ascii: character))
  }

  func identifier(at index: Int) -> String? {
    tokens.indices.contains(index) ? tokens[index].identifier : nil
  }

  func text(at index: Int) -> String? {
    guard tokens.indices.contains(index), case .text(let text) = tokens[index] else { return nil }
    return text
  }

  /// `schema.name`, `name`; and where it ends.
  func qualified(at index: Int) -> (schema: String?, name: String, next: Int)? {
    guard let first = identifier(at: index) else { return nil }
    guard symbol(".", at: index + 1), let second = identifier(at: index + 2) else { return (nil, first, index + 1) }
    return (first, second, index + 3)
  }

  /// Behind `IF [NOT] EXISTS` and `ONLY`, where they stand.
  func behindConditions(_ index: Int) -> Int {
    var index = index
    if has(["if", "not", "exists"], at: index) { index += 3 }
    if has(["if", "exists"], at: index) { index += 2 }
    if has(["only"], at: index) { index += 1 }
    return index
  }

  // MARK: Reading

  private mutating func read(_ bytes: [UInt8], _ start: Int) -> Int {
    let byte = bytes[start]
    switch byte {
    case 9, 10, 12, 13, 32: return start + 1
    case UInt8(ascii: "-") where start + 1 < bytes.count && bytes[start + 1] == byte:
      return bytes[start...].firstIndex(of: 10) ?? bytes.count
    case UInt8(ascii: "\""):
      let (text, end) = quoted(bytes, start, byte)
      tokens.append(.name(text))
      return end
    case UInt8(ascii: "'"):
      let (text, end) = quoted(bytes, start, byte)
      tokens.append(.text(text))
      return end
    case let byte where SQLCharacter.isStart(byte):
      let end = bytes[start...].firstIndex { !SQLCharacter.isPart($0) } ?? bytes.count
      tokens.append(.word(String(decoding: bytes[start..<end], as: UTF8.self).lowercased()))
      return end
    default:
      tokens.append(.symbol(byte))
      return start + 1
    }
  }

  private func quoted(_ bytes: [UInt8], _ start: Int, _ quote: UInt8) -> (String, Int) {
    var text: [UInt8] = []
    var position = start + 1
    while position < bytes.count {
      if bytes[position] == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
        position += 1
      }
      text.append(bytes[position])
      position += 1
    }
    return (String(decoding: text, as: UTF8.self), position + 1)
  }
}

/// Characters of identifiers (PostgreSQL, src/backend/parser/scan.l: ident_start, ident_cont).
enum SQLCharacter {
  static func isStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }
  static func isPart(_ byte: UInt8) -> Bool {
    isStart(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "$")
  }
  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte >= 9 && byte <= 13 }
}
