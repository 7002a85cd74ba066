import Glibc
public import SystemPackage

/// A lock on a file, held as long as this object and this process live: the kernel gives it back however we end.
/// It holds between processes, also when they are in different process namespaces.
public final class FileLock: Sendable {
  public let path: FilePath
  private let file: FileDescriptor

  /// Takes the lock; the file is made where there is none.
  /// - Parameter isShared: any number may share it; none does while somebody has it alone.
  /// - Returns: nil when somebody else holds it.
  public static func take(_ path: FilePath, isShared: Bool = false) throws -> FileLock? {
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
    guard flock(file.rawValue, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      try file.close()
      return nil
    }
    // Removed between our opening and locking it: somebody else's lock may be on a newer file of that name.
    var held = stat()
    var named = stat()
    guard fstat(file.rawValue, &held) == 0, stat(path.string, &named) == 0, held.st_ino == named.st_ino else {
      try file.close()
      return nil
    }
    return FileLock(path: path, file: file)
  }

  /// Whether somebody holds the lock of a file, without taking it for longer than a moment.
  public static func isHeld(_ path: FilePath) -> Bool {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow]) else { return false }
    defer { try? file.close() }
    // A shared lock: two who look at the same moment do not see each other.
    return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
  }

  private init(path: FilePath, file: FileDescriptor) {
    self.path = path
    self.file = file
  }

  /// Removes the file while the lock is still held, so that nobody can hold the old one.
  public func removeFile() { unlink(path.string) }

  deinit { try? file.close() }
}
