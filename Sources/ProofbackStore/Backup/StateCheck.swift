import Foundation
import GRDB
import ProofbackCore

/// Whether a file is a state that can be worked with.
enum StateCheck {
  private static let magic = Data("SQLite format 3\0".utf8)

  static func isDatabase(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: magic.count)) == magic
  }

  /// - Throws: `StateFileError`, `StoreError`.
  static func whole(_ path: String) throws {
    guard isDatabase(path) else { throw StateFileError.notState }
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON") }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { database in
        try integrity(database)
        try version(database, path)
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw StateFileError.damaged([error.message ?? "\(error.resultCode)"])
    }
  }

  static func integrity(_ database: Database) throws {
    let lines = try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
    guard lines == ["ok"] else { throw StateFileError.damaged(lines) }
    let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").count
    guard orphans == 0 else { throw StateFileError.orphans(orphans) }
  }

  /// - Returns: the audit trail's last line; nil when there is none.
  /// - Throws: `StateFileError.auditBroken`.
  @discardableResult
  static func trail(_ database: Database) throws -> AuditSeal? {
    switch try AuditTrail.verify(database).0 {
    case .holds(let newest): return newest
    case .broken(let line): throw StateFileError.auditBroken(line)
    }
  }

  private static func version(_ database: Database, _ path: String) throws {
    guard try database.tableExists("grdb_migrations") else { throw StateFileError.notState }
    let written = Set(try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations"))
    let known = Migrations.all.migrations
    guard let first = known.first, written.contains(first) else { throw StateFileError.notState }
    guard written.isSubset(of: known) else { throw StoreError.newerState(path) }
  }
}
