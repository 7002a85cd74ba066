import Foundation
import GRDB
public import ProofbackCore

/// Settings in the embedded state.
public struct Settings: SettingsRepository {
  let state: StateDatabase
  public init(_ state: StateDatabase) { self.state = state }

  public func allowedPaths() throws -> [String] {
    try state.read { try String.fetchAll($0, sql: "SELECT path FROM allowedPath ORDER BY path") }
  }

  public func allow(path: String, by manager: Actor) throws {
    try state.write { database in
      try database.execute(sql: "INSERT INTO allowedPath (path) VALUES (?)", arguments: [path])
      try AuditTrail.append(manager.did("path.allowed", path), database)
    }
  }

  public func disallow(path: String, by manager: Actor) throws {
    try state.write { database in
      try database.execute(sql: "DELETE FROM allowedPath WHERE path = ?", arguments: [path])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      try AuditTrail.append(manager.did("path.disallowed", path), database)
    }
  }

  public func retention() throws -> Retention {
    try state.read { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT detailDays, runDays FROM retention") else {
        return Retention()
      }
      return Retention(detailDays: row["detailDays"], runDays: row["runDays"])
    }
  }

  public func keep(_ retention: Retention, by manager: Actor) throws {
    try state.write { database in
      try database.execute(
        sql: """
          INSERT INTO retention (only, detailDays, runDays) VALUES (1, ?, ?) \
          ON CONFLICT (only) DO UPDATE SET detailDays = excluded.detailDays, runDays = excluded.runDays
          """, arguments: [retention.detailDays, retention.runDays])
      let days = retention.runDays.map(String.init) ?? "for ever"
      try AuditTrail.append(manager.did("retention.set", "retention", ["\(retention.detailDays)", days]), database)
    }
  }
}

extension Settings {
  public func allowedHosts() throws -> [String] {
    try state.read { try String.fetchAll($0, sql: "SELECT host FROM allowedHost ORDER BY host") }
  }

  public func allow(host: String, by manager: Actor) throws {
    try state.write { database in
      try database.execute(sql: "INSERT INTO allowedHost (host) VALUES (?)", arguments: [host])
      try AuditTrail.append(manager.did("host.allowed", host), database)
    }
  }

  public func disallow(host: String, by manager: Actor) throws {
    try state.write { database in
      try database.execute(sql: "DELETE FROM allowedHost WHERE host = ?", arguments: [host])
      guard database.changesCount == 1 else { throw StoreError.notThere }
      try AuditTrail.append(manager.did("host.disallowed", host), database)
    }
  }
}

extension Settings {
  public func triesAgain() throws -> Bool { try state.read(Self.triesAgain) }

  static func triesAgain(_ database: Database) throws -> Bool {
    try Bool.fetchOne(database, sql: "SELECT triesAgain FROM restartPolicy") ?? true
  }

  public func tryAgain(_ isWanted: Bool, by manager: Actor) throws {
    try state.write { database in
      try database.execute(
        sql: """
          INSERT INTO restartPolicy (only, triesAgain) VALUES (1, ?) \
          ON CONFLICT (only) DO UPDATE SET triesAgain = excluded.triesAgain
          """, arguments: [isWanted])
      try AuditTrail.append(manager.did("restart.set", "restart", [isWanted ? "again" : "left"]), database)
    }
  }
}

extension Settings {
  public func images() throws -> ImageTable {
    let text = try state.read { try String.fetchOne($0, sql: "SELECT rules FROM imageTable") }
    return try text.map { try ImageTable($0) } ?? .usual
  }

  public func choose(images: ImageTable, by manager: Actor) throws {
    try state.write { database in
      if images == .usual {
        try database.execute(sql: "DELETE FROM imageTable")
      } else {
        try database.execute(
          sql: """
            INSERT INTO imageTable (only, rules) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET rules = excluded.rules
            """, arguments: [images.text])
      }
      try AuditTrail.append(manager.did("images.set", "images", [Quantity.text(images.rules.count, "rule")]), database)
    }
  }
}

enum SettingsSchema {
  /// One row; none: the makers' own images, as this version knows them.
  static let images =
    "CREATE TABLE imageTable (only INTEGER PRIMARY KEY CHECK (only = 1), rules TEXT NOT NULL) STRICT;"

  static let first = "CREATE TABLE allowedPath (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"

  /// One row.
  static let restart = """
    CREATE TABLE restartPolicy (only INTEGER PRIMARY KEY CHECK (only = 1), triesAgain INTEGER NOT NULL) STRICT;
    """

  /// One row. `prunedTo` is the place of the last run whose log and report were looked at.
  static let retention = """
    CREATE TABLE retention (
      only INTEGER PRIMARY KEY CHECK (only = 1), detailDays INTEGER NOT NULL DEFAULT 400, runDays INTEGER,
      prunedTo INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    """
}
