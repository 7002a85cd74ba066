/// What a dump says that it will make, before it does: a comment announces a table, `DROP … IF EXISTS` makes room for an
/// object. Where the object never comes, a part of the file is missing that no statement misses.
///
/// mysqldump and mariadb-dump write the comment or the DROP only right before the CREATE (client/mysqldump.cc,
/// get_table_structure, dump_routines_for_db, dump_events_for_db, write_delimiter).
public struct DumpPromises: Sendable, Equatable, Codable {
  public struct Promise: Sendable, Equatable, Codable {
    public var name: String
    public var line: Int
  }

  private var open: [Key: Promise] = [:]
  private static let most = 20_000

  struct Key: Hashable, Codable {
    /// Nil: a table, a view or a sequence, which share their names.
    var kind: ClaimDirectory.ObjectKind?
    var database: String?
    var name: String

    init(_ kind: ClaimDirectory.ObjectKind?, _ name: QualifiedName) {
      self.kind = kind == .sequence ? nil : kind
      database = name.database
      self.name = name.name.lowercased()
    }
  }

  mutating func promise(_ kind: ClaimDirectory.ObjectKind?, _ name: QualifiedName, line: Int) {
    let key = Key(kind, name)
    if open[key] == nil, open.count < Self.most { open[key] = Promise(name: name.name, line: line) }
  }

  mutating func keep(_ kind: ClaimDirectory.ObjectKind?, _ name: QualifiedName) { open[Key(kind, name)] = nil }

  mutating func forget(database: String) { open = open.filter { $0.key.database != database } }

  /// What never came, in the file's order.
  public var broken: [Promise] { open.values.sorted { $0.line < $1.line } }
}
