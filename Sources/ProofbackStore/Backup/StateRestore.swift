public import Foundation
import GRDB
import Glibc
import ProofbackCore

/// Puts a backup of the state in the place of the state.
public struct StateRestore: Sendable {
  public struct Done: Sendable, Equatable {
    /// The folder that the state before was moved to.
    public var keptAside: String?
    public var secrets: Int

    public init(keptAside: String?, secrets: Int) {
      self.keptAside = keptAside
      self.secrets = secrets
    }
  }

  private let file: String
  private let folder: String
  private let key: KeyFile
  private static let name = "state.sqlite"

  public init(_ file: String, into folder: String, key: KeyFile) {
    self.file = file
    self.folder = folder
    self.key = key
  }

  /// Nobody else may work on the state meanwhile. What was there stays as it was until the backup was copied, checked and
  /// brought up to this version; then it is moved aside.
  /// - Parameter replaces: whether there may be a state already.
  /// - Throws: `StateFileError`, `StoreError`, `MasterKeyError`; nothing has changed then.
  public func carryOut(replaces: Bool, origin: String, now: Date) throws -> Done {
    let place = "\(folder)/\(Self.name)"
    let isOccupied = access(place, F_OK) == 0
    guard replaces || !isOccupied else { throw StateFileError.occupied(place) }
    let work = "\(folder)/restoring-\(Identifier.make())"
    try FileManager.default.createDirectory(
      atPath: work, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: work) }
    let copy = "\(work)/\(Self.name)"
    try copyFile(to: copy)
    try StateCheck.whole(copy)
    let secrets = try bringUpToDate(copy, origin, now)
    let aside = try moveAside(now)
    guard rename(copy, place) == 0 else { throw StateFileError.unwritable(place, String(cString: strerror(errno))) }
    StateFiles.synchronizeFolder(of: place)
    return Done(keptAside: aside, secrets: secrets)
  }

  private func copyFile(to copy: String) throws {
    guard let from = FileHandle(forReadingAtPath: file) else { throw StateFileError.unreadable(file) }
    let descriptor = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StateFileError.unwritable(copy, String(cString: strerror(errno))) }
    let to = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    while let bytes = try from.read(upToCount: 1 << 20), !bytes.isEmpty { try to.write(contentsOf: bytes) }
    try to.synchronize()
  }

  /// Browsers that were logged in when the backup was made are not any more, and what happens is written down.
  private func bringUpToDate(_ copy: String, _ origin: String, _ now: Date) throws -> Int {
    let state = try StateDatabase(path: copy)
    try state.read { _ = try StateCheck.trail($0) }
    let hasSecrets = try state.read { database in
      try SealedColumn.all.contains { try !$0.ids(database).isEmpty }
    }
    let secrets = try hasSecrets ? openAll(state, now) : 0
    try state.write { database in
      try database.execute(sql: "DELETE FROM session; DELETE FROM setupLink")
      let name = UntrustedText.line(URL(fileURLWithPath: file).lastPathComponent, limit: 100)
      try AuditTrail.append(
        AuditEntry(what: "state.restored", about: "", details: [name], at: now, from: origin), database)
    }
    try state.close()
    return secrets
  }

  /// The key that is here must open what is sealed there.
  private func openAll(_ state: StateDatabase, _ now: Date) throws -> Int {
    let vault = Vault(try state.masterKey(key, settles: false, now: now))
    return try state.read { try vault.openAll($0) }
  }

  /// The database first: a log that is left alone by a crash here belongs to no database, and is not taken for one's.
  private func moveAside(_ now: Date) throws -> String? {
    let names = ["", "-wal", "-shm"].map { Self.name + $0 }.filter { access("\(folder)/\($0)", F_OK) == 0 }
    guard !names.isEmpty else { return nil }
    let stamp = now.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: false)).filter {
      $0.isNumber || $0 == "T"
    }
    let aside = "\(folder)/replaced-\(stamp)-\(Identifier.make().prefix(4))"
    try FileManager.default.createDirectory(
      atPath: aside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    for name in names {
      guard rename("\(folder)/\(name)", "\(aside)/\(name)") == 0 else {
        throw StateFileError.unwritable(aside, String(cString: strerror(errno)))
      }
    }
    StateFiles.synchronizeFolder(of: "\(aside)/\(Self.name)")
    return aside
  }
}
