/// What a statement asks of the server that the target may not have.
extension SQLDumpScanner {
  /// Collations of MySQL 8 that have no counterpart on any MariaDB (MariaDB, commit for MDEV-20912).
  private static let neverOnMariaDB: Set<String> = [
    "utf8mb4_ja_0900_as_cs", "utf8mb4_ja_0900_as_cs_ks", "utf8mb4_ru_0900_as_cs", "utf8mb4_zh_0900_as_cs",
  ]

  mutating func noteNeeds(_ tokens: SQLTokens, _ list: [SQLToken], line: Int) {
    var previous: SQLToken?
    for token in list {
      defer { if !isEqualsSign(token, tokens) { previous = token } }
      guard token.kind != .sign && token.kind != .variable else { continue }
      let bytes = tokens.bytes(of: token)
      // Words that are names of collations tell by themselves; in quotes (`COLLATE='utf8mb4_0900_ai_ci'`) they may be
      // a value, a comment or a column's name.
      if bytes.count > 10 && bytes.count < 64 && Self.namesCollation(bytes),
        token.kind == .word || previous.map({ isCollationWord($0, tokens) }) ?? false
      {
        needCollation(tokens.text(of: token).lowercased(), line: line)
      }
      if bytes.count < 12, bytes.contains(UInt8(ascii: "8")), let previous, isCharsetWord(previous, tokens) {
        needCharset(tokens.text(of: token).lowercased(), line: line)
      }
    }
  }

  private func isEqualsSign(_ token: SQLToken, _ tokens: SQLTokens) -> Bool {
    token.kind == .sign && tokens.bytes(of: token)[0] == UInt8(ascii: "=")
  }

  private func isCollationWord(_ token: SQLToken, _ tokens: SQLTokens) -> Bool {
    let text = tokens.text(of: token).uppercased()
    return text == "COLLATE" || text.hasSuffix("COLLATION_CONNECTION") || text.hasSuffix("COLLATION_DATABASE")
      || text.hasSuffix("COLLATION_SERVER")
  }

  private func isCharsetWord(_ token: SQLToken, _ tokens: SQLTokens) -> Bool {
    tokens.matches(token, "CHARSET") || tokens.matches(token, "SET") || tokens.matches(token, "NAMES")
      || tokens.matches(token, "CHARACTER_SET_CLIENT")
  }

  /// Holds `_0900_`, `uca1400` or begins with `utf8mb3_`.
  private static func namesCollation(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for start in 0..<(bytes.count - 6) {
      let rest = UnsafeBufferPointer(rebasing: bytes[start...])
      if rest[0] == UInt8(ascii: "_") && rest.startsWith("_0900_") { return true }
      if rest[0] | 0x20 == UInt8(ascii: "u")
        && (rest.startsWith("UCA1400") || (start < 2 && rest.startsWith("UTF8MB3_")))
      {
        return true
      }
    }
    return false
  }

  private mutating func needCollation(_ name: String, line: Int) {
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
      name.hasSuffix("_ci")
        || name.hasSuffix("_cs") || name.hasSuffix("_ks") || name.hasSuffix("_bin")
    else { return }
    let isThere: Bool
    let flavour: ServerFlavour?
    if name.contains("_0900_") {
      flavour = .mysql
      isThere = target.flavour == .mysql ? target.version >= ServerVersion(8, 0) : mariaDBKnows0900(name)
    } else if name.contains("uca1400") {
      flavour = .mariadb
      isThere = target.flavour == .mariadb && target.version >= ServerVersion(10, 10)
    } else {
      flavour = nil
      isThere = target.version >= (target.flavour == .mysql ? ServerVersion(8, 0, 28) : ServerVersion(10, 6))
    }
    if !isThere { note(ServerNeed(kind: .collation, name: name, flavour: flavour, line: line)) }
  }

  /// MariaDB 11.4.5 and 11.7.2 took most of them as other names of its own UCA 14.0.0 collations (MDEV-20912).
  private func mariaDBKnows0900(_ name: String) -> Bool {
    guard !Self.neverOnMariaDB.contains(name) else { return false }
    let version = target.version
    let isLongTerm = (version.major, version.minor) == (11, 4) && version.patch >= 5
    return isLongTerm || version >= ServerVersion(11, 7, 2)
  }

  private mutating func needCharset(_ name: String, line: Int) {
    guard name == "gb18030" else { return }
    let isThere = target.flavour == .mysql && target.version >= ServerVersion(5, 7, 4)
    if !isThere { note(ServerNeed(kind: .charset, name: name, flavour: .mysql, line: line)) }
  }

  mutating func needEngine(_ name: String, line: Int) {
    guard !target.engines.contains(name.lowercased()) else { return }
    note(ServerNeed(kind: .engine, name: String(name.prefix(64)), line: line))
  }

  mutating func needMariaDB(_ feature: String, line: Int) {
    guard target.flavour == .mysql else { return }
    note(ServerNeed(kind: .feature, name: feature, flavour: .mariadb, line: line))
  }
}
