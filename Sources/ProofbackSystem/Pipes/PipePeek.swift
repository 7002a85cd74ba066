import CLinux
import Glibc
public import SystemPackage

/// Looking into a pipe without taking anything out of it, by the kernel's `tee`.
public enum PipePeek {
  /// Waits until `pipe` holds `count` bytes, is at its end, or is full; returns what it holds, at most `count`.
  /// The bytes stay in the pipe, for whoever reads it next.
  public static func head(of pipe: FileDescriptor, count: Int) throws -> [UInt8] {
    var seen: [UInt8] = []
    var patience = 0
    while true {
      let now = try copy(of: pipe, count: count)
      if now.count >= count { return now }
      if now.count == seen.count && !now.isEmpty {
        // Nothing came since: at its end, or slow. The writer's hang-up tells which.
        if hungUp(pipe) || isFull(pipe) { return try copy(of: pipe, count: count) }
        patience += 1
        usleep(patience < 50 ? 1000 : 20_000)
      } else {
        patience = 0
      }
      seen = now
      if now.isEmpty { return [] }
    }
  }

  /// `tee` blocks until there is something, and returns 0 at the end.
  private static func copy(of pipe: FileDescriptor, count: Int) throws -> [UInt8] {
    let side = try Pipe(capacity: 1 << 20)
    defer {
      try? side.readEnd.close()
      try? side.writeEnd.close()
    }
    var copied: Int
    repeat { copied = proofback_tee(pipe.rawValue, side.writeEnd.rawValue, count) } while copied < 0 && errno == EINTR
    guard copied >= 0 else { throw Errno(rawValue: errno) }
    var bytes = [UInt8](repeating: 0, count: copied)
    var filled = 0
    while filled < copied {
      filled += try bytes.withUnsafeMutableBytes {
        try side.readEnd.readSome(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
    }
    return bytes
  }

  private static func hungUp(_ pipe: FileDescriptor) -> Bool {
    var entry = pollfd(fd: pipe.rawValue, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLHUP) != 0
  }

  /// A pipe may be full with fewer bytes than its capacity: each small write can take a slot of its own. Only a write
  /// end knows; another one is opened for a moment.
  private static func isFull(_ pipe: FileDescriptor) -> Bool {
    let writeEnd = Glibc.open("/proc/self/fd/\(pipe.rawValue)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard writeEnd >= 0 else { return false }
    defer { Glibc.close(writeEnd) }
    var entry = pollfd(fd: writeEnd, events: Int16(POLLOUT), revents: 0)
    return poll(&entry, 1, 0) == 0
  }
}
