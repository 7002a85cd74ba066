/// CREATE TABLE: columns, indexes, engine.
extension SQLDumpScanner {
  mutating func createTable(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    let isTemporary = reader.list.prefix(reader.index).contains { reader.tokens.matches($0, "TEMPORARY") }
    if isTemporary { return StatementVerdict(kind: .table) }
    let isReplacing = reader.list.prefix(reader.index).contains { reader.tokens.matches($0, "REPLACE") }
    if isReplacing { needMariaDB("CREATE OR REPLACE TABLE", line: line) }
    let keepsOld = reader.isNext("IF")
    reader.skipIfExists()
    guard let name = reader.name(), let index = table(name, line: line) else { return StatementVerdict(kind: .table) }
    noteSystemTable(name, line: line)
    keepPromises(of: name)
    if keepsOld && claims.tables[index].isCreated && !claims.tables[index].isDropped {
      noteMixed(index, line: line)
    } else {
      if isReplacing { noteReplaced(index, line: line) }
      claims.tables[index].startAnew()
      claims.tables[index].line = line
      claims.tables[index].dump = claims.dumps.count
    }
    claims.tables[index].isCreated = true
    claims.tables[index].isDropped = false
    claims.tables[index].isViewPlaceholder = isViewPlaceholder(reader, name)
    var shape = TableShape(reader)
    shape.read()
    claims.tables[index].columns = shape.columns
    claims.tables[index].indexes = shape.indexes
    claims.tables[index].engine = shape.engine
    claims.tables[index].autoIncrement = shape.autoIncrement
    claims.tables[index].charset = shape.charset
    claims.tables[index].hasTimestamps = shape.types.contains("TIMESTAMP")
    claims.lost[index] = nil
    noteBlanks(of: reader, line: line)
    claims.tables[index].isAnnounced = claims.isMysqldumps && section == .table && isAnnounced(name)
    noteNeeds(of: shape, line: line)
    var verdict = StatementVerdict(kind: .table, table: index)
    if shape.hasQuery {
      note(ForeignStatement(.insertSelect, .refuse, line: line))
      verdict.isRefused = true
    }
    return verdict
  }

  /// Servers indent each column by two blanks (SHOW CREATE TABLE). One is left where a tool makes one of several, in
  /// rows as well.
  private mutating func noteBlanks(of reader: TokenReader, line: Int) {
    guard claims.isMysqldumps, claims.blanksChangedLine == nil, reader.isSign(SQLByte.open), let first = reader.at(1),
      reader.tokens.indent(of: first) == 1
    else { return }
    claims.blanksChangedLine = line
  }

  /// In the comment that announces it a name's line ends are written otherwise (client/mysqldump.cc,
  /// fix_identifier_with_newline).
  private mutating func keepPromises(of name: QualifiedName) {
    claims.promises.keep(nil, qualified(name))
    if section == .table, let announced, name.name.contains(where: \.isNewline) {
      claims.promises.keep(nil, qualified(QualifiedName(name: announced)))
    }
  }

  /// mysqldump before 5.7 made a table in a view's place: `/*!50001 CREATE TABLE `v` (…) ENGINE=MyISAM */`.
  private func isViewPlaceholder(_ reader: TokenReader, _ name: QualifiedName) -> Bool {
    section == .placeholder && isAnnounced(name) || (section == nil && reader.tokens.beginsInVersionedComment)
  }

  private mutating func noteNeeds(of shape: TableShape, line: Int) {
    if let engine = shape.engine {
      needEngine(engine, line: line)
      if ["federated", "connect", "spider", "s3"].contains(engine.lowercased()) {
        note(ForeignStatement(.remoteServer, .note, line: line))
      }
    }
    if shape.isSystemVersioned { needMariaDB("system-versioned tables", line: line) }
    if shape.hasFunctionalIndex && target.flavour == .mariadb {
      note(ServerNeed(kind: .feature, name: "functional indexes", flavour: .mysql, line: line))
    }
    let types: Set<String> = target.flavour == .mariadb ? ["GEOMCOLLECTION"] : ["UUID", "INET4", "INET6", "XMLTYPE"]
    for type in shape.types where types.contains(type) {
      let flavour: ServerFlavour = target.flavour == .mariadb ? .mysql : .mariadb
      note(ServerNeed(kind: .dataType, name: type.lowercased(), flavour: flavour, line: line))
    }
  }

