/// DROP, ALTER and RENAME: what they undo or change of earlier claims.
extension SQLDumpScanner {
  private static let objects: Set<String> = [
    "TABLE", "TABLES", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "DATABASE", "SCHEMA", "SEQUENCE", "PACKAGE",
    "USER", "ROLE",
    "SERVER", "INDEX", "PREPARE", "TABLESPACE", "LOGFILE",
  ]
  private static let systemSchemas: Set<String> = ["mysql", "sys", "performance_schema", "information_schema"]

  mutating func classifyDrop(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    guard let object = reader.seek(Self.objects, most: 3) else { return foreign(.unknown, .note, line) }
    let isBody = object == "PACKAGE" && reader.skip("BODY")
    reader.skipIfExists()
    guard let name = reader.name() else { return .forward }
    switch object {
    case "TABLE", "TABLES", "VIEW": return dropAll(name, &reader, isView: object == "VIEW", line: line)
    case "DATABASE", "SCHEMA":
      if Self.systemSchemas.contains(name.name.lowercased()) { return foreign(.dropSystemSchema, .refuse, line) }
      dropDatabase(name.name, line: line)
    case "TRIGGER": dropObject(.trigger, name, line: line)
    case "PROCEDURE": dropObject(.procedure, name, line: line)
    case "FUNCTION": dropObject(.function, name, line: line)
    case "PACKAGE": dropObject(isBody ? .packageBody : .package, name, line: line)
    case "EVENT": dropObject(.event, name, line: line)
    case "SEQUENCE": dropObject(.sequence, name, line: line)
    case "USER", "ROLE": return foreign(.account, .note, line)
    case "SERVER": return foreign(.remoteServer, .note, line)
    default: break
    }
    return .forward
  }

  private mutating func dropAll(
    _ first: QualifiedName, _ reader: inout TokenReader, isView: Bool, line: Int
  ) -> StatementVerdict {
    var next: QualifiedName? = first
    while let name = next {
      if name.database?.lowercased() == "mysql" && refuseSystemChange(line: line) {
        return StatementVerdict(isRefused: true)
      }
      if !isView {
        dropTable(name, line: line)
      } else if let index = directory.views[qualified(name)] {
        claims.views[index].isDropped = true
      }
      next = reader.skip(sign: UInt8(ascii: ",")) ? reader.name() : nil
    }
    return .forward
  }

  mutating func classifyAlter(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    switch reader.seek(
      ["TABLE", "DATABASE", "SCHEMA", "USER", "SERVER", "INSTANCE", "SEQUENCE", "EVENT", "VIEW"], most: 12)
    {
    case "TABLE":
      reader.skipIfExists()
      guard let name = reader.name() else { return StatementVerdict(kind: .table) }
      if name.database?.lowercased() == "mysql" && refuseSystemChange(line: line) {
        return StatementVerdict(kind: .table, isRefused: true)
      }
      let index = directory.tables[qualified(name)]
      switchKeys(reader, of: qualified(name), line: line)
      if let index { follow(reader, of: index, line: line) }
      var change = reader
      if claims.isMysqldumps, change.seek(["DROP", "MODIFY", "CHANGE"], most: 4) != nil {
        note(ForeignStatement(.dataChange, .note, line: line))
      }
      return StatementVerdict(kind: .table, table: index)
    case "USER": return foreign(.account, .note, line)
    case "SERVER": return foreign(.remoteServer, .note, line)
    case "INSTANCE": return foreign(.serverAdministration, .refuse, line)
    default: return .forward
    }
  }

  /// `DISABLE KEYS`, `ENABLE KEYS`: around a table's rows.
  private mutating func switchKeys(_ reader: TokenReader, of name: QualifiedName, line: Int) {
    var reader = reader
    let key = "\(name.database ?? "").\(name.name)"
    if reader.skip("DISABLE"), reader.isNext("KEYS") { claims.brackets.switchKeysOff(key, line: line) }
    if reader.skip("ENABLE"), reader.isNext("KEYS") {
      claims.brackets.switchKeysOn(key, line: line, isStrict: claims.isMysqldumps)
    }
  }

  /// phpMyAdmin creates tables without indexes and adds them at the end; scripts by hand take some away, or rename.
  private mutating func follow(_ reader: TokenReader, of table: Int, line: Int) {
    var reader = reader
    while let verb = reader.seek(["ADD", "DROP", "RENAME", "AUTO_INCREMENT"], most: 40_000) {
      switch verb {
      case "ADD": addIndex(&reader, to: table)
      case "DROP": dropIndex(&reader, of: table)
      case "AUTO_INCREMENT":
        if reader.skip(sign: UInt8(ascii: "=")), let next = reader.text().flatMap({ UInt64($0) }) {
          claims.tables[table].autoIncrement = next
        }
      default: rename(&reader, table, line: line)
      }
    }
  }

  private mutating func addIndex(_ reader: inout TokenReader, to table: Int) {
    var name: String?
    if reader.skip("PRIMARY") {
      name = "PRIMARY"
    } else {
      let isIndex = ["UNIQUE", "FULLTEXT", "SPATIAL", "KEY", "INDEX"].contains(reader.word ?? "")
      for word: StaticString in ["UNIQUE", "FULLTEXT", "SPATIAL", "KEY", "INDEX"] { _ = reader.skip(word) }
      reader.skipIfExists()
      if isIndex { name = reader.name()?.name }
    }
    if let name, !claims.tables[table].indexes.contains(name) {
      _ = claims.tables[table].indexes.append(name, upTo: DumpClaims.Limit.indexesPerTable)
    }
  }

  private mutating func dropIndex(_ reader: inout TokenReader, of table: Int) {
    if reader.skip("PRIMARY") { return claims.tables[table].indexes.removeAll { $0 == "PRIMARY" } }
    guard reader.skip("INDEX") || reader.skip("KEY") else { return }
    reader.skipIfExists()
    guard let name = reader.name()?.name.lowercased() else { return }
    claims.tables[table].indexes.removeAll { $0.lowercased() == name }
  }

  /// `RENAME TO t`, `RENAME INDEX a TO b`.
  private mutating func rename(_ reader: inout TokenReader, _ table: Int, line: Int) {
    if reader.isNext("COLUMN") { return }
    let old = QualifiedName(database: claims.tables[table].database, name: claims.tables[table].name)
    guard reader.skip("INDEX") || reader.skip("KEY") else {
      _ = reader.skip("TO") || reader.skip("AS")
      if let new = reader.name() { renameTable(old, to: new, line: line) }
      return
    }
    guard let from = reader.name()?.name.lowercased(), reader.skip("TO"), let new = reader.name()?.name else { return }
    claims.tables[table].indexes = claims.tables[table].indexes.map { $0.lowercased() == from ? new : $0 }
  }

  mutating func classifyRename(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    guard reader.skip("TABLE") || reader.skip("TABLES") else { return foreign(.account, .note, line) }
    repeat {
      guard let old = reader.name(), reader.skip("TO"), let new = reader.name() else { break }
      renameTable(old, to: new, line: line)
    } while reader.skip(sign: UInt8(ascii: ","))
    return .forward
  }
}
