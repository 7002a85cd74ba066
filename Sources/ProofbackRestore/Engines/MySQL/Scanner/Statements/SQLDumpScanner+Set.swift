/// SET: what changes how the dump is read, what concerns the server only, and what the target does not know.
extension SQLDumpScanner {
  /// Session variables of MySQL that dumps set and MariaDB does not have (MySQL 8.4 reference manual, server system variables).
  private static let mysqlOnly: Set<String> = [
    "sql_require_primary_key", "information_schema_stats_expiry", "sql_generate_invisible_primary_key",
    "show_gipk_in_create_table_and_information_schema", "show_create_table_verbosity",
    "show_create_table_skip_secondary_engine", "default_table_encryption", "default_collation_for_utf8mb4",
    "print_identified_with_as_hex", "restrict_fk_on_non_standard_key", "gtid_next", "session_track_gtids",
    "use_secondary_engine", "binlog_row_value_options", "terminology_use_previous", "require_row_format",
    "xa_detach_on_prepare", "original_server_version", "immediate_server_version",
  ]
  private static let mariadbOnly: Set<String> = [
    "system_versioning_insert_history", "system_versioning_alter_history", "character_set_collations",
    "column_compression_threshold", "check_constraint_checks", "gtid_domain_id", "gtid_seq_no", "skip_replication",
    "sql_if_exists", "alter_algorithm",
  ]
  private static let replicationGlobals: Set<String> = ["gtid_purged", "gtid_slave_pos", "gtid_binlog_state"]
  /// What scripts by hand set for the whole server although their own session is meant, or to make room for the import: it
  /// changes nothing of what is restored, and is not carried out.
  private static let harmlessGlobals: Set<String> = [
    "foreign_key_checks", "unique_checks", "autocommit", "sql_mode", "time_zone", "max_allowed_packet",
    "net_buffer_length", "net_read_timeout", "net_write_timeout", "wait_timeout", "interactive_timeout",
    "innodb_strict_mode", "innodb_file_per_table", "innodb_file_format", "innodb_large_prefix",
    "innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin_trust_function_creators", "event_scheduler",
    "sql_notes", "character_set_server", "collation_server",
  ]
  /// mysqldump 5.7 and later, around the tables of InnoDB's statistics.
  private static let toolGlobals: Set<String> = ["innodb_stats_auto_recalc"]

  mutating func classifySet(_ reader: TokenReader, line: Int) -> StatementVerdict {
    var reader = reader
    switch reader.word {
    case "NAMES": return setCharset(after: 1, reader)
    case "CHARSET": return setCharset(after: 1, reader)
    case "CHARACTER": return setCharset(after: 2, reader)
    case "PASSWORD", "DEFAULT": return foreign(.account, .note, line)
    case "ROLE", "TRANSACTION": return .forward
    case "STATEMENT": return foreign(.compound, .refuse, line)
    case "RESOURCE": return foreign(.unknown, .note, line)
    default: break
    }
    var verdict = StatementVerdict.forward
    repeat {
      let isGlobal = reader.skip("GLOBAL") || reader.skip("PERSIST") || reader.skip("PERSIST_ONLY")
      if !isGlobal { _ = reader.skip("SESSION") || reader.skip("LOCAL") }
      guard let variable = reader.token else { break }
      reader.index += 1
      _ = reader.skip(sign: UInt8(ascii: ":"))
      _ = reader.skip(sign: UInt8(ascii: "="))
      let value = expression(&reader)
      assign(variable, value, reader.tokens, isGlobal: isGlobal, line: line, &verdict)
    } while reader.skip(sign: UInt8(ascii: ","))
    return verdict
  }

  private mutating func setCharset(after words: Int, _ reader: TokenReader) -> StatementVerdict {
    var reader = reader
    reader.index += words
    if let name = reader.text() { setCharset(name) }
    return .forward
  }

  private mutating func setCharset(_ name: String) {
    session.charset = ClientCharset(named: name)
    session.charsetName = name.lowercased()
    noteCharset(name)
  }

  /// The tokens up to the next comma outside of parentheses.
  private func expression(_ reader: inout TokenReader) -> ArraySlice<SQLToken> {
    let start = reader.index
    var depth = 0
    while reader.token != nil {
      if reader.isSign(SQLByte.open) { depth += 1 }
      if reader.isSign(SQLByte.close) { depth -= 1 }
      if depth <= 0 && reader.isSign(UInt8(ascii: ",")) { break }
      reader.index += 1
    }
    return reader.list[min(start, reader.list.count)..<reader.index]
  }

