import CLinux
public import Foundation
import Glibc
import SystemPackage

/// Bytes that a child reads as a file, although they are on no disk: memory of ours, which it opens through `/proc`. Only
/// processes of our own user can. Gone with this value.
///
/// In a task the child may not look into the memory of one who has keys, as the worker has: it is lent a file in `/dev/shm`.
public final class LentFile: Sendable {
  private let descriptor: Int32
  /// What the child opens. Each opening reads from the start.
  public let path: String

  public init(_ bytes: Data) throws {
    if TaskPlace.current != nil {
      var template = Array("/dev/shm/proofback-lent.XXXXXX".utf8CString)
      let file = mkstemp(&template)
      guard file >= 0 else { throw Errno(rawValue: errno) }
      (descriptor, path) = (file, FilePath(platformString: template).string)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      try bytes.withUnsafeBytes { try FileDescriptor(rawValue: file).writeFully($0) }
      return
    }
    descriptor = bytes.withUnsafeBytes { proofback_memory_file($0.baseAddress, $0.count) }
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    path = "/proc/\(getpid())/fd/\(descriptor)"
  }

  deinit {
    if path.hasPrefix("/dev/shm/") { unlink(path) }
    close(descriptor)
  }
}
