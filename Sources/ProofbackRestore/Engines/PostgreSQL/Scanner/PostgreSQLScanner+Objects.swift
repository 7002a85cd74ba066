import ProofbackCore

/// What the dump creates, for holding against what came back.
extension PostgreSQLScanner {
  mutating func note(_ head: StatementHead) {
    guard !statement.isLeftOut else { return }
    noteCollations(head)
    switch head.words.first {
    case "create": noteCreated(head)
    case "alter": noteAltered(head)
    default: break
    }
  }

  private mutating func noteCollations(_ head: StatementHead) {
    guard claims.collations.count < 20 else { return }
    for (index, token) in head.tokens.enumerated() where token == .word("collate") || token == .word("collation") {
      guard let name = head.qualified(at: head.behindConditions(index + 1)), !target.collations.contains(name.name)
      else {
        continue
      }
      claims.collations.append(.init(kind: .collation, name: name.name, line: statement.line))
    }
  }

  private mutating func noteCreated(_ head: StatementHead) {
    var index = 1
    if head.has(["or", "replace"], at: index) { index += 2 }
    var isMaterialized = false
    var isForeign = false
    while let word = head.identifier(at: index), Self.before.contains(word) {
      isMaterialized = isMaterialized || word == "materialized"
      isForeign = isForeign || word == "foreign"
      index += 1
    }
    let at = head.behindConditions(index + 1)
    switch head.identifier(at: index) {
    case "table": noteTable(head, at, isForeign: isForeign)
    case "view": add(isMaterialized ? .materialized : .view, head, at)
    case "sequence": add(.sequence, head, at)
    case "function", "procedure", "aggregate": add(.function, head, at)
    case "index": noteIndex(head, at)
    case "trigger":
      guard let name = head.identifier(at: at), let on = head.index(of: "on", from: at),
        let table = head.qualified(at: on + 1)
      else { return }
      insert(.trigger, place(table.schema, name), table: table.name)
    default: break
    }
  }

  private static let before: Set<String> = [
    "unique", "temp", "temporary", "unlogged", "recursive", "materialized", "foreign", "constraint",
  ]

  private mutating func noteTable(_ head: StatementHead, _ at: Int, isForeign: Bool) {
    guard let name = head.qualified(at: at) else { return }
    var table = claims.tables[place(name.schema, name.name)] ?? .init(line: statement.line)
    table.line = statement.line
    table.isCreated = true
    table.isForeign = isForeign
    table.isPartitioned = head.index(of: "partition", "by") != nil
    claims.tables[place(name.schema, name.name)] = table
  }

  /// pg_dump indents columns by four blanks (src/bin/pg_dump/pg_dump.c, dumpTableSchema). One is left where a tool makes
  /// one of several, in rows as well.
  mutating func noteIndent(_ statement: [UInt8]) {
    guard !claims.dumps.isEmpty, claims.blanksChangedLine == nil,
      let open = statement.firstIndex(of: UInt8(ascii: "("))
    else { return }
    let line = statement[(open + 1)...].drop { $0 == 13 }.prefix(3)
    if line.count == 3, line.first == 10, line.dropFirst().first == 32, line.last != 32 {
      claims.blanksChangedLine = self.statement.line
    }
  }

  private mutating func noteIndex(_ head: StatementHead, _ at: Int) {
    let at = head.has(["concurrently"], at: at) ? at + 1 : at
    guard let name = head.identifier(at: at), head.has(["on"], at: at + 1),
      let table = head.qualified(at: head.behindConditions(at + 2))
    else { return }
    insert(.index, place(table.schema, name), table: table.name)
  }

  private mutating func noteAltered(_ head: StatementHead) {
    guard head.starts("alter", "table") else { return }
    let at = head.behindConditions(2)
    guard let table = head.qualified(at: at) else { return }
    if let add = head.index(of: "add", "constraint", from: table.next), let name = head.identifier(at: add + 2) {
      insert(.constraint, place(table.schema, name), table: table.name)
    }
    if head.has(["disable", "trigger"], at: table.next) { claims.switchesTriggersOff = true }
    if let sequence = head.index(of: "sequence", "name", from: table.next) { self.add(.sequence, head, sequence + 2) }
  }

  /// `setval('public.s', 2000, true)`: names in the text are quoted as anywhere else.
  mutating func noteSetSequence(_ text: String?) {
    guard let text, claims.setSequences.count < 200_000,
      let name = StatementHead(Array(text.utf8)).qualified(at: 0)
    else { return }
    claims.setSequences.insert(place(name.schema, name.name))
  }

  private mutating func add(_ kind: PostgreSQLClaims.Object.Kind, _ head: StatementHead, _ at: Int) {
    guard let name = head.qualified(at: at) else { return }
    insert(kind, place(name.schema, name.name), table: nil)
  }

  private mutating func insert(_ kind: PostgreSQLClaims.Object.Kind, _ name: PostgreSQLName, table: String?) {
    if claims.objects.count < 200_000 { claims.objects.insert(.init(kind: kind, name: name, table: table)) }
  }
}
