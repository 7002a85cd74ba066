import Foundation
import GRDB
import ProofbackCore

/// The embedded state: one SQLite file in write-ahead mode. Every repository works on one of these; several server
/// processes may open the same file.
public final class StateDatabase: Sendable {
  let pool: DatabasePool

  /// Opens the state at `path`, makes it where there is none, and brings its schema up to this version's.
  /// - Throws: `StoreError.newerState` when a newer version of the product has written it.
  public convenience init(path: String) throws { try self.init(path: path, trace: nil) }

  /// - Parameter trace: called with every statement.
  init(path: String, trace: (@Sendable (String) -> Void)?) throws {
    var configuration = Self.configuration
    configuration.prepareDatabase { database in
      // A commit is on disk when it returns: what was reported is not forgotten by a power cut.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      // Counts in a file that is new: what is pruned makes the file smaller.
      if !database.configuration.readonly { try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
      try database.execute(sql: RunWords.table)
      if let trace { database.trace { trace($0.expandedDescription) } }
    }
    // Only we read the state: it names people, hosts and files.
    let isNew = !FileManager.default.fileExists(atPath: path)
    if isNew { _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) }
    pool = try DatabasePool(path: path, configuration: configuration)
    let migrator = Migrations.all
    if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw StoreError.newerState(path) }
    try migrator.migrate(pool)
  }

  /// Opens the state at `path` to read it, as it is: a server, also one of another version, may work on it meanwhile.
  /// - Throws: `StoreError.notThere`, `StoreError.newerState`.
  public init(reading path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.notThere }
    var configuration = Self.configuration
    configuration.readonly = true
    pool = try DatabasePool(path: path, configuration: configuration)
    let isState = try pool.read { try $0.tableExists("grdb_migrations") && $0.tableExists("audit") }
    guard isState else { throw StoreError.notThere }
    if try pool.read({ try Migrations.all.hasBeenSuperseded($0) }) { throw StoreError.newerState(path) }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    return configuration
  }

  /// Afterwards all of the state is in its one file.
  /// - Throws: when somebody else works on it.
  public func close() throws {
    try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try pool.close()
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

  /// For what may be lost, and need not be waited for.
  func writeLater(_ work: @escaping @Sendable (Database) throws -> Void) { pool.asyncWrite(work) { _, _ in } }

  private static let duplicates: [ResultCode] = [.SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY]

  /// Whether it answers.
  public func check() throws { _ = try pool.read { try Int.fetchOne($0, sql: "SELECT 1") } }
}
