import Foundation
import GRDB
public import ProofbackCore

/// Backup servers in the embedded state.
public struct BackupServers: BackupServerRepository {
  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func add(_ setup: BackupServerSetup, by manager: Actor) throws -> BackupServer {
    let row = BackupServerRow(
      BackupServer(id: Identifier.make(), setup, created: manager.at, createdBy: manager.person))
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(manager.did("backup-server.added", row.id, [row.name, row.address]), database)
      return row.server
    }
  }

  public func change(_ id: String, _ setup: BackupServerSetup, by manager: Actor) throws {
    try state.write { database in
      guard let old = try BackupServerRow.fetchOne(database, key: id)?.server else { throw StoreError.notThere }
      try BackupServerRow(BackupServer(id: id, setup, created: old.created, createdBy: old.createdBy)).update(database)
      try AuditTrail.append(manager.did("backup-server.changed", id, [setup.name, setup.address]), database)
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
  var credential: String?
  var password: String?
  var hostKeys: String
  var authority: String
  var created: Date
  var createdBy: String

  init(_ server: BackupServer) {
    let setup = server.setup
    (id, created, createdBy) = (server.id, server.created, server.createdBy)
    (name, address, credential, password) = (setup.name, setup.address, setup.credential, setup.password)
    (hostKeys, authority) = (setup.hostKeys, setup.authority)
  }

  var server: BackupServer {
    let setup = BackupServerSetup(
      name: name, address: address, credential: credential, password: password, hostKeys: hostKeys,
      authority: authority)
    return BackupServer(id: id, setup, created: created, createdBy: createdBy)
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

  /// Servers that let everybody in, repositories with a password, and certificates of one's own.
  static let fifth = """
    CREATE TABLE backupServerOfFive (
      id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, address TEXT NOT NULL,
      credential TEXT REFERENCES credential (id), password TEXT REFERENCES credential (id), hostKeys TEXT NOT NULL,
      authority TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, createdBy TEXT NOT NULL REFERENCES person (id)
    ) STRICT;
    INSERT INTO backupServerOfFive (id, name, address, credential, hostKeys, created, createdBy)
      SELECT id, name, address, credential, hostKeys, created, createdBy FROM backupServer;
    DROP TABLE backupServer;
    ALTER TABLE backupServerOfFive RENAME TO backupServer;
    """
}
