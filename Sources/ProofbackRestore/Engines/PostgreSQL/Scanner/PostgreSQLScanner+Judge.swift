import ProofbackCore

/// What a statement is, and how it goes on to the server.
///
/// Whatever runs code of the dump's (functions, rows, indexes, views, checks) goes on as the unprivileged role. Statements
/// that only a superuser may make, and that run nothing, are made by ours, one at a time: owners, rights, comments,
/// extensions, and the kinds that pg_dump announces by a heading of that kind.
extension PostgreSQLScanner {
  enum Handling {
    case forward
    /// As the unprivileged role, with a statement of ours before it.
    case prepared(String)
    /// With a statement of ours before and behind it.
    case privileged(before: String = "", behind: String = "")
    case leaveOut(String)
    case replace(String, because: String)
    case stop
  }

  mutating func judge(isWhole: Bool) {
    let head = StatementHead(statement.head)
    let bytes = statement.head
    statement.isJudged = true
    statement.head = []
    let handling = self.handling(head, isWhole)
    note(head)
    if head.starts("create", "table") { noteIndent(bytes) }
    switch handling {
    case .forward: forward(bytes)
    case .prepared(let before):
      if !before.isEmpty {
        forward("RESET SESSION AUTHORIZATION; \(before)SET SESSION AUTHORIZATION \(target.restorer); ")
      }
      forward(bytes)
    case .privileged(let before, let behind):
      statement.isPrivileged = true
      statement.behind = behind
      forward("RESET SESSION AUTHORIZATION; \(before)")
      forward(bytes)
    case .leaveOut(let reason): leaveOut(bytes, reason)
    case .replace(let text, let reason):
      statement.isPrivileged = true
      adapt(reason)
      forward("RESET SESSION AUTHORIZATION; " + text.replacing("\n", with: " "))
      forward(String(repeating: "\n", count: bytes.count { $0 == 10 }))
    case .stop: statement.isLeftOut = true
    }
  }

  private mutating func leaveOut(_ bytes: [UInt8], _ reason: String) {
    statement.isLeftOut = true
    adapt(reason)
    forward(String(repeating: "\n", count: bytes.count { $0 == 10 }))
  }

  private mutating func adapt(_ reason: String) {
    if claims.adapted.count < 1000 { claims.adapted.append(.init(line: statement.line, reason: reason)) }
  }

  mutating func closeStatement() {
    if statement.isPrivileged, copy == nil {
      forward(" \(statement.behind)SET SESSION AUTHORIZATION \(target.restorer);")
    }
    if let table = statement.table, statement.countsRows { claims.tables[table]?.rows += statement.rows }
    claims.statements += 1
    sectionUsed = true
    if copy != nil { mode = .copyHead }
    statement = Statement()
  }

  // MARK: Kinds

  private mutating func handling(_ head: StatementHead, _ isWhole: Bool) -> Handling {
    switch head.words.first {
    case "set": set(head)
    case "select": select(head)
    case "copy": copy(head)
    case "insert": insert(head)
    case "create": create(head, isWhole)
    case "alter": alter(head)
    case "drop": drop(head)
    case "comment", "security": .privileged()
    case "grant", "revoke": grant(head)
    case "do", "call", "update", "delete", "merge", "execute", "prepare", "with":
      stray("a statement \(head.words[0].uppercased())")
    case "load", "listen", "notify", "declare": refused("a statement \(head.words[0].uppercased())")
    default: .forward
    }
  }

  /// What pg_dump never writes: found in a dump of its, somebody put it there.
  mutating func stray(_ what: String) -> Handling {
    if !claims.dumps.isEmpty { return refused(what) }
    return unusual(what)
  }

  mutating func unusual(_ what: String) -> Handling {
    if claims.unusual.count < 20 { claims.unusual.append(.init(line: statement.line, what: what)) }
    return .forward
  }

  mutating func refused(_ what: String) -> Handling {
    refuse(what)
    return .stop
  }

  private mutating func set(_ head: StatementHead) -> Handling {
    if head.starts("set", "session", "authorization") { return .leaveOut("all objects are made by one role") }
    guard let name = head.identifier(at: 1) else { return .forward }
    switch name.lowercased() {
    case "standard_conforming_strings": isConforming = head.identifier(at: 3) != "off"
    case "client_encoding": encoding = (head.text(at: 3) ?? head.identifier(at: 3))?.lowercased()
    case "session_replication_role": claims.switchesTriggersOff = true
    case "search_path": searchPath = head.identifier(at: 3) ?? head.text(at: 3) ?? searchPath
    case "default_tablespace":
      if let value = head.identifier(at: 3) ?? head.text(at: 3), !value.isEmpty {
        return .leaveOut("table spaces are folders of the old server")
      }
    case let name
    where !target.settings.contains(name) && !head.symbol(".", at: 2) && !Self.hiddenSettings.contains(name):
      return .leaveOut("our server has no setting \(UntrustedText.line(name, limit: 60))")
    default: break
    }
    return .forward
  }

