import ProofbackCore

/// What the server says is there: names, kinds and sizes from information_schema.
struct MySQLCatalogue: Sendable {
  struct Table: Sendable {
    var database: String
    var name: String
    /// `BASE TABLE`, `VIEW`, `SEQUENCE`, `SYSTEM VERSIONED`.
    var kind: String
    var engine: String
    var bytes: UInt64
    var estimatedRows: UInt64
    var indexes: [String] = []
    var key: TableKey { TableKey(database: database, name: name) }
    var isVersioned: Bool { kind == "SYSTEM VERSIONED" }
    /// The dump has no rows of it: they are other tables', or nowhere.
    var keepsNoRows: Bool { ["MRG_MYISAM", "BLACKHOLE"].contains(engine.uppercased()) }
    var isView: Bool { kind == "VIEW" }
    var isSequence: Bool { kind == "SEQUENCE" }
  }
  var tables: [Table] = []
  var routines: Set<String> = []
  var triggers: Set<String> = []
  var events: Set<String> = []

  var baseTables: [Table] { tables.filter { !$0.isView && !$0.isSequence } }
  var views: [Table] { tables.filter(\.isView) }
  var sequences: [Table] { tables.filter(\.isSequence) }
}

/// A table's place: database and name.
struct TableKey: Hashable, Sendable {
  var database: String
  var name: String
  var text: String { "\(database).\(name)" }
  var quoted: String { "\(MySQLSession.quoted(database)).\(MySQLSession.quoted(name))" }
}

extension MySQLSession {
  /// Reads the catalogue of all databases but the server's own.
  /// - Parameter withoutSystem: there is no schema `mysql`, where routines and events stand.
  func catalogue(withoutSystem: Bool = false) async throws -> MySQLCatalogue {
    let own = "('mysql','information_schema','performance_schema','sys')"
    var catalogue = MySQLCatalogue()
    let tables = try await query(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE,''), COALESCE(DATA_LENGTH,0)+COALESCE(INDEX_LENGTH,0), \
      COALESCE(TABLE_ROWS,0) FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN \(own) ORDER BY 1,2
      """)
    catalogue.tables = tables.rows.filter { $0.count == 6 }.map {
      MySQLCatalogue.Table(
        database: $0[0], name: $0[1], kind: $0[2], engine: $0[3], bytes: UInt64($0[4]) ?? 0,
        estimatedRows: UInt64($0[5]) ?? 0)
    }
    let indexes = try await query(
      """
      SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME FROM information_schema.STATISTICS \
      WHERE TABLE_SCHEMA NOT IN \(own) AND SEQ_IN_INDEX = 1 ORDER BY 1,2,3
      """)
    var byTable: [TableKey: [String]] = [:]
    for row in indexes.rows where row.count == 3 {
      byTable[TableKey(database: row[0], name: row[1]), default: []].append(row[2])
    }
    for index in catalogue.tables.indices {
      catalogue.tables[index].indexes = byTable[catalogue.tables[index].key] ?? []
    }
    catalogue.triggers = try await names("TRIGGER_SCHEMA", "TRIGGER_NAME", "TRIGGERS", own)
    if withoutSystem { return catalogue }
    catalogue.routines = try await names("ROUTINE_SCHEMA", "ROUTINE_NAME", "ROUTINES", own)
    catalogue.events = try await events(own)
    return catalogue
  }

  /// MariaDB shows no events in information_schema while it runs without grant tables; the table behind it is there.
  private func events(_ own: String) async throws -> Set<String> {
    guard programs?.flavour == .mariadb, origin == nil else {
      return try await names("EVENT_SCHEMA", "EVENT_NAME", "EVENTS", own)
    }
    let rows = try await query("SELECT db, name FROM mysql.event WHERE db NOT IN \(own)").rows
    return Set(rows.filter { $0.count == 2 }.map { "\($0[0]).\($0[1])" })
  }

  private func names(_ schema: String, _ name: String, _ table: String, _ own: String) async throws -> Set<String> {
    let rows = try await query(
      "SELECT \(schema), \(name) FROM information_schema.\(table) WHERE \(schema) NOT IN \(own)"
    ).rows
    return Set(rows.filter { $0.count == 2 }.map { "\($0[0]).\($0[1])" })
  }
}
