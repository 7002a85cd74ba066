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

  public func change(_ credential: Credential, passphrase: Data?, by manager: Actor) throws {
    let sealed = try passphrase.map { try vault.seal($0, id: CredentialRow.passphraseID(credential.id)) }
    try state.write { database in
      guard var row = try CredentialRow.fetchOne(database, key: credential.id) else { throw StoreError.notThere }
      let old = row.credential
      row.name = credential.name
      row.description = credential.description
      row.hosts = credential.hosts.joined(separator: "\n")
      if let sealed { row.sealedPassphrase = sealed }
      try row.update(database)
      let changes = Self.changes(old, credential) + (sealed == nil ? [] : ["a new passphrase"])
      try AuditTrail.append(manager.did("credential.changed", row.id, [row.name] + changes), database)
    }
  }

  private static func changes(_ old: Credential, _ new: Credential) -> [String] {
    let hosts = new.hosts.isEmpty ? "for all hosts" : "for " + new.hosts.joined(separator: " ")
    return (old.name == new.name ? [] : ["was \(old.name)"]) + (old.hosts == new.hosts ? [] : [hosts])
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

  public func restoreTests(using id: String) throws -> [RestoreTest] {
    try state.read { database in
      let ids = try String.fetchAll(
        database,
        sql: """
          SELECT id FROM restoreTest JOIN restoreTestCredential ON restoreTest = id \
          WHERE credential = ? AND archived IS NULL ORDER BY name
          """, arguments: [id])
      return try ids.compactMap { try RestoreTests.test($0, database) }
    }
  }

  public func users(of id: String) throws -> [String] { try state.read { try Self.users(of: id, $0) } }

  private static func users(of id: String, _ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        SELECT name FROM restoreTest JOIN restoreTestCredential ON restoreTest = id \
        WHERE credential = ? AND archived IS NULL \
        UNION SELECT 'backup server ' || name FROM backupServer WHERE ? IN (credential, password) ORDER BY 1
        """, arguments: [id, id])
  }

  public func open(_ id: String) throws -> NamedSecret {
    guard let row = try state.read({ try CredentialRow.fetchOne($0, key: id) }) else { throw StoreError.notThere }
    return NamedSecret(
      name: row.name, content: try vault.open(row.sealed, id: id),
      passphrase: try row.sealedPassphrase.map { try vault.open($0, id: CredentialRow.passphraseID(id)) })
  }
}
