public import Foundation
import ProofbackCore

/// A new master key for all that is sealed.
///
/// At every moment there is a file with the key that the last commit sealed with: the new key is on disk before the
/// secrets are sealed with it, and the old one goes only when they are. `StateDatabase.masterKey` finds the right one
/// after a crash and does the rest.
public struct VaultRotation: Sendable {
  /// In this order.
  public enum Step: String, Sendable, CaseIterable {
    case keyWritten, secretsSealed, committed, oldKeptAside, newInPlace, oldShredded
  }

  private let state: StateDatabase
  private let file: KeyFile
  private let reached: @Sendable (Step) -> Void

  /// - Parameter reached: called after each step; `secretsSealed` is before the commit.
  public init(_ state: StateDatabase, _ file: KeyFile, reached: @escaping @Sendable (Step) -> Void = { _ in }) {
    self.state = state
    self.file = file
    self.reached = reached
  }

  /// Nobody else may work on the state meanwhile: a server would go on sealing with the old key.
  /// - Returns: how many secrets were sealed anew.
  /// - Throws: `StoreError.wrongMasterKey`, `StoreError.noMasterKey`, `MasterKeyError`; nothing has changed then.
  public func carryOut(origin: String, now: Date) throws -> Int {
    let old = Vault(try state.masterKey(file, settles: true, now: now))
    let key = MasterKey.random()
    try file.writeNext(key)
    reached(.keyWritten)
    let count: Int
    do { count = try seal(old, key, origin, now) } catch {
      // The disk may have failed behind the commit: only what is known to be needless goes.
      if let mark = try? state.read({ try VaultSchema.mark($0) ?? Data() }), mark != key.mark { file.shredNext() }
      throw error
    }
    reached(.committed)
    try file.keepOldAside()
    reached(.oldKeptAside)
    try file.putNextInPlace()
    reached(.newInPlace)
    file.shredOld()
    reached(.oldShredded)
    return count
  }

  private func seal(_ old: Vault, _ key: MasterKey, _ origin: String, _ now: Date) throws -> Int {
    let new = Vault(key)
    return try state.write { database in
      var count = 0
      for column in SealedColumn.all {
        for row in try column.ids(database) {
          try column.seal(try column.secret(row, old, database), row, new, database)
          count += 1
        }
      }
      try VaultSchema.setMark(key, now: now, database)
      try AuditTrail.append(
        AuditEntry(what: "vault.rotated", about: "", details: ["\(count) sealed anew"], at: now, from: origin),
        database)
      reached(.secretsSealed)
      return count
    }
  }
}
