public import Foundation
import GRDB
import ProofbackCore

/// Tokens of workers that came with a second key.
extension Alerts {
  public func raise(claimOf run: String, detail: String, from origin: String, now: Date) throws {
    try state.write { database in
      let name = try String.fetchOne(database, sql: "SELECT title FROM run WHERE id = ?", arguments: [run]) ?? run
      try Self.open(.claim, run, name, since: now, detail: detail, now: now, database)
      try AuditTrail.append(
        AuditEntry(what: "run.token-shown-twice", about: run, details: [name], at: now, from: origin), database)
    }
  }

  public func closeClaims(before date: Date, now: Date) throws {
    let old = "kind = 'claim' AND closed IS NULL AND opened < ?"
    let isAny = try state.read {
      try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM alert WHERE \(old))", arguments: [date.milliseconds])
    }
    guard isAny == true else { return }
    try state.write {
      try $0.execute(
        sql: "UPDATE alert SET closed = ? WHERE \(old)", arguments: [now.milliseconds, date.milliseconds])
    }
  }
}
