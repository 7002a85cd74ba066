import Foundation
import GRDB
import Glibc
import ProofbackCore

/// A copy of the whole state as of one moment, also while servers work on it.
public enum StateBackup {
  public struct Made: Sendable, Equatable {
    public var bytes: UInt64
    public var secrets: Int
    /// The audit trail's last line in the copy.
    public var newest: AuditSeal?
  }

  /// Writes the copy beside `path` and moves it there when it is whole and was checked, the audit trail too: a restore must
  /// not be the first to refuse it. Only its owner can read it. Secrets in it stay sealed.
  /// - Throws: `StateFileError`, or SQLite's; what stood at `path` stays then.
  public static func write(_ state: StateDatabase, to path: String) throws -> Made {
    try refuseOtherFile(path)
    let temporary = "\(path).\(Identifier.make())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StateFileError.unwritable(path, String(cString: strerror(errno))) }
    close(descriptor)
    do {
      let made = try copy(state, to: temporary)
      guard rename(temporary, path) == 0 else {
        throw StateFileError.unwritable(path, String(cString: strerror(errno)))
      }
      StateFiles.synchronizeFolder(of: path)
      return made
    } catch {
      for ending in ["", "-journal", "-wal", "-shm"] { unlink(temporary + ending) }
      throw error
    }
  }

  private static func copy(_ state: StateDatabase, to path: String) throws -> Made {
    let copy = try DatabaseQueue(path: path)
    // Page by page: numbers of rows stay what they are, which a copy by VACUUM does not promise.
    try state.pool.backup(to: copy)
    let made = try copy.writeWithoutTransaction { database in
      // One file that needs no log beside it.
      try database.execute(sql: "PRAGMA journal_mode = DELETE")
      try StateCheck.integrity(database)
      let newest = try StateCheck.trail(database)
      let secrets = try SealedColumn.all.reduce(0) { try $0 + $1.ids(database).count }
      return Made(bytes: 0, secrets: secrets, newest: newest)
    }
    try copy.close()
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    var status = stat()
    guard descriptor >= 0, fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else {
      throw StateFileError.unwritable(path, String(cString: strerror(errno)))
    }
    return Made(bytes: UInt64(status.st_size), secrets: made.secrets, newest: made.newest)
  }

  /// An older backup is replaced; whatever else stands there is not.
  private static func refuseOtherFile(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    let isFile = status.st_mode & S_IFMT == S_IFREG
    guard isFile, status.st_size == 0 || StateCheck.isDatabase(path) else { throw StateFileError.otherFile(path) }
  }
}
