public import Foundation
import GRDB
public import ProofbackCore

/// Tokens of the API in the embedded state.
public struct APITokens: APITokenRepository {
  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func make(name: String, scope: TokenScope, by actor: Actor) throws -> (APIToken, secret: Token) {
    // What looks for secrets in repositories and logs finds it by its first letters.
    let secret = Token("proofback_" + Token().text)
    let row = APITokenRow(
      id: Identifier.make(), tokenHash: secret.hash, person: actor.person, name: name, scope: scope,
      created: actor.at, lastUsed: nil)
    try state.write { database in
      try row.insert(database)
      try AuditTrail.append(actor.did("api-token.made", row.id, [name, scope.rawValue]), database)
    }
    return (row.token, secret)
  }

  public func tokens(of person: String) throws -> [APIToken] {
    try state.read {
      try APITokenRow.filter(Column("person") == person).order(Column("name")).fetchAll($0).map(\.token)
    }
  }

  public func revoke(_ id: String, by actor: Actor) throws {
    try state.write { database in
      guard let row = try APITokenRow.fetchOne(database, key: id), row.person == actor.person else {
        throw StoreError.notThere
      }
      try row.delete(database)
      try AuditTrail.append(actor.did("api-token.revoked", id, [row.name]), database)
    }
  }

  public func use(_ secret: Token, now: Date) throws -> (token: APIToken, person: Person)? {
    let found = try state.read { database -> (APITokenRow, PersonRow)? in
      guard let row = try APITokenRow.filter(Column("tokenHash") == secret.hash).fetchOne(database),
        let person = try PersonRow.present().filter(key: row.person).fetchOne(database)
      else { return nil }
      return (row, person)
    }
    guard let (row, person) = found else { return nil }
    if row.lastUsed.map({ now.timeIntervalSince($0) > 60 }) ?? true {
      try state.write {
        try $0.execute(sql: "UPDATE apiToken SET lastUsed = ? WHERE id = ?", arguments: [now.milliseconds, row.id])
      }
    }
    return (row.token, person.person)
  }
}

struct APITokenRow: Record {
  static let databaseTableName = "apiToken"
  var id: String
  var tokenHash: Data
  var person: String
  var name: String
  var scope: TokenScope
  var created: Date
  var lastUsed: Date?

  var token: APIToken { APIToken(id: id, name: name, scope: scope, created: created, lastUsed: lastUsed) }
}

enum APITokenSchema {
  static let first = """
    CREATE TABLE apiToken (
      id TEXT PRIMARY KEY, tokenHash BLOB NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES person (id),
      name TEXT NOT NULL COLLATE NOCASE, scope TEXT NOT NULL CHECK (scope IN ('read', 'run', 'manage')),
      created INTEGER NOT NULL, lastUsed INTEGER, UNIQUE (person, name)
    ) STRICT;
    """
}
