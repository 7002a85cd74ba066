import Foundation
import GRDB

/// Where sealed secrets lie. `all` is the one list: what is not in it stays sealed with a key that is gone after the next
/// rotation.
struct SealedColumn: Sendable {
  var table: String
  /// May be null.
  var column = "sealed"
  var id = "id"
  /// What the secret of the row with this id is sealed under.
  var label: @Sendable (String) -> String = { $0 }
  /// The keyed hash that finds the same secret stored twice.
  var sameness: String?

  static let all = [
    SealedColumn(table: "credential", sameness: "sameness"),
    SealedColumn(table: "credential", column: "sealedPassphrase", label: CredentialRow.passphraseID),
    SealedColumn(table: "channel", label: Channels.sealID),
    SealedColumn(table: "secondFactor", id: "person", label: SecondFactorSchema.label),
    SealedColumn(table: "baseline", column: "sealedKey", id: "restoreTest", label: BaselineSchema.label),
  ]

  /// The ids of the rows that hold a secret; none in a state that is too old to have the column.
  func ids(_ database: Database) throws -> [String] {
    guard try database.tableExists(table), try database.columns(in: table).contains(where: { $0.name == column }) else {
      return []
    }
    return try String.fetchAll(database, sql: "SELECT \(id) FROM \(table) WHERE \(column) IS NOT NULL")
  }

  func secret(_ row: String, _ vault: Vault, _ database: Database) throws -> Data {
    let sealed = try Data.fetchOne(database, sql: "SELECT \(column) FROM \(table) WHERE \(id) = ?", arguments: [row])
    return try vault.open(sealed ?? Data(), id: label(row))
  }

  func seal(_ secret: Data, _ row: String, _ vault: Vault, _ database: Database) throws {
    let sealed = try vault.seal(secret, id: label(row))
    guard let sameness else {
      return try database.execute(
        sql: "UPDATE \(table) SET \(column) = ? WHERE \(id) = ?", arguments: [sealed, row])
    }
    try database.execute(
      sql: "UPDATE \(table) SET \(column) = ?, \(sameness) = ? WHERE \(id) = ?",
      arguments: [sealed, vault.sameness(of: secret), row])
  }
}

/// What the list covers, for whoever checks it against the schema.
public enum SealedColumns {
  /// `table.column`.
  public static let names = SealedColumn.all.map { "\($0.table).\($0.column)" }
}

extension Vault {
  /// How many secrets of the state it opens: all.
  /// - Throws: `StoreError.wrongMasterKey` when there is one that it does not.
  func openAll(_ database: Database) throws -> Int {
    var count = 0
    for column in SealedColumn.all {
      for row in try column.ids(database) {
        _ = try column.secret(row, self, database)
        count += 1
      }
    }
    return count
  }
}

enum VaultSchema {
  /// Which master key the secrets are sealed with, without a word about it.
  static let key = """
    CREATE TABLE vaultKey (one INTEGER PRIMARY KEY CHECK (one = 1), mark BLOB NOT NULL, since INTEGER NOT NULL) STRICT;
    """

  static func mark(_ database: Database) throws -> Data? {
    guard try database.tableExists("vaultKey") else { return nil }
    return try Data.fetchOne(database, sql: "SELECT mark FROM vaultKey")
  }

  static func setMark(_ key: MasterKey, now: Date, _ database: Database) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO vaultKey (one, mark, since) VALUES (1, ?, ?)",
      arguments: [key.mark, now.milliseconds])
  }
}
