public import Foundation
import GRDB
public import ProofbackCore

/// People in the embedded state.
public struct People: PeopleRepository {
  let state: StateDatabase
  let cost: PasswordCost

  /// - Parameter cost: of new passwords; those that are there keep theirs.
  public init(_ state: StateDatabase, cost: PasswordCost = .standard) {
    self.state = state
    self.cost = cost
  }

  // MARK: Setup

  public func makeSetupToken(now: Date) throws -> Token? {
    let token = Token()
    return try state.write { database in
      guard try PersonRow.present().fetchCount(database) == 0 else { return nil }
      try database.execute(sql: "DELETE FROM setupLink")
      try database.execute(
        sql: "INSERT INTO setupLink (tokenHash, created) VALUES (?, ?)", arguments: [token.hash, now.milliseconds])
      return token
    }
  }

  public func isSetupToken(_ token: Token) throws -> Bool {
    try state.read {
      try Bool.fetchOne($0, sql: "SELECT 1 FROM setupLink WHERE tokenHash = ?", arguments: [token.hash]) ?? false
    }
  }

  public func setUp(
    _ token: Token, login: String, name: String, password: String, now: Date, from address: String
  ) throws -> Person {
    let row = try self.row(login: login, name: name, role: .manager, password: password, now: now)
    return try state.write { database in
      try database.execute(sql: "DELETE FROM setupLink WHERE tokenHash = ?", arguments: [token.hash])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      try row.insert(database)
      try AuditTrail.append(
        .init(who: row.id, what: "person.set-up", about: row.id, at: now, from: address), database)
      return row.person
    }
  }

  // MARK: People

  public func add(login: String, name: String, role: Role, password: String, by manager: Actor) throws -> Person {
    let row = try self.row(login: login, name: name, role: role, password: password, now: manager.at)
    return try state.write { database in
      try row.insert(database)
      try AuditTrail.append(manager.did("person.added", row.id, [login, role.rawValue]), database)
      return row.person
    }
  }

  public func remove(_ id: String, by manager: Actor) throws {
    try state.write { database in
      guard var row = try PersonRow.present().filter(key: id).fetchOne(database) else { throw StoreError.notThere }
      if row.role == .manager, try Self.managers(database) == 1 { throw StoreError.lastManager }
      row.removed = manager.at
      try row.update(database)
      try database.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [id])
      try database.execute(sql: "DELETE FROM apiToken WHERE person = ?", arguments: [id])
      try AuditTrail.append(manager.did("person.removed", id, [row.login]), database)
    }
  }

  public func all() throws -> [Person] {
    try state.read { try PersonRow.present().order(Column("login")).fetchAll($0).map(\.person) }
  }

  public func person(_ id: String) throws -> Person? { try state.read { try PersonRow.fetchOne($0, key: id)?.person } }

  public func setPassword(_ password: String, of id: String, keeping token: Token?, by actor: Actor) throws {
    let hash = try PasswordHash.make(password, cost)
    try state.write { database in
      try database.execute(sql: "UPDATE person SET passwordHash = ? WHERE id = ?", arguments: [hash, id])
      try database.execute(
        sql: "DELETE FROM session WHERE person = ? AND tokenHash IS NOT ?", arguments: [id, token?.hash])
      try AuditTrail.append(actor.did("person.password-changed", id), database)
    }
  }

  /// The same work is done for a login that is nobody's.
  public func authenticate(login: String, password: String) throws -> Person? {
    let row = try state.read { try PersonRow.present().filter(Column("login") == login).fetchOne($0) }
    let matches = PasswordHash.matches(password, row?.passwordHash ?? PasswordHash.ofNobody(cost))
    return matches ? row?.person : nil
  }

  private func row(login: String, name: String, role: Role, password: String, now: Date) throws -> PersonRow {
    PersonRow(
      id: Identifier.make(), login: login, name: name, role: role, passwordHash: try PasswordHash.make(password, cost),
      created: now, removed: nil)
  }

  static func managers(_ database: Database) throws -> Int {
    try PersonRow.present().filter(Column("role") == Role.manager.rawValue).fetchCount(database)
  }
}