  /// `mysql.user` and its like differ so much between the flavours that one's tables break the other's server.
  private mutating func noteSystemTable(_ name: QualifiedName, line: Int) {
    guard qualified(name).database?.lowercased() == "mysql", let flavour = claims.dumps.last?.flavour else { return }
    guard flavour != target.flavour else { return }
    note(ServerNeed(kind: .systemSchema, name: "mysql schema of \(flavour.rawValue)", flavour: flavour, line: line))
  }
}

/// What stands between a table's parentheses and behind them.
struct TableShape {
  private(set) var columns: Int?
  private(set) var indexes: [String] = []
  private(set) var engine: String?
  private(set) var autoIncrement: UInt64?
  private(set) var charset: String?
  private(set) var types: Set<String> = []
  private(set) var hasFunctionalIndex = false
  private(set) var isSystemVersioned = false
  private(set) var hasQuery = false
  private var reader: TokenReader

  init(_ reader: TokenReader) { self.reader = reader }

  mutating func read() {
    if reader.isSign(SQLByte.open) {
      columns = 0
      reader.index += 1
      while reader.token != nil {
        readElement()
        if reader.skip(sign: UInt8(ascii: ",")) { continue }
        _ = reader.skip(sign: SQLByte.close)
        break
      }
    }
    readOptions()
  }

  private mutating func readElement() {
    if reader.token?.kind == .backquoted {
      readColumn()
    } else {
      switch reader.word {
      case "PRIMARY":
        indexes.append("PRIMARY")
      case "KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL": readIndex()
      case "CONSTRAINT", "FOREIGN", "CHECK", "PERIOD", "LIKE", "SELECT", "AS": break
      default: readColumn()
      }
    }
    skipElement()
  }

  private mutating func readColumn() {
    columns = (columns ?? 0) + 1
    reader.index += 1
    if let type = reader.word { types.insert(type) }
  }

  private mutating func readIndex() {
    for word: StaticString in ["UNIQUE", "FULLTEXT", "SPATIAL"] where reader.isNext(word) { reader.index += 1 }
    if reader.isNext("KEY") || reader.isNext("INDEX") { reader.index += 1 }
    guard !reader.isSign(SQLByte.open) else { return }
    if let name = reader.text() { _ = indexes.append(name, upTo: DumpClaims.Limit.indexesPerTable) }
    if reader.isSign(SQLByte.open) && reader.isSign(SQLByte.open, offset: 1) { hasFunctionalIndex = true }
  }

  /// To the comma or parenthesis that ends the element.
  private mutating func skipElement() {
    var depth = 0
    while reader.token != nil {
      if reader.isSign(SQLByte.open) { depth += 1 }
      if reader.isSign(SQLByte.close) {
        if depth == 0 { return }
        depth -= 1
      }
      if depth == 0 && reader.isSign(UInt8(ascii: ",")) { return }
      reader.index += 1
    }
  }

  private mutating func readOptions() {
    while let token = reader.token {
      if reader.isNext("ENGINE") || reader.isNext("TYPE") {
        reader.index += 1
        _ = reader.skip(sign: UInt8(ascii: "="))
        if let name = reader.text(), engine == nil { engine = name }
      } else if reader.isNext("AUTO_INCREMENT") || reader.isNext("CHARSET") || reader.isNext("SET") {
        let isNumber = reader.isNext("AUTO_INCREMENT")
        reader.index += 1
        _ = reader.skip(sign: UInt8(ascii: "="))
        guard let text = reader.text() else { break }
        if isNumber { autoIncrement = UInt64(text) } else { charset = text.lowercased() }
      } else {
        if reader.tokens.matches(token, "VERSIONING") { isSystemVersioned = true }
        if reader.tokens.matches(token, "SELECT") { hasQuery = true }
        reader.index += 1
      }
    }
  }
}
