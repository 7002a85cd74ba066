/// Writing down, with the caps that keep memory constant.
extension SQLDumpScanner {
  mutating func note(_ statement: ForeignStatement) {
    if !claims.foreignStatements.append(statement, upTo: DumpClaims.Limit.findings) {
      claims.leftOut += 1
      // A refusal must not be lost among thousands of notes.
      if statement.severity == .refuse, let last = claims.foreignStatements.lastIndex(where: { $0.severity == .note }) {
        claims.foreignStatements[last] = statement
      }
    }
  }

  mutating func note(_ statement: AdaptedStatement) {
    if !claims.adapted.append(statement, upTo: DumpClaims.Limit.findings) { claims.leftOut += 1 }
  }

  mutating func note(_ message: ToolMessage) {
    if !claims.toolMessages.append(message, upTo: DumpClaims.Limit.findings) {
      claims.leftOut += 1
      // Nor a failure among hundreds of warnings.
      if message.kind != .warning, let last = claims.toolMessages.lastIndex(where: { $0.kind == .warning }) {
        claims.toolMessages[last] = message
      }
    }
  }

  /// Once for each thing needed.
  mutating func note(_ need: ServerNeed) {
    guard directory.needs.count < DumpClaims.Limit.findings else { return }
    guard directory.needs.insert("\(need.kind.rawValue) \(need.name)").inserted else { return }
    claims.needs.append(need)
  }

  mutating func noteDatabase(_ name: String) {
    guard directory.databases.count < DumpClaims.Limit.names, directory.databases.insert(name).inserted else { return }
    claims.databases.append(name)
  }

  mutating func noteDefiner(_ definer: String) {
    guard directory.definers.count < DumpClaims.Limit.names, directory.definers.insert(definer).inserted else { return }
    claims.definers.append(definer)
  }

  mutating func noteCharset(_ name: String) {
    guard directory.charsets.count < DumpClaims.Limit.findings else { return }
    let name = name.lowercased()
    if directory.charsets.insert(name).inserted { claims.clientCharsets.append(name) }
  }

  /// ``SETVAL(`s`, 2000, 0)``.
  mutating func noteSetSequence(_ reader: TokenReader) {
    var reader = reader
    guard reader.skip("SETVAL"), reader.skip(sign: SQLByte.open), let name = reader.name().map(qualified) else {
      return
    }
    for index in claims.sequences.indices
    where claims.sequences[index].name == name.name && claims.sequences[index].database == name.database {
      claims.sequences[index].isSet = true
    }
  }

  // MARK: - Tables

  /// The name with the database that is in use, when it has none of its own.
  func qualified(_ name: QualifiedName) -> QualifiedName {
    QualifiedName(database: name.database ?? session.database, name: name.name)
  }

  /// The table's claim, made when there is none yet; nil when the list is full.
  mutating func table(_ name: QualifiedName, line: Int) -> Int? {
    let name = qualified(name)
    if let index = directory.tables[name] { return index }
    let claim = TableClaim(database: name.database, name: name.name, line: line)
    guard claims.tables.append(claim, upTo: DumpClaims.Limit.tables) else {
      claims.leftOut += 1
      return nil
    }
    directory.tables[name] = claims.tables.count - 1
    return claims.tables.count - 1
  }

  mutating func dropTable(_ name: QualifiedName, line: Int) {
    noteSection(ofDropped: name, line: line)
    let name = qualified(name)
    makeRoom(nil, name, line: line)
    guard let index = directory.tables[name], claims.tables[index].isCreated else { return }
    noteReplaced(index, line: line)
    if claims.isMysqldumps, claims.tables[index].rows > 0, claims.lost.count < DumpClaims.Limit.findings {
      claims.lost[index] = LostTable(rows: claims.tables[index].rows, dropLine: line)
    }
    claims.tables[index].isDropped = true
    claims.tables[index].startAnew()
    // Triggers go with their table.
    let lost = claims.triggers.filter { $0.database == name.database && $0.table == name.name }
    for trigger in lost { dropObject(.trigger, QualifiedName(database: trigger.database, name: trigger.name)) }
  }

  /// mysqldump drops, in a table's section, the table that it then makes (client/mysqldump.cc, get_table_structure).
  private mutating func noteSection(ofDropped name: QualifiedName, line: Int) {
    guard claims.isMysqldumps, section == .table, let announced, announced != name.name,
      !announced.contains(where: \.isNewline), !name.name.contains(where: \.isNewline)
    else { return }
    claims.brackets.misses("line \(line) drops another table than the one whose section it stands in")
  }

  /// `DROP … IF EXISTS` of what the dump did not make itself comes before its CREATE.
  private mutating func makeRoom(_ kind: ClaimDirectory.ObjectKind?, _ name: QualifiedName, line: Int) {
    guard claims.isMysqldumps else { return }
    let isThere =
      kind.map { directory.objects.contains(.init(kind: $0, name: name)) }
      ?? (directory.tables[name].map { claims.tables[$0].isCreated } ?? false || directory.views[name] != nil)
    if !isThere { claims.promises.promise(kind, name, line: line) }
  }

