public import Foundation
import GRDB

/// People and the browsers that they are logged in with.
public struct People: Sendable {
  /// A session ends after so long without a request, and after so long at all.
  static let idleLimit: TimeInterval = 12 * 3600
  static let ageLimit: TimeInterval = 14 * 86_400

  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  // MARK: Setup

  /// A link for the first manager; nil when there is one already. An earlier link ends.
  public func makeSetupToken(now: Date) throws -> Token? {
    let token = Token()
    return try state.write { database in
      guard try Self.present(database).fetchCount(database) == 0 else { return nil }
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

  /// Makes the first manager; the link works once.
  /// - Throws: `StoreError.notThere` when the link is none, or was used.
  public func setUp(_ token: Token, login: String, name: String, password: String, now: Date) throws -> Person {
    let person = try Self.person(login: login, name: name, role: .manager, password: password, now: now)
    return try state.write { database in
      try database.execute(sql: "DELETE FROM setupLink WHERE tokenHash = ?", arguments: [token.hash])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      try person.insert(database)
      try AuditTrail.append(.init(who: person.id, what: "person.set-up", about: person.id, at: now), database)
      return person
    }
  }

  // MARK: People

  public func add(login: String, name: String, role: Role, password: String, by manager: Actor) throws -> Person {
    let person = try Self.person(login: login, name: name, role: role, password: password, now: manager.at)
    return try state.write { database in
      try person.insert(database)
      try AuditTrail.append(manager.did("person.added", person.id, [login, role.rawValue]), database)
      return person
    }
  }

  /// Removes a person: sessions end at once, what they made stays.
  public func remove(_ id: String, by manager: Actor) throws {
    try state.write { database in
      guard var person = try Self.present(database).filter(key: id).fetchOne(database) else {
        throw StoreError.notThere
      }
      if person.role == .manager, try Self.managers(database) == 1 { throw StoreError.lastManager }
      person.removed = manager.at
      try person.update(database)
      try database.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [id])
      try AuditTrail.append(manager.did("person.removed", id, [person.login]), database)
    }
  }

  public func all() throws -> [Person] {
    try state.read { try Self.present($0).order(Column("login")).fetchAll($0) }
  }

  /// Removed ones too, for naming authors.
  public func person(_ id: String) throws -> Person? { try state.read { try Person.fetchOne($0, key: id) } }

  /// Sets a new password; all other sessions of the person end.
  public func setPassword(_ password: String, of id: String, keeping token: Token?, by actor: Actor) throws {
    let hash = try PasswordHash.make(password)
    try state.write { database in
      try database.execute(sql: "UPDATE person SET passwordHash = ? WHERE id = ?", arguments: [hash, id])
      try database.execute(
        sql: "DELETE FROM session WHERE person = ? AND tokenHash IS NOT ?", arguments: [id, token?.hash])
      try AuditTrail.append(actor.did("person.password-changed", id), database)
    }
  }

  // MARK: Sessions

  /// Who has this login and password. The same work is done for a login that is nobody's.
  public func authenticate(login: String, password: String) throws -> Person? {
    let person = try state.read { try Self.present($0).filter(Column("login") == login).fetchOne($0) }
    let matches = PasswordHash.matches(password, person?.passwordHash ?? Self.nobody)
    return matches ? person : nil
  }

  private static let nobody = (try? PasswordHash.make(Token().text)) ?? ""

  public func startSession(of person: Person, address: String, now: Date) throws -> (Token, Session) {
    let token = Token()
    let session = Session(
      tokenHash: token.hash, person: person.id, formToken: Token().text, created: now, seen: now, address: address)
    try state.write { database in
      try database.execute(
        sql: "DELETE FROM session WHERE seen < ? OR created < ?",
        arguments: [
          now.addingTimeInterval(-Self.idleLimit).milliseconds, now.addingTimeInterval(-Self.ageLimit).milliseconds,
        ])
      try session.insert(database)
      try AuditTrail.append(
        .init(who: person.id, what: "session.started", about: person.id, at: now, from: address), database)
    }
    return (token, session)
  }

  /// The session of a browser's token, and whose it is.
  public func session(_ token: Token, now: Date) throws -> (session: Session, person: Person)? {
    let found = try state.read { database -> (Session, Person)? in
      guard let session = try Session.fetchOne(database, key: token.hash),
        let person = try Self.present(database).filter(key: session.person).fetchOne(database)
      else { return nil }
      return (session, person)
    }
    guard let (session, person) = found, now.timeIntervalSince(session.seen) < Self.idleLimit,
      now.timeIntervalSince(session.created) < Self.ageLimit
    else { return nil }
    if now.timeIntervalSince(session.seen) > 60 {
      try state.write {
        try $0.execute(
          sql: "UPDATE session SET seen = ? WHERE tokenHash = ?", arguments: [now.milliseconds, token.hash])
      }
    }
    return (session, person)
  }

  public func endSession(_ token: Token) throws {
    try state.write { try $0.execute(sql: "DELETE FROM session WHERE tokenHash = ?", arguments: [token.hash]) }
  }

  // MARK: Parts

  private static func person(
    login: String, name: String, role: Role, password: String, now: Date
  ) throws -> Person {
    Person(
      id: Identifier.make(), login: login, name: name, role: role, passwordHash: try PasswordHash.make(password),
      created: now, removed: nil)
  }

  private static func present(_ database: Database) -> QueryInterfaceRequest<Person> {
    Person.filter(Column("removed") == nil)
  }

  private static func managers(_ database: Database) throws -> Int {
    try present(database).filter(Column("role") == Role.manager.rawValue).fetchCount(database)
  }
}
