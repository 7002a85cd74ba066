import Foundation
import Glibc
import ProofbackSystem
import SystemPackage

/// A neighbour's spool, from the worker's side: a folder of the worker's, in which the neighbour can open the pipes that it
/// is shown and make nothing.
struct Spool: Sendable {
  /// As the worker sees it.
  let folder: FilePath

  /// A folder that the neighbour may look into, or give something to, by its group alone.
  static func share(_ path: FilePath, mode: mode_t, owner: UInt32 = geteuid()) throws {
    guard lchown(path.string, owner, TaskPlace.user) == 0, chmod(path.string, mode) == 0 else {
      throw Errno(rawValue: errno)
    }
  }

  enum Direction {
    case toNeighbour, fromNeighbour
    fileprivate var mode: mode_t { self == .toNeighbour ? 0o640 : 0o620 }
  }

  /// A pipe has its name from the moment on that the neighbour can open it: a shell that fails to open one ends.
  func makePipe(_ name: String, _ direction: Direction) throws {
    let unnamed = folder.appending(".\(name)")
    guard mkfifo(unnamed.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
    do {
      try Self.share(unnamed, mode: direction.mode)
      guard rename(unnamed.string, folder.appending(name).string) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      unlink(unnamed.string)
      throw error
    }
  }

  /// This side of a pipe, which waits for nobody.
  /// - Throws: `Errno`; `ENXIO` of one to write to while nobody reads.
  func open(_ name: String, _ mode: FileDescriptor.AccessMode) throws -> FileDescriptor {
    let path = folder.appending(name)
    let descriptor = try FileDescriptor.open(path, mode, options: [.nonBlocking, .noFollow, .closeOnExec])
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFIFO, status.st_uid == geteuid()
    else {
      try? descriptor.close()
      throw Errno.invalidArgument
    }
    return descriptor
  }

  /// Takes a pipe's name away: whoever has it open keeps it.
  func forget(_ name: String) { unlink(folder.appending(name).string) }
}
