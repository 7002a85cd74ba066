import Foundation
import Glibc
import ProofbackSystem
import SystemPackage

/// Whether nobody waits any more: for one job, or for all of a neighbour's.
struct StopSign: Sendable {
  var job = Flag()
  var neighbour: Flag
  var isSet: Bool { job.isSet || neighbour.isSet }
}

/// Carries bytes from one descriptor to another until either end is over, or until it is told to stop; then closes both. An
/// end that says nothing any more holds up no thread for longer than `patience`.
enum Pump {
  private static let patience: Int32 = 200

  /// - Parameter to: when nobody reads it any more, `from` is closed, too: whoever writes there is told.
  static func start(_ from: FileDescriptor, _ to: FileDescriptor, until stopped: StopSign) {
    let thread = Thread {
      ignoreBrokenPipe()
      carry(from, to, stopped)
      try? from.close()
      try? to.close()
    }
    thread.name = "pump"
    thread.stackSize = 1 << 19
    thread.start()
  }

  private static func carry(_ from: FileDescriptor, _ to: FileDescriptor, _ stopped: StopSign) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 4096)
    defer { buffer.deallocate() }
    while !stopped.isSet {
      var ends = [
        pollfd(fd: from.rawValue, events: Int16(POLLIN), revents: 0), pollfd(fd: to.rawValue, events: 0, revents: 0),
      ]
      guard poll(&ends, 2, patience) >= 0 || errno == EINTR else { return }
      if ends[1].revents != 0 { return }
      if ends[0].revents == 0 { continue }
      let count = Glibc.read(from.rawValue, buffer.baseAddress, buffer.count)
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count > 0, write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to, stopped) else { return }
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, _ to: FileDescriptor, _ stopped: StopSign) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(to.rawValue, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        continue
      }
      guard errno == EAGAIN || errno == EINTR, !stopped.isSet else { return false }
      var end = pollfd(fd: to.rawValue, events: Int16(POLLOUT), revents: 0)
      _ = poll(&end, 1, patience)
    }
    return true
  }
}
