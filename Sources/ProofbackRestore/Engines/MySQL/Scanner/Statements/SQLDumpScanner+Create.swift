/// CREATE in all its forms.
extension SQLDumpScanner {
  private static let objects: Set<String> = [
    "TABLE", "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "DATABASE", "SCHEMA", "SEQUENCE", "PACKAGE", "INDEX",
    "USER",
    "ROLE", "SERVER", "TABLESPACE", "LOGFILE", "RESOURCE", "SPATIAL",
  ]

  mutating func classifyCreate(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    noteDefiner(reader)
    claims.brackets.create()
    guard let object = reader.seek(Self.objects, most: 30) else { return foreign(.unknown, .note, line) }
    switch object {
    case "TABLE": return createTable(reader, line: line)
    case "VIEW": return createView(reader, line: line)
    case "TRIGGER": return createTrigger(reader, line: line)
    case "PROCEDURE": return createRoutine(.procedure, .procedure, reader, line: line)
    case "FUNCTION": return createFunction(reader, line: line)
    case "PACKAGE":
      let isBody = reader.skip("BODY")
      needMariaDB("packages", line: line)
      return createRoutine(isBody ? .packageBody : .package, isBody ? .packageBody : .package, reader, line: line)
    case "EVENT": return createEvent(reader, line: line)
    case "SEQUENCE": return createSequence(reader, line: line)
    case "DATABASE", "SCHEMA":
      reader.skipIfExists()
      if let name = reader.name() { noteDatabase(name.name) }
      return .forward
    case "INDEX": return StatementVerdict(kind: .table)
    case "USER": return createUser(reader, line: line)
    case "ROLE": return foreign(.account, .note, line)
    case "SERVER": return foreign(.remoteServer, .note, line)
    case "SPATIAL": return .forward
    default: return foreign(.serverAdministration, .note, line)
    }
  }

  /// `DEFINER=`app`@`%``
  private mutating func noteDefiner(_ reader: TokenReader) {
    var reader = reader
    guard reader.seek(["DEFINER"], most: 12) != nil, reader.skip(sign: UInt8(ascii: "=")) else { return }
    guard let user = reader.text(), let host = reader.token, host.kind == .variable else { return }
    noteDefiner("\(user)@\(reader.tokens.text(of: host))")
  }

  /// `mariadb-dump --system=users` brings the accounts that every installation makes by itself: a plain CREATE USER of
  /// these fails on any server, and says nothing of the dump.
  private mutating func createUser(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var verdict = foreign(.account, .note, line)
    var reader = reader
    guard let user = reader.text(), let host = reader.token, host.kind == .variable else { return verdict }
    if Self.ownAccounts.contains("\(user)@\(reader.tokens.text(of: host))") {
      note(AdaptedStatement(.ownAccount, line: line))
      verdict.isLeftOut = true
    }
    return verdict
  }

  private static let ownAccounts: Set<String> = [
    "root@localhost", "root@127.0.0.1", "root@::1", "mariadb.sys@localhost", "mysql.sys@localhost",
    "mysql.session@localhost",
    "mysql.infoschema@localhost",
  ]

  // MARK: - Views

  private mutating func createView(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    reader.skipIfExists()
    guard let name = reader.name() else { return StatementVerdict(kind: .view) }
    let isPlaceholder: Bool
    switch section {
    case .placeholder: isPlaceholder = isAnnounced(name)
    case .finalView: isPlaceholder = false
    default: isPlaceholder = looksLikePlaceholder(reader) && directory.views[qualified(name)] == nil
    }
    noteView(name, isPlaceholder: isPlaceholder, line: line)
    return StatementVerdict(kind: .view)
  }

  /// `AS SELECT 1 AS `a`,…` (MySQL) or `NULL AS `a`` (MariaDB), from no table.
  private func looksLikePlaceholder(_ reader: TokenReader) -> Bool {
    var reader = reader
    guard reader.seek(["SELECT"], most: 1_000) != nil else { return false }
    guard reader.isNext("1") || reader.isNext("NULL") else { return false }
    return reader.seek(["FROM"], most: 40_000) == nil
  }

  // MARK: - Routines, triggers, events, sequences

  private mutating func createFunction(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var ahead = reader
    if ahead.seek(["SONAME", "BEGIN", "RETURN"], most: 200) == "SONAME" {
      _ = createRoutine(.loadableFunction, .function, reader, line: line)
      return foreign(.library, librarySeverity, line)
    }
    return createRoutine(.function, .function, reader, line: line)
  }

  private mutating func createRoutine(
    _ kind: RoutineClaim.Kind, _ object: ClaimDirectory.ObjectKind, _ reader: TokenReader, line: Int
  ) -> StatementVerdict {
    var reader = reader
    reader.skipIfExists()
    guard let name = reader.name().map(qualified) else { return StatementVerdict(kind: .routine) }
    if admit(object, name) {
      claims.routines.append(RoutineClaim(database: name.database, name: name.name, kind: kind, line: line))
    }
    return StatementVerdict(kind: .routine)
  }

  private mutating func createTrigger(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    reader.skipIfExists()
    guard let name = reader.name().map(qualified), reader.seek(["ON"], most: 20) != nil, let table = reader.name()
    else {
      return StatementVerdict(kind: .routine)
    }
    if admit(.trigger, name) {
      claims.triggers.append(
        TriggerClaim(database: name.database, name: name.name, table: table.name, line: line))
    }
    return StatementVerdict(kind: .routine, table: directory.tables[qualified(table)])
  }

  private mutating func createEvent(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    reader.skipIfExists()
    if let name = reader.name().map(qualified), admit(.event, name) {
      claims.events.append(
        ObjectClaim(database: name.database, name: name.name, line: line, mayBeOver: hasEnd(reader)))
    }
    return StatementVerdict(kind: .routine)
  }

  /// `ON SCHEDULE AT …`, or `… ENDS …`, without `ON COMPLETION PRESERVE`: dropped by the server as it is created when its
  /// time has passed.
  private func hasEnd(_ reader: TokenReader) -> Bool {
    var clauses = reader
    let kept = clauses
    guard clauses.seek(["SCHEDULE"], most: 10) != nil else { return false }
    let isOnce = clauses.isNext("AT")
    var ends = clauses
    let isBounded = isOnce || ends.seek(["ENDS", "DO"], most: 60) == "ENDS"
    var completion = kept
    guard completion.seek(["COMPLETION", "DO"], most: 80) == "COMPLETION" else { return isBounded }
    return isBounded && completion.isNext("NOT")
  }

  private mutating func createSequence(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    needMariaDB("sequences", line: line)
    reader.skipIfExists()
    if let name = reader.name().map(qualified), admit(.sequence, name) {
      claims.sequences.append(ObjectClaim(database: name.database, name: name.name, line: line))
    }
    return .forward
  }
}
