import Foundation
import GRDB
import ProofbackCore

/// Saved definitions in the embedded state, within the transactions of those who use them.
enum RestoreTests {
  static func test(_ id: String, _ database: Database) throws -> RestoreTest? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM restoreTest WHERE id = ? AND archived IS NULL", arguments: [id])
    else { return nil }
    return RestoreTest(
      id: row["id"], name: row["name"],
      definition: try JSONDecoder.state.decode(
        RestoreTestDefinition.self, from: Data((row["definition"] as String).utf8)),
      created: Date(milliseconds: row["created"]), createdBy: row["createdBy"])
  }

  static func isThere(_ id: String, _ database: Database) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM restoreTest WHERE id = ? AND archived IS NULL)", arguments: [id])
      ?? false
  }

  static func insert(_ test: RestoreTest, by actor: Actor, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO restoreTest (id, name, definition, created, createdBy) VALUES (?, ?, ?, ?, ?)",
      arguments: [test.id, test.name, try text(test.definition), test.created.milliseconds, test.createdBy])
    try setCredentials(test.id, test.definition, database)
    try AuditTrail.append(actor.did("restore-test.added", test.id, [test.name]), database)
  }

  static func change(
    _ id: String, name: String, _ definition: RestoreTestDefinition, by actor: Actor, _ database: Database
  ) throws {
    if let old = try test(id, database)?.definition, !old.isSamePlace(as: definition) {
      try Arrivals.forget(id, now: actor.at, database)
      try Baselines.delete(of: id, database)
    }
    try database.execute(
      sql: "UPDATE restoreTest SET name = ?, definition = ? WHERE id = ? AND archived IS NULL",
      arguments: [name, try text(definition), id])
    guard database.changesCount == 1 else { throw StoreError.notThere }
    try setCredentials(id, definition, database)
    try AuditTrail.append(actor.did("restore-test.changed", id, [name]), database)
  }

  /// It is gone from all lists; its runs stay.
  static func archive(_ test: RestoreTest, by actor: Actor, _ database: Database) throws {
    try database.execute(
      sql: "UPDATE restoreTest SET archived = ? WHERE id = ? AND archived IS NULL",
      arguments: [actor.at.milliseconds, test.id])
    try database.execute(sql: "DELETE FROM restoreTestCredential WHERE restoreTest = ?", arguments: [test.id])
    try Baselines.delete(of: test.id, database)
    try Drills.delete(of: test.id, database)
    try AuditTrail.append(actor.did("restore-test.deleted", test.id, [test.name]), database)
  }

  private static func setCredentials(
    _ id: String, _ definition: RestoreTestDefinition, _ database: Database
  ) throws {
    try database.execute(sql: "DELETE FROM restoreTestCredential WHERE restoreTest = ?", arguments: [id])
    for credential in Set(definition.credentials) {
      try database.execute(
        sql: "INSERT INTO restoreTestCredential (restoreTest, credential) VALUES (?, ?)", arguments: [id, credential])
    }
  }

  private static func text(_ definition: RestoreTestDefinition) throws -> String {
    String(decoding: try JSONEncoder.state.encode(definition), as: UTF8.self)
  }

  /// Names of those that `channel` alone tells, by name.
  /// - Parameter all: the channels that there are.
  static func told(by channel: String, ofChannels all: [String], _ database: Database) throws -> [String] {
    try Row.fetchAll(
      database, sql: "SELECT name, definition FROM restoreTest WHERE archived IS NULL ORDER BY name"
    ).compactMap { row in
      let definition = try JSONDecoder.state.decode(
        RestoreTestDefinition.self, from: Data((row["definition"] as String).utf8))
      guard let rule = definition.notifications, !rule.reasons.isEmpty else { return nil }
      return all.filter(rule.channels.contains) == [channel] ? row["name"] as String : nil
    }
  }
}
