public import Foundation
import GRDB
import ProofbackCore

extension StateDatabase {
  /// The key that the state's secrets are sealed with; made where nothing is sealed yet. After a rotation that was cut off
  /// it is the old or the new one, whichever the last commit says.
  /// - Parameter settles: finishes such a rotation; only for whoever has the state alone.
  /// - Throws: `StoreError.noMasterKey`, `StoreError.wrongMasterKey`, `MasterKeyError`.
  public func masterKey(_ file: KeyFile, settles: Bool, now: Date) throws -> MasterKey {
    let (mark, sealed) = try read { database in
      (try VaultSchema.mark(database), try SealedColumn.all.contains { try !$0.ids(database).isEmpty })
    }
    guard sealed else {
      if settles {
        file.shredNext()
        file.shredOld()
      }
      return try firstKey(file, mark, now)
    }
    let keys = try file.keys()
    guard !keys.isEmpty else { throw StoreError.noMasterKey(file.path) }
    guard let mark else {
      // Sealed by a version that did not write down with which.
      return try marked(keys[0].key, now)
    }
    guard let right = keys.first(where: { $0.key.mark == mark }) else { throw StoreError.wrongMasterKey }
    if settles { try settle(file, right.path) }
    return right.key
  }

  private func firstKey(_ file: KeyFile, _ mark: Data?, _ now: Date) throws -> MasterKey {
    let key = try MasterKey.load(path: file.path)
    return key.mark == mark ? key : try marked(key, now)
  }

  private func marked(_ key: MasterKey, _ now: Date) throws -> MasterKey {
    try write { database in
      _ = try Vault(key).openAll(database)
      try VaultSchema.setMark(key, now: now, database)
    }
    return key
  }

  /// What a rotation had still to do when it was cut off.
  private func settle(_ file: KeyFile, _ right: String) throws {
    if right == file.next {
      try file.keepOldAside()
      try file.putNextInPlace()
    }
    if right == file.old { return }
    file.shredNext()
    file.shredOld()
  }
}