  /// Rows that were restored from this file, and go.
  mutating func noteReplaced(_ index: Int, line: Int) {
    let table = claims.tables[index]
    guard table.isCreated, !table.isDropped, table.rows > 0 else { return }
    let replaced = ReplacedTable(
      name: table.qualifiedName, rows: table.rows, line: table.line, dropLine: line, databases: headers(of: table))
    if !claims.replaced.append(replaced, upTo: DumpClaims.Limit.findings) { claims.leftOut += 1 }
  }

  /// `CREATE TABLE IF NOT EXISTS` of a table that another database's dump made: their rows get mixed.
  mutating func noteMixed(_ index: Int, line: Int) {
    if !headers(of: claims.tables[index]).isEmpty { noteReplaced(index, line: line) }
  }

  /// The databases of the header before the table and of the one that the file has come to, when these are two and no
  /// statement tells them apart.
  private func headers(of table: TableClaim) -> [String] {
    let names = [table.dump, claims.dumps.count].compactMap { $0 > 0 ? claims.dumps[$0 - 1].database : nil }
    return table.database == nil && Set(names).count == 2 ? names : []
  }

  mutating func renameTable(_ old: QualifiedName, to new: QualifiedName, line: Int) {
    let (old, new) = (qualified(old), qualified(new))
    guard let index = directory.tables.removeValue(forKey: old) else { return }
    claims.tables[index].database = new.database
    claims.tables[index].name = new.name
    directory.tables[new] = index
  }

  mutating func dropDatabase(_ database: String, line: Int) {
    claims.promises.forget(database: database)
    for index in claims.tables.indices where claims.tables[index].database == database && claims.tables[index].isCreated
    {
      noteReplaced(index, line: line)
      claims.tables[index].isDropped = true
      claims.tables[index].startAnew()
    }
    for index in claims.views.indices where claims.views[index].database == database {
      claims.views[index].isDropped = true
    }
    claims.routines.removeAll { $0.database == database }
    claims.triggers.removeAll { $0.database == database }
    claims.events.removeAll { $0.database == database }
    claims.sequences.removeAll { $0.database == database }
    directory.objects = directory.objects.filter { $0.name.database != database }
  }

  // MARK: - Views, routines, triggers, events, sequences

  mutating func noteView(_ name: QualifiedName, isPlaceholder: Bool, line: Int) {
    let name = qualified(name)
    claims.promises.keep(nil, name)
    // What mysqldump saves and puts back around a stand-in tells it from a view of constants, without comments too.
    let isAnnounced = isPlaceholder && (section == .placeholder || claims.brackets.isAroundStatement)
    if let table = directory.tables[name], claims.tables[table].isViewPlaceholder {
      claims.tables[table].isDropped = true
    }
    if let index = directory.views[name] {
      claims.views[index].isPlaceholder = isPlaceholder
      claims.views[index].isAnnouncedPlaceholder = isAnnounced
      claims.views[index].isDropped = false
      return
    }
    var claim = ViewClaim(database: name.database, name: name.name, line: line, isPlaceholder: isPlaceholder)
    claim.isAnnouncedPlaceholder = isAnnounced
    guard claims.views.append(claim, upTo: DumpClaims.Limit.objects) else {
      claims.leftOut += 1
      return
    }
    directory.views[name] = claims.views.count - 1
  }

  /// Whether the object is new and there is room for it.
  mutating func admit(_ kind: ClaimDirectory.ObjectKind, _ name: QualifiedName) -> Bool {
    claims.promises.keep(kind, name)
    guard directory.objects.count < DumpClaims.Limit.objects else {
      claims.leftOut += 1
      return false
    }
    return directory.objects.insert(.init(kind: kind, name: name)).inserted
  }

  mutating func dropObject(_ kind: ClaimDirectory.ObjectKind, _ name: QualifiedName, line: Int? = nil) {
    let name = qualified(name)
    if let line { makeRoom(kind, name, line: line) }
    guard directory.objects.remove(.init(kind: kind, name: name)) != nil else { return }
    func isIt(_ database: String?, _ other: String) -> Bool { database == name.database && other == name.name }
    switch kind {
    case .trigger: claims.triggers.removeAll { isIt($0.database, $0.name) }
    case .event: claims.events.removeAll { isIt($0.database, $0.name) }
    case .sequence: claims.sequences.removeAll { isIt($0.database, $0.name) }
    case .procedure: claims.routines.removeAll { $0.kind == .procedure && isIt($0.database, $0.name) }
    case .package: claims.routines.removeAll { $0.kind == .package && isIt($0.database, $0.name) }
    case .packageBody: claims.routines.removeAll { $0.kind == .packageBody && isIt($0.database, $0.name) }
    case .function:
      claims.routines.removeAll { [.function, .loadableFunction].contains($0.kind) && isIt($0.database, $0.name) }
    }
  }
}
