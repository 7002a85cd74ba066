import Foundation
import Glibc
import ProofbackCore

/// What `stat` says of a file, as far as it matters here.
struct FileStatus: Sendable, Equatable {
  var kind: FolderEntry.Kind
  var size: UInt64
  var modified: Date
  private var device: UInt64
  private var number: UInt64

  /// Of the file that `path` leads to, through links.
  /// - Throws: `BadBackup` when it is not there, `RunTrouble` when that could not be found out.
  init(of path: RawPath) throws {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { throw PathTrouble.explain(errno, path, reading: false) }
    self.init(status)
  }

  /// Of an open file; nil when the system can't say.
  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
    size = UInt64(max(0, status.st_size))
    modified = Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}

/// What the system's error numbers mean for a backup.
enum PathTrouble {
  /// The cause for a path that could not be looked at or opened.
  ///
  /// A missing *folder* is a missing file too, and fails the backup: the file system that the path lies on answered,
  /// and said that nothing is there. Folders are part of a backup's name (one per day, say), and a job that never ran
  /// leaves none; calling that "could not tell" would hide it. An unmounted disk looks the same, as it does when its
  /// mount point is an empty folder; the evidence names the folder that is still there, the hint speaks of mounting.
  /// A network file system that does not answer says so by other numbers, and is `location.unreachable`.
  static func explain(_ number: Int32, _ path: RawPath, reading: Bool) -> any Error {
    switch number {
    case ENOENT, ENOTDIR: missing(path)
    case EACCES, EPERM:
      RunTrouble(
        SourceFindings.denied, "\(path.shown) may not be \(reading ? "read" : "looked at")",
        evidence: ["we are user \(geteuid())"])
    case EIO, EUCLEAN, EBADMSG:
      RunTrouble(SourceFindings.readError, "\(path.shown) could not be read: \(text(number))", canRetry: true)
    default:
      RunTrouble(SourceFindings.unreachable, "\(path.shown) does not answer: \(text(number))", canRetry: true)
    }
  }

  private static func missing(_ path: RawPath) -> BadBackup {
    var folder = path.parent
    var missing = 0
    var status = stat()
    while folder.withCString({ stat($0, &status) }) != 0, folder != RawPath("/"), folder != RawPath(".") {
      folder = folder.parent
      missing += 1
    }
    let message = missing == 0 ? "there is no file \(path.shown)" : "there is no file \(path.shown), nor its folder"
    return BadBackup(SourceFindings.missingFile, message, evidence: ["the nearest folder that exists: \(folder.shown)"])
  }

  static func text(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }
}
