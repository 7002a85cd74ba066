import ProofbackCore

/// What the server says is there: names, kinds and sizes from its catalogues.
struct PostgreSQLCatalogue: Sendable {
  struct Relation: Sendable {
    var name: PostgreSQLName
    /// `r` table, `p` partitioned, `v` view, `m` materialized view, `S` sequence, `f` foreign table.
    var kind: String
    var bytes: UInt64
    /// The partitioned table that it is a part of.
    var root: PostgreSQLName?
    /// An extension's own.
    var isExtensions: Bool
    var isPopulated: Bool
    var indexes: [String] = []
  }
  var relations: [Relation] = []
  /// Views, sequences, indexes, constraints, triggers and functions by name.
  var objects: Set<PostgreSQLClaims.Object> = []
  /// What is switched off or not valid, for people.
  var invalid: [String] = []
  var disabled: [String] = []
  var largeObjects = 0
}

extension PostgreSQLSession {
  func databases() async throws -> [String] {
    if let database = origin?.database { return [database] }
    return try await rows(
      "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1", in: "postgres"
    )
    .compactMap(\.first)
  }

  /// Reads the catalogues of one database, without the server's own schemas.
  func catalogue(of database: String) async throws -> PostgreSQLCatalogue {
    var catalogue = PostgreSQLCatalogue()
    catalogue.relations = try await relations(database)
    var indexes: [PostgreSQLName: [String]] = [:]
    for row in try await rows(Self.indexes, in: database) where row.count == 4 {
      let table = PostgreSQLName(database: database, schema: row[0], name: row[1])
      indexes[table, default: []].append(row[2])
      let name = PostgreSQLName(database: database, schema: row[0], name: row[2])
      catalogue.objects.insert(.init(kind: .index, name: name, table: row[1]))
      if row[3] == "f" { catalogue.invalid.append("index \(row[0]).\(row[2])") }
    }
    for index in catalogue.relations.indices {
      catalogue.relations[index].indexes = indexes[catalogue.relations[index].name] ?? []
    }
    try await readObjects(database, &catalogue)
    return catalogue
  }

  private func relations(_ database: String) async throws -> [PostgreSQLCatalogue.Relation] {
    try await rows(Self.relations, in: database).filter { $0.count == 8 }.map { row in
      PostgreSQLCatalogue.Relation(
        name: PostgreSQLName(database: database, schema: row[0], name: row[1]), kind: row[2],
        bytes: UInt64(row[3]) ?? 0,
        root: row[4] == "N" || row[5] == "N" ? nil : PostgreSQLName(database: database, schema: row[4], name: row[5]),
        isExtensions: row[6] == "t", isPopulated: row[7] == "t")
    }
  }

  private func readObjects(_ database: String, _ catalogue: inout PostgreSQLCatalogue) async throws {
    func name(_ row: [String]) -> PostgreSQLName { PostgreSQLName(database: database, schema: row[0], name: row[1]) }
    for relation in catalogue.relations {
      let kind: PostgreSQLClaims.Object.Kind? = ["v": .view, "m": .materialized, "S": .sequence][relation.kind]
      if let kind { catalogue.objects.insert(.init(kind: kind, name: relation.name, table: nil)) }
    }
    for row in try await rows(Self.functions, in: database) where row.count == 2 {
      catalogue.objects.insert(.init(kind: .function, name: name(row), table: nil))
    }
    for row in try await rows(Self.triggers, in: database) where row.count == 4 {
      catalogue.objects.insert(.init(kind: .trigger, name: name(row), table: row[2]))
      if row[3] == "D" { catalogue.disabled.append("trigger \(row[1]) of table \(row[0]).\(row[2])") }
    }
    for row in try await rows(Self.constraints, in: database) where row.count == 4 {
      catalogue.objects.insert(.init(kind: .constraint, name: name(row), table: row[2]))
      if row[3] == "f" { catalogue.invalid.append("constraint \(row[1]) of table \(row[0]).\(row[2])") }
    }
    let count = try await rows("SELECT count(*) FROM pg_largeobject_metadata", in: database)
    catalogue.largeObjects = count.first?.first.flatMap { Int($0) } ?? 0
  }

  static let own = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"

  private static let relations = """
    SELECT n.nspname, c.relname, c.relkind, CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) ELSE 0 END, \
    rn.nspname, rc.relname, EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid \
    AND d.deptype = 'e'), c.relispopulated \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    LEFT JOIN pg_class rc ON c.relispartition AND rc.oid = pg_partition_root(c.oid) LEFT JOIN pg_namespace rn ON rn.oid = rc.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND \(own) ORDER BY 1, 2
    """
  private static let indexes = """
    SELECT n.nspname, t.relname, c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
    JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace WHERE \(own) ORDER BY 1, 2, 3
    """
  private static let functions = """
    SELECT DISTINCT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE \(own)
    """
  private static let triggers = """
    SELECT n.nspname, g.tgname, t.relname, g.tgenabled FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE NOT g.tgisinternal AND \(own)
    """
  private static let constraints = """
    SELECT n.nspname, k.conname, t.relname, k.convalidated FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid \
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE \(own)
    """
}
