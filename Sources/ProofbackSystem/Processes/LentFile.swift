import CLinux
public import Foundation
import Glibc
import SystemPackage

/// Bytes that a child reads as a file, although they are on no disk: memory of ours, which it opens through `/proc`. Only
/// processes of our own user can. Gone with this value.
public final class LentFile: Sendable {
  private let descriptor: Int32

  public init(_ bytes: Data) throws {
    descriptor = bytes.withUnsafeBytes { proofback_memory_file($0.baseAddress, $0.count) }
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
  }

  deinit { close(descriptor) }

  /// What the child opens. Each opening reads from the start.
  public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }
}
