import Glibc
import SystemPackage

/// An unprivileged user and group id for one run alone, so that two runs can't touch each other's files or count
/// against each other's limits.
public final class UserClaim: Sendable {
  public static let range: Range<UInt32> = 900_000..<910_000

  public let user: UInt32
  private let lock: FileLock

  private init(user: UInt32, lock: FileLock) {
    self.user = user
    self.lock = lock
  }

  /// Claims an id that no live run of this state folder has; it is free again when this process ends.
  /// - Returns: nil when all are taken.
  public static func take(in state: StateFolder) throws -> UserClaim? {
    try StateFolder.make(state.users)
    // A random first try keeps runs of other state folders apart, which can't see these files.
    let start = UInt32.random(in: range)
    for offset in 0..<UInt32(range.count) {
      let user = range.lowerBound + (start - range.lowerBound + offset) % UInt32(range.count)
      if let lock = try FileLock.take(state.users.appending(String(user))) { return UserClaim(user: user, lock: lock) }
    }
    return nil
  }

  /// Gives the id back; safe twice.
  public func release() { lock.removeFile() }
}