  /// Settings that `pg_settings` does not list, and words that are no settings.
  private static let hiddenSettings: Set<String> = [
    "default_with_oids", "role", "session", "local", "transaction", "time", "names", "constraints", "schema", "seed",
  ]

  private mutating func select(_ head: StatementHead) -> Handling {
    guard let function = head.qualified(at: 1), head.symbol("(", at: function.next) else {
      return stray("a query")
    }
    let name = function.name.lowercased()
    if Self.reaching.contains(name) || name.hasPrefix("dblink") {
      return refused("a call of \(UntrustedText.line(name, limit: 60))")
    }
    switch name {
    case "set_config":
      if head.text(at: function.next + 1) == "search_path" {
        searchPath = head.text(at: function.next + 3).flatMap { $0.isEmpty ? nil : $0 } ?? searchPath
      } else if ["role", "session_authorization"].contains(head.text(at: function.next + 1)?.lowercased()) {
        return refused("a change of the session's role")
      }
    case "lo_create", "lo_creat", "lo_from_bytea": claims.largeObjects += 1
    case "lo_unlink" where !hasContent: return clearing()
    case "setval": noteSetSequence(head.text(at: function.next + 1))
    case "lo_open", "lowrite", "lo_close", "lo_put", "lo_unlink", "pg_extension_config_dump": break
    default: return unusual("a call of \(UntrustedText.line(name, limit: 60))")
    }
    return .forward
  }

  /// Functions that reach files, other servers and the server's own running.
  private static let reaching: Set<String> = [
    "pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file", "lo_import", "lo_export", "pg_file_write",
    "pg_file_unlink", "pg_file_rename", "pg_reload_conf", "pg_rotate_logfile", "pg_terminate_backend",
    "pg_cancel_backend", "pg_promote", "pg_create_physical_replication_slot", "pg_create_logical_replication_slot",
    "query_to_xml", "database_to_xml", "pg_logfile_rotate", "pg_switch_wal", "pg_execute_server_program",
  ]

  // MARK: Rows

  private mutating func copy(_ head: StatementHead) -> Handling {
    guard let name = head.qualified(at: 1) else { return refused("COPY of a query") }
    let table = place(name.schema, name.name)
    var (columns, next) = columnList(head, name.next)
    guard head.has(["from"], at: next) else { return refused("COPY … TO, which writes rows out") }
    guard head.has(["stdin"], at: next + 1) else {
      return refused(head.has(["program"], at: next + 1) ? "COPY … FROM PROGRAM" : "COPY from a file of the server's")
    }
    if head.tokens.count > next + 2 { columns = nil }
    hasContent = true
    statement.table = table
    // Rows of an extension's own table, which belongs to whoever made the extension.
    let isExtensions = claims.tables[table] == nil && !claims.extensions.isEmpty
    beginCopy(table, columns: columns, isPrivileged: isExtensions)
    return isExtensions ? .privileged() : .forward
  }

  private func columnList(_ head: StatementHead, _ at: Int) -> (count: Int?, next: Int) {
    guard head.symbol("(", at: at) else { return (nil, at) }
    var index = at + 1
    var count = 0
    while head.tokens.indices.contains(index), !head.symbol(")", at: index) {
      if !head.symbol(",", at: index) { count += 1 }
      index += 1
    }
    return (count > 0 ? count : nil, index + 1)
  }

  private mutating func insert(_ head: StatementHead) -> Handling {
    guard head.starts("insert", "into"), let name = head.qualified(at: 2) else { return .forward }
    hasContent = true
    let table = place(name.schema, name.name)
    statement.table = table
    statement.countsRows = true
    claims.hasInserts = true
    var claim = claims.tables[table] ?? .init(line: statement.line)
    claim.rowsLine = claim.rowsLine ?? statement.line
    if head.index(of: "on", "conflict") != nil { claim.mayKeepFewerRows = true }
    claims.tables[table] = claim
    let behind = columnList(head, name.next).next
    return head.has(["select"], at: behind) ? stray("INSERT … SELECT") : .forward
  }

  func place(_ schema: String?, _ name: String) -> PostgreSQLName {
    PostgreSQLName(database: database, schema: schema ?? searchPath, name: name)
  }

  // MARK: Roles

  /// Makes a role that the dump only refers to.
  mutating func need(_ role: String?) -> String {
    guard let role, !Self.roleWords.contains(role), !role.hasPrefix("pg_"), roles.insert(role).inserted,
      role != target.restorer, role != target.administrator
    else { return "" }
    let name = PostgreSQLText.identifier(role)
    // Whoever owns a view may be a superuser at the source, and read what we do not know.
    let reading = target.version >= 14 ? "GRANT pg_read_all_data TO \(name); " : ""
    return "CREATE ROLE \(name); \(reading)GRANT \(name) TO \(target.restorer); "
  }

  static let roleWords: Set<String> = ["public", "current_user", "session_user", "current_role", "user", "group"]
}
