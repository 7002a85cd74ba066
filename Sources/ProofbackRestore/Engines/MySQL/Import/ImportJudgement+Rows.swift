import ProofbackCore

/// Whether the dump was made with its tables' rows.
///
/// mysqldump and mariadb-dump write `Dumping data for table` in front of the rows of each table, also of one that has
/// none; with `--no-data` and `--ignore-table-data` they don't (client/mysqldump.cc, dump_table). Outside of any corpus:
/// a job that was copied from one that compares structures, and kept its `-d`.
extension ImportJudgement {
  func rowFindings() -> [Finding] {
    guard !claims.stoppedForwarding, !claims.expectedTables.isEmpty else { return [] }
    if let onlyServers { return [onlyServers] }
    let tables = claims.expectedTables.filter { !Self.keepsNone(of: $0) }
    guard !tables.isEmpty else { return [] }
    return tables.contains { $0.rows > 0 } ? leftOut(of: tables) : [withoutAnyRows(tables)]
  }

  /// Tables whose rows mysqldump never writes (client/mysqldump.cc, check_if_ignore_table, and the lists of ignored
  /// tables in init_dumping_tables).
  private static func keepsNone(of table: TableClaim) -> Bool {
    let engines = [
      "merge", "mrg_myisam", "mrg_isam", "federated", "blackhole", "connect", "oqgraph", "s3", "spider", "sequence",
    ]
    let isSystem = table.database.map { MySQLSession.systemSchemas.contains($0.lowercased()) } ?? false
    return isSystem || engines.contains(table.engine?.lowercased() ?? "")
  }

  private func withoutAnyRows(_ tables: [TableClaim]) -> Finding {
    let announced = tables.filter(\.isAnnounced)
    let isCertain = !announced.isEmpty && !announced.contains(where: \.hasDataSection)
    let counters = tables.filter { hadRows($0) && !$0.hasDataSection }
    guard isCertain || !counters.isEmpty else {
      return CommonFindings.noRows.finding(
        "none of the dump's \(Quantity.text(tables.count, "table")) has a row")
    }
    return CommonFindings.structureOnly.finding(
      "the dump creates \(Quantity.text(tables.count, "table")) and has the rows of none",
      evidence: counters.isEmpty
        ? []
        : ["\(Quantity.text(counters.count, "table")) of these had rows: their AUTO_INCREMENT stands above 1"])
  }

  private func hadRows(_ table: TableClaim) -> Bool { table.autoIncrement.map { $0 > 1 } ?? false }

  /// Some tables have rows, and others not even the place where these would stand.
  private func leftOut(of tables: [TableClaim]) -> [Finding] {
    let out = tables.filter { $0.isAnnounced && !$0.hasDataSection && $0.rows == 0 }
    guard tables.contains(where: { $0.isAnnounced && $0.hasDataSection }) else { return [] }
    return [
      Self.leftOut(out.filter { hadRows($0) && !isVolatile($0) }, CommonFindings.rowsMissing),
      Self.leftOut(out.filter { !hadRows($0) || isVolatile($0) }, CommonFindings.rowsLeftOut),
    ].compactMap(\.self)
  }

  private func isVolatile(_ table: TableClaim) -> Bool {
    NamePattern.any(
      of: volatileTables, matches: table.name,
      or: "\(table.database ?? claims.defaultDatabase ?? "").\(table.name)")
  }

  private static func leftOut(_ tables: [TableClaim], _ definition: FindingDefinition) -> Finding? {
    guard let first = tables.first else { return nil }
    let more = tables.count > 1 ? ", nor those of \(tables.count - 1) more" : ""
    return definition.finding(
      "the dump creates table \(UntrustedText.line(first.qualifiedName, limit: 120)) in line \(first.line) and has not its rows\(more)",
      evidence: tables.count > 1
        ? tables.prefix(20).map { "line \($0.line): \(UntrustedText.line($0.qualifiedName, limit: 120))" } : [])
  }

  // MARK: The server's own tables

  /// A dump of the server's own schema that has nothing in it which people make: every server brings the same along.
  /// Outside of any corpus: a loop over `SHOW DATABASES` that ends with time zones.
  private var onlyServers: Finding? {
    func isServers(_ table: TableClaim) -> Bool {
      let database = (table.database ?? claims.defaultDatabase)?.lowercased() ?? ""
      return MySQLSession.systemSchemas.contains(database)
        && !Self.madeByPeople.contains(table.name.lowercased())
    }
    let tables = claims.expectedTables
    let hasOthers = !claims.routines.isEmpty || !claims.events.isEmpty || !claims.sequences.isEmpty
    let accounts = claims.foreignStatements.contains { $0.kind == .account }
    guard tables.allSatisfy(isServers), !hasOthers, !accounts else { return nil }
    return MySQLFindings.onlyServers.finding(
      "the dump has \(Quantity.text(tables.count, "table")) of the server's own schema, as every server has \(tables.count == 1 ? "it" : "them"), and nothing else"
    )
  }

  /// Tables of the schema `mysql` in which accounts, rights, routines, events and plug-ins are kept (MariaDB, scripts/
  /// mysql_system_tables.sql; MySQL 8.4 reference manual, "The mysql System Schema").
  private static let madeByPeople: Set<String> = [
    "user", "global_priv", "db", "host", "tables_priv", "columns_priv", "procs_priv", "proxies_priv", "roles_mapping",
    "global_grants", "role_edges", "default_roles", "password_history", "proc", "event", "func", "plugin", "component",
    "servers", "general_log", "slow_log", "ndb_binlog_index", "firewall_users", "audit_log_filter", "audit_log_user",
  ]
}
