import Glibc
import Synchronization
import SystemPackage

/// The reader closed its end: it has what it wants.
struct ReaderGone: Error {}

/// What the thread that writes into the pipe and whoever finishes the stream know of each other.
final class TransferState: Sendable {
  let passedOn = Atomic<UInt64>(0)
  private let phase = Mutex(Phase.running)
  private enum Phase { case running, ended, givenUp }

  /// All was said and done: `finish` from now on has an outcome to give.
  func end() { phase.withLock { if $0 == .running { $0 = .ended } } }

  /// - Returns: whether the transfer was still running.
  func giveUp() -> Bool {
    phase.withLock {
      guard $0 == .running else { return false }
      $0 = .givenUp
      return true
    }
  }

  var wasGivenUp: Bool { phase.withLock { $0 == .givenUp } }

  /// Writes all of `bytes` into a pipe that was made not to block; waits while the pipe is full, but not for a reader that gave up without closing.
  /// - Throws: `ReaderGone`.
  func write(_ bytes: UnsafeRawBufferPointer, to pipe: FileDescriptor) throws {
    var rest = bytes
    while !rest.isEmpty {
      var entry = pollfd(fd: pipe.rawValue, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&entry, 1, 500)
      if wasGivenUp || entry.revents & Int16(POLLERR) != 0 { throw ReaderGone() }
      if ready <= 0 { continue }
      let count = Glibc.write(pipe.rawValue, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EPIPE {
        throw ReaderGone()
      } else if errno != EINTR && errno != EAGAIN {
        throw Errno(rawValue: errno)
      }
    }
  }
}
