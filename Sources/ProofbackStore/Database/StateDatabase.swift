import Foundation
import GRDB
import ProofbackCore

/// The embedded state: one SQLite file in write-ahead mode. Every repository works on one of these; several server
/// processes may open the same file.
public final class StateDatabase: Sendable {
  let pool: DatabasePool

  /// Opens the state at `path`, makes it where there is none, and brings its schema up to this version's.
  /// - Throws: `StoreError.newerState` when a newer version of the product has written it.
  public init(path: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      // A commit is on disk when it returns: what was reported is not forgotten by a power cut.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    // Only we read the state: it names people, hosts and files.
    let isNew = !FileManager.default.fileExists(atPath: path)
    if isNew { _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) }
    pool = try DatabasePool(path: path, configuration: configuration)
    let migrator = Migrations.all
    if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw StoreError.newerState(path) }
    try migrator.migrate(pool)
  }

  func read<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) throws -> Value { try pool.read(work) }

  /// One transaction: all of it or nothing.
  func write<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) throws -> Value {
    do {
      return try pool.write(work)
    } catch let error as DatabaseError where Self.duplicates.contains(error.extendedResultCode) {
      throw StoreError.alreadyThere
    }
  }

  private static let duplicates: [ResultCode] = [.SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY]

  /// Whether it answers.
  public func check() throws { _ = try pool.read { try Int.fetchOne($0, sql: "SELECT 1") } }
}