  private mutating func assign(
    _ variable: SQLToken, _ value: ArraySlice<SQLToken>, _ tokens: SQLTokens, isGlobal: Bool, line: Int,
    _ verdict: inout StatementVerdict
  ) {
    let written = tokens.text(of: variable).lowercased()
    let isSystem = variable.kind != .variable || tokens.bytes(of: variable).starts(with: [64, 64])
    guard isSystem else {
      if isForeignText(value, tokens, for: written) {
        note(ForeignStatement(.preparedText, .refuse, line: line))
        verdict.isRefused = true
      }
      return keep(value, tokens, in: written, line: line)
    }
    for token in value where token.kind == .variable {
      claims.brackets.putBack(tokens.text(of: token).lowercased(), isStrict: claims.isMysqldumps)
    }
    let parts = written.split(separator: ".", maxSplits: 1).map(String.init)
    let scope = parts.count == 2 ? parts[0] : ""
    let name = parts.last ?? written
    if isGlobal || ["global", "persist", "persist_only"].contains(scope) {
      let isAlone = !tokens.all.contains { $0.kind == .sign && tokens.bytes(of: $0)[0] == UInt8(ascii: ",") }
      return assignGlobal(name, isAlone: isAlone, line: line, &verdict)
    }
    switch name {
    case "sql_mode":
      if let mode = mode(value, tokens) {
        session.mode = mode
      } else {
        note(ForeignStatement(.hiddenMode, .refuse, line: line))
        verdict.isRefused = true
      }
    case "character_set_client": assignCharset(value, tokens)
    // Events are put into zones of their own.
    case "time_zone" where value.first?.kind == .string && !claims.brackets.isAroundEvents: claims.setsTimeZone = true
    case "check_constraint_checks" where target.flavour == .mariadb: noteChecks(value, tokens)
    case _ where Self.isUnknown(name, to: target.flavour):
      note(AdaptedStatement(.unknownVariable, name: name, line: line))
      verdict.isLeftOut = true
    default: break
    }
  }

  private mutating func noteChecks(_ value: ArraySlice<SQLToken>, _ tokens: SQLTokens) {
    let text = value.first.map { tokens.text(of: $0).uppercased() } ?? ""
    if value.count == 1, ["0", "OFF", "FALSE"].contains(text) { claims.switchesChecksOff = true }
  }

  private static func isUnknown(_ name: String, to flavour: ServerFlavour) -> Bool {
    flavour == .mariadb ? mysqlOnly.contains(name) : mariadbOnly.contains(name)
  }

  private mutating func assignGlobal(
    _ name: String, isAlone: Bool, line: Int, _ verdict: inout StatementVerdict
  ) {
    if Self.replicationGlobals.contains(name) {
      note(AdaptedStatement(.replicationState, name: name, line: line))
      verdict.isLeftOut = true
    } else if isAlone, Self.harmlessGlobals.contains(name) {
      note(ForeignStatement(.setGlobal, .note, line: line))
      verdict.isLeftOut = true
    } else if !Self.toolGlobals.contains(name) {
      note(ForeignStatement(.setGlobal, .refuse, line: line))
      verdict.isRefused = true
    }
  }

  // MARK: - Settings that dumps save and put back

  private mutating func keep(_ value: ArraySlice<SQLToken>, _ tokens: SQLTokens, in variable: String, line: Int) {
    // Whatever it kept is gone.
    session.forget(variable)
    guard value.count == 1, let token = value.first, token.kind == .variable else { return }
    claims.brackets.save(variable, line: line)
    guard tokens.bytes(of: token).starts(with: [64, 64]) else { return }
    switch Self.bareName(tokens.text(of: token)) {
    case "sql_mode": session.save(.mode(session.mode), in: variable)
    case "character_set_client": session.save(.charset(session.charset, name: session.charsetName), in: variable)
    default: break
    }
  }

  private static func bareName(_ text: String) -> String {
    text.lowercased().split(separator: ".").last.map(String.init) ?? ""
  }

  private mutating func assignCharset(_ value: ArraySlice<SQLToken>, _ tokens: SQLTokens) {
    guard let token = value.first else { return }
    let text = tokens.text(of: token)
    guard token.kind == .variable else { return setCharset(text) }
    if case .charset(let charset, let name)? = session.saved(in: text.lowercased()) {
      session.charset = charset
      session.charsetName = name
    }
  }

  /// `'A,B'`, `@OLD_SQL_MODE`, `CONCAT(@@sql_mode, ',A')`, `IFNULL(@OLD_SQL_MODE, '')`. Nil when it can't be followed what
  /// the mode will be, and with it where strings end.
  private func mode(_ value: ArraySlice<SQLToken>, _ tokens: SQLTokens) -> SessionState.Mode? {
    var mode: SessionState.Mode = []
    for token in value {
      let text = tokens.text(of: token)
      switch token.kind {
      case .variable:
        if case .mode(let saved)? = session.saved(in: text.lowercased()) {
          mode.formUnion(saved)
        } else if tokens.bytes(of: token).starts(with: [64, 64]), Self.bareName(text) == "sql_mode" {
          mode.formUnion(session.mode)
        } else {
          return nil
        }
      case .string, .doubleQuoted, .backquoted: mode.formUnion(SessionState.Mode(named: text))
      case .word:
        if text.first?.isNumber == true && text != "0" { return nil }
        if !Self.modeFunctions.contains(text.uppercased()) { mode.formUnion(SessionState.Mode(named: text)) }
      case .sign: break
      }
    }
    let removes = value.contains { tokens.matches($0, "REPLACE") || tokens.matches($0, "REGEXP_REPLACE") }
    return removes && !mode.isEmpty ? nil : mode
  }

  private static let modeFunctions: Set<String> = ["CONCAT", "IFNULL", "COALESCE", "REPLACE", "DEFAULT", "NULL"]
}
