public import Foundation
import GRDB
public import ProofbackCore

/// Stored secrets in the embedded state, sealed by the vault.
public struct Credentials: CredentialRepository {
  private let state: StateDatabase
  private let vault: Vault

  public init(_ state: StateDatabase, vault: Vault) {
    self.state = state
    self.vault = vault
  }

  public func add(
    name: String, kind: CredentialKind, description: String, hosts: [String], secret: Data, passphrase: Data?,
    by manager: Actor
  ) throws -> Credential {
    let id = Identifier.make()
    let row = CredentialRow(
      id: id, name: name, kind: kind, description: description, hosts: hosts.joined(separator: "\n"),
      sealed: try vault.seal(secret, id: id),
      sealedPassphrase: try passphrase.map { try vault.seal($0, id: CredentialRow.passphraseID(id)) },
      sameness: vault.sameness(of: secret), created: manager.at,
      createdBy: manager.person)
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(manager.did("credential.added", id, [name, kind.rawValue]), database)
      return row.credential
    }
  }

  public func all() throws -> [Credential] {
    try state.read { try CredentialRow.order(Column("name")).fetchAll($0).map(\.credential) }
  }

  public func credential(_ id: String) throws -> Credential? {
    try state.read { try CredentialRow.fetchOne($0, key: id)?.credential }
  }

  public func delete(_ id: String, by manager: Actor) throws {
    try state.write { database in
      guard let row = try CredentialRow.fetchOne(database, key: id) else { throw StoreError.notThere }
      let users = try Self.users(of: id, database)
      guard users.isEmpty else { throw StoreError.inUse(users) }
      try row.delete(database)
      try AuditTrail.append(manager.did("credential.deleted", id, [row.name]), database)
    }
  }

  public func users(of id: String) throws -> [String] { try state.read { try Self.users(of: id, $0) } }

  private static func users(of id: String, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM restoreTest JOIN restoreTestCredential ON restoreTest = id \
        WHERE credential = ? AND archived IS NULL \
        UNION SELECT 'backup server ' || name FROM backupServer WHERE credential = ? ORDER BY 1
        """, arguments: [id, id])
  }

  public func open(_ id: String) throws -> NamedSecret {
    guard let row = try state.read({ try CredentialRow.fetchOne($0, key: id) }) else { throw StoreError.notThere }
    return NamedSecret(
      name: row.name, content: try vault.open(row.sealed, id: id),
      passphrase: try row.sealedPassphrase.map { try vault.open($0, id: CredentialRow.passphraseID(id)) })
  }
}
