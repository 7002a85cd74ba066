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
      dropDatabase(name.name)
    case "TRIGGER": dropObject(.trigger, name)
    case "PROCEDURE": dropObject(.procedure, name)
    case "FUNCTION": dropObject(.function, name)
    case "PACKAGE": dropObject(isBody ? .packageBody : .package, name)
    case "EVENT": dropObject(.event, name)
    case "SEQUENCE": dropObject(.sequence, name)
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
        dropTable(name)
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
      if let index { addIndexes(reader, to: index) }
      return StatementVerdict(kind: .table, table: index)
    case "USER": return foreign(.account, .note, line)
    case "SERVER": return foreign(.remoteServer, .note, line)
    case "INSTANCE": return foreign(.serverAdministration, .refuse, line)
    default: return .forward
    }
  }

  /// phpMyAdmin creates tables without indexes and adds them at the end.
  private mutating func addIndexes(_ reader: TokenReader, to table: Int) {
    var reader = reader
    while reader.seek(["ADD"], most: 40_000) != nil {
      var name: String?
      if reader.skip("PRIMARY") {
        name = "PRIMARY"
      } else {
        let isIndex = ["UNIQUE", "FULLTEXT", "SPATIAL", "KEY", "INDEX"].contains(reader.word ?? "")
        for word: StaticString in ["UNIQUE", "FULLTEXT", "SPATIAL", "KEY", "INDEX"] { _ = reader.skip(word) }
        if isIndex { name = reader.name()?.name }
      }
      if let name { _ = claims.tables[table].indexes.append(name, upTo: DumpClaims.Limit.indexesPerTable) }
    }
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
