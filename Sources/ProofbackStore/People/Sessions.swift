public import Foundation
import GRDB
public import ProofbackCore

/// The browsers that people are logged in with.
public struct Sessions: SessionRepository {
  /// A session ends after so long without a request, and after so long at all.
  static let idleLimit: TimeInterval = 12 * 3600
  static let ageLimit: TimeInterval = 14 * 86_400

  private let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func start(_ person: Person, address: String, now: Date) throws -> Token {
    let token = Token()
    let row = SessionRow(
      tokenHash: token.hash, person: person.id, formToken: Token().text, created: now, seen: now, address: address)
    try state.write { database in
      try database.execute(
        sql: "DELETE FROM session WHERE seen < ? OR created < ?",
        arguments: [
          now.addingTimeInterval(-Self.idleLimit).milliseconds, now.addingTimeInterval(-Self.ageLimit).milliseconds,
        ])
      try row.insert(database)
      try AuditTrail.append(
        .init(who: person.id, what: "session.started", about: person.id, at: now, from: address), database)
    }
    return token
  }

  public func session(_ token: Token, now: Date) throws -> Session? {
    let found = try state.read { database -> (SessionRow, PersonRow)? in
      guard let session = try SessionRow.fetchOne(database, key: token.hash),
        let person = try PersonRow.present().filter(key: session.person).fetchOne(database)
      else { return nil }
      return (session, person)
    }
    guard let (row, person) = found, now.timeIntervalSince(row.seen) < Self.idleLimit,
      now.timeIntervalSince(row.created) < Self.ageLimit
    else { return nil }
    if now.timeIntervalSince(row.seen) > 60 {
      // A page does not wait until others have written.
      state.writeLater {
        try $0.execute(
          sql: "UPDATE session SET seen = ? WHERE tokenHash = ?", arguments: [now.milliseconds, token.hash])
      }
    }
    return Session(person: person.person, formToken: row.formToken, created: row.created)
  }

  public func end(_ token: Token) throws {
    try state.write { try $0.execute(sql: "DELETE FROM session WHERE tokenHash = ?", arguments: [token.hash]) }
  }

  public func open(of person: String, own token: Token?, now: Date) throws -> [OpenSession] {
    let hash = token?.hash
    return try state.read { database in
      try SessionRow.filter(Column("person") == person).order(Column("created").desc).fetchAll(database)
    }
    .filter { now.timeIntervalSince($0.seen) < Self.idleLimit && now.timeIntervalSince($0.created) < Self.ageLimit }
    .map { OpenSession(address: $0.address, created: $0.created, seen: $0.seen, isOwn: $0.tokenHash == hash) }
  }

  public func endOthers(of person: String, keeping token: Token, by actor: Actor) throws {
    try state.write { database in
      try database.execute(
        sql: "DELETE FROM session WHERE person = ? AND tokenHash <> ?", arguments: [person, token.hash])
      try AuditTrail.append(actor.did("session.others-ended", person), database)
    }
  }
}
