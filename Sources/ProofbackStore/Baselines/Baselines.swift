import Foundation
import GRDB
public import ProofbackCore

/// Baselines in the embedded state: measures as they are, and what their hashes are keyed with sealed by the vault, so
/// that nobody with the database alone can try out values.
public struct Baselines: BaselineRepository {
  private let state: StateDatabase
  private let vault: Vault

  public init(_ state: StateDatabase, vault: Vault) {
    self.state = state
    self.vault = vault
  }

  public func baseline(of restoreTest: String) throws -> Baseline? {
    let row = try state.read {
      try Row.fetchOne(
        $0, sql: "SELECT content, sealedKey FROM baseline WHERE restoreTest = ?", arguments: [restoreTest]
      ).map { (content: $0["content"] as Data, sealed: $0["sealedKey"] as Data) }
    }
    guard let row else { return nil }
    let key = String(decoding: try vault.open(row.sealed, id: BaselineSchema.label(restoreTest)), as: UTF8.self)
    // Of another version there is nothing that could be compared.
    guard let key = UInt64(key), var baseline = try? JSONDecoder().decode(Baseline.self, from: row.content),
      baseline.version == Baseline.currentVersion
    else { return nil }
    baseline.key = key
    return baseline
  }

  public func kept(of restoreTest: String) throws -> KeptBaseline? {
    try state.read {
      try Row.fetchOne(
        $0, sql: "SELECT run, at, tables FROM baseline WHERE restoreTest = ?", arguments: [restoreTest]
      ).map { KeptBaseline(run: $0["run"], at: Date(milliseconds: $0["at"]), tables: $0["tables"]) }
    }
  }

  public func forget(of schedule: Schedule, by actor: Actor) throws {
    try state.write { database in
      try Self.delete(of: schedule.test.id, database)
      guard database.changesCount > 0 else { return }
      try AuditTrail.append(actor.did("schedule.new-baseline", schedule.id, [schedule.test.name]), database)
    }
  }

  static func delete(of restoreTest: String, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM baseline WHERE restoreTest = ?", arguments: [restoreTest])
  }

  /// Keeps what a run left that ends in this transaction.
  func keep(_ left: LeftBaseline, _ database: Database) throws {
    guard let row = try Row.fetchOne(database, sql: "SELECT restoreTest FROM run WHERE id = ?", arguments: [left.run]),
      let id = row["restoreTest"] as String?, let test = try RestoreTests.test(id, database),
      let definition = try Runs.definition(left.run, database), definition.isSamePlace(as: test.definition)
    else { return }
    let isThere = try Bool.fetchOne(
      database, sql: "SELECT EXISTS (SELECT 1 FROM baseline WHERE restoreTest = ?)", arguments: [id])
    // Somebody began a new baseline meanwhile: what was held against the old one does not bring it back.
    if left.hasSteps, isThere != true { return }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO baseline (restoreTest, run, at, tables, content, sealedKey) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, left.run, left.at.milliseconds, left.tables, left.content,
        try vault.seal(Data(String(left.key).utf8), id: BaselineSchema.label(id)),
      ])
  }
}

/// A baseline ready to be kept. Encoding it takes a while, and is done before the transaction.
struct LeftBaseline {
  /// Bytes; of a larger one nothing is kept.
  static let largest = 32 << 20
  var run: String
  var at: Date
  var tables: Int
  var hasSteps: Bool
  var key: UInt64
  var content: Data

  /// Nil for one that is too large.
  init?(_ baseline: Baseline, run: String, at: Date) throws {
    var keyless = baseline
    keyless.key = 0
    content = try JSONEncoder().encode(keyless)
    guard content.count <= Self.largest else { return nil }
    (self.run, self.at, key) = (run, at, baseline.key)
    tables = baseline.newest.profile.tables.count
    hasSteps = !baseline.steps.isEmpty
  }
}

enum BaselineSchema {
  /// The run is only named: its results may be deleted while its measures are still needed.
  static let first = """
    CREATE TABLE baseline (
      restoreTest TEXT PRIMARY KEY REFERENCES restoreTest (id), run TEXT NOT NULL, at INTEGER NOT NULL,
      tables INTEGER NOT NULL, content BLOB NOT NULL, sealedKey BLOB NOT NULL
    ) STRICT;
    """

  static func label(_ restoreTest: String) -> String { "baseline of \(restoreTest)" }
}
