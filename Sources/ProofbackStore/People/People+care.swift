public import Foundation
import GRDB
public import ProofbackCore

extension People: AccountCare {
  public func setRole(_ role: Role, of id: String, by manager: Actor) throws {
    try state.write { database in
      guard var row = try PersonRow.present().filter(key: id).fetchOne(database) else { throw StoreError.notThere }
      guard row.role != role else { return }
      if row.role == .manager, try Self.managers(database) == 1 { throw StoreError.lastManager }
      let old = row.role
      row.role = role
      try row.update(database)
      try AuditTrail.append(
        manager.did("person.role-changed", id, [row.login, "\(old.rawValue) to \(role.rawValue)"]), database)
    }
  }

  public func resetPassword(_ password: String, of id: String, by manager: Actor) throws {
    let hash = try PasswordHash.make(password, cost)
    try state.write { database in
      guard let row = try PersonRow.present().filter(key: id).fetchOne(database) else { throw StoreError.notThere }
      try Self.reset(row, hash, database)
      try AuditTrail.append(manager.did("person.password-reset", id, [row.login]), database)
    }
  }

  /// The same for whoever has the server's machine and no manager to ask.
  /// - Parameters:
  ///   - turnsOffCodes: the login asks for no code afterwards.
  ///   - origin: what the audit trail says of where it was done.
  /// - Returns: whether codes were turned off.
  /// - Throws: `StoreError.notThere`.
  @discardableResult
  public func resetPassword(
    _ password: String, ofLogin login: String, turnsOffCodes: Bool, now: Date, origin: String
  ) throws -> Bool {
    let hash = try PasswordHash.make(password, cost)
    return try state.write { database in
      guard let row = try PersonRow.present().filter(Column("login") == login).fetchOne(database) else {
        throw StoreError.notThere
      }
      func note(_ what: String) throws {
        try AuditTrail.append(.init(what: what, about: row.id, details: [row.login], at: now, from: origin), database)
      }
      try Self.reset(row, hash, database)
      try note("person.password-reset")
      guard turnsOffCodes, try SecondFactors.delete(of: row.id, database) else { return false }
      try note("second-factor.turned-off")
      return true
    }
  }

  private static func reset(_ row: PersonRow, _ hash: String, _ database: Database) throws {
    try database.execute(sql: "UPDATE person SET passwordHash = ? WHERE id = ?", arguments: [hash, row.id])
    try database.execute(sql: "DELETE FROM session WHERE person = ?", arguments: [row.id])
    try database.execute(sql: "DELETE FROM apiToken WHERE person = ?", arguments: [row.id])
  }

  public func noteRefusal(_ login: String, why: String, at now: Date, from address: String) {
    state.writeLater { database in
      guard let row = try PersonRow.present().filter(Column("login") == login).fetchOne(database) else { return }
      try AuditTrail.append(
        .init(what: "login.refused", about: row.id, details: [row.login, why], at: now, from: address), database)
    }
  }
}
