import Foundation
import GRDB
public import ProofbackCore

/// Backup servers in the embedded state.
public struct BackupServers: BackupServerRepository {
  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func add(name: String, address: String, credential: String, hostKeys: String, by manager: Actor) throws
    -> BackupServer
  {
    let row = BackupServerRow(
      id: Identifier.make(), name: name, address: address, credential: credential, hostKeys: hostKeys,
      created: manager.at, createdBy: manager.person)
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(manager.did("backup-server.added", row.id, [name, address]), database)
      return row.server
    }
  }

  public func change(
    _ id: String, name: String, address: String, credential: String, hostKeys: String, by manager: Actor
  ) throws {
    try state.write { database in
      guard var row = try BackupServerRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      (row.name, row.address, row.credential, row.hostKeys) = (name, address, credential, hostKeys)
      try row.update(database)
      try AuditTrail.append(manager.did("backup-server.changed", id, [name, address]), database)
    }
  }

  public func all() throws -> [BackupServer] {
    try state.read { try BackupServerRow.order(Column("name")).fetchAll($0).map(\.server) }
  }

  public func server(_ id: String) throws -> BackupServer? {
    try state.read { try BackupServerRow.fetchOne($0, key: id)?.server }
  }

  public func users(of id: String) throws -> [String] { try state.read { try Self.users(of: id, $0) } }

  public func delete(_ id: String, by manager: Actor) throws {
    try state.write { database in
      guard let row = try BackupServerRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      let users = try Self.users(of: id, database)
      guard users.isEmpty else { throw StoreError.inUse(users) }
      try row.delete(database)
      try AuditTrail.append(manager.did("backup-server.deleted", id, [row.name]), database)
    }
  }

  /// Where a backup lies, for people: `db1:/srv/backups`.
  static func place(_ definition: RestoreTestDefinition, _ database: Database) throws -> String {
    guard let id = definition.server else { return definition.location }
    let name = try String.fetchOne(database, sql: "SELECT name FROM backupServer WHERE id = ?", arguments: [id])
    return "\(name ?? id):\(definition.location)"
  }

  private static func users(of id: String, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM restoreTest WHERE archived IS NULL AND definition ->> '$.server' = ? ORDER BY name
        """, arguments: [id])
  }
}

struct BackupServerRow: Record {
  static let databaseTableName = "backupServer"
  var id: String
  var name: String
  var address: String
  var credential: String
  var hostKeys: String
  var created: Date
  var createdBy: String

  var server: BackupServer {
    BackupServer(
      id: id, name: name, address: address, credential: credential, hostKeys: hostKeys, created: created,
      createdBy: createdBy)
  }
}

enum BackupServerSchema {
  static let second = """
    CREATE TABLE backupServer (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, address TEXT NOT NULL,
      credential TEXT NOT NULL REFERENCES credential (id), hostKeys TEXT NOT NULL, created INTEGER NOT NULL,
      createdBy TEXT NOT NULL REFERENCES person (id)
    ) STRICT;
    ALTER TABLE credential ADD COLUMN sealedPassphrase BLOB;
    """
}
