import CLinux
import Glibc
public import SystemPackage

/// A pipe whose ends are closed in children.
public struct Pipe: Sendable {
  public let readEnd: FileDescriptor
  public let writeEnd: FileDescriptor

  /// - Parameter capacity: bytes that it should hold; the kernel may give less.
  public init(capacity: Int32 = 1 << 20) throws {
    var ends: [Int32] = [-1, -1]
    guard proofback_pipe(&ends, capacity) == 0 else { throw Errno(rawValue: errno) }
    readEnd = FileDescriptor(rawValue: ends[0])
    writeEnd = FileDescriptor(rawValue: ends[1])
  }
}

extension Pipe {
  /// Closes both ends when `work` throws.
  public func closedOnError<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await readEnd.closedOnError { try await writeEnd.closedOnError(work) }
  }
}

extension FileDescriptor {
  /// Closes this end when `work` throws: for the one that stays here while the other is given to a program.
  public func closedOnError<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch {
      try? close()
      throw error
    }
  }

  /// Whether this is a pipe (the kernel's `splice` and `tee` need one).
  public var isPipe: Bool { proofback_is_pipe(rawValue) == 1 }

  /// Writes all of `bytes`, through interruptions.
  public func writeFully(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(rawValue, rest.baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Errno(rawValue: errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Reads to the end and closes this; what is beyond `limit` bytes is dropped.
  public func readToEnd(limit: Int) throws -> [UInt8] {
    defer { try? close() }
    var result: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try readSome(into: buffer)
      if count == 0 { return result }
      result += buffer[..<min(count, max(0, limit - result.count))]
    }
  }

  /// Reads once, through interruptions; 0 at the end.
  public func readSome(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(rawValue, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw Errno(rawValue: errno) }
    }
  }

  /// Exactly `count` bytes; nil when the end comes before the first of them.
  /// - Throws: `CutShort` when it comes in their midst.
  public func readWhole(_ count: Int) throws -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try bytes.withUnsafeMutableBytes {
        try readSome(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      if got == 0 {
        if filled == 0 { return nil }
        throw CutShort()
      }
      filled += got
    }
    return bytes
  }
}

/// The bytes ended in the midst of what was to be read whole.
public struct CutShort: Error {
  public init() {}
}

/// A write into a pipe whose reader left is an error, not the end of our process: for this thread, which ends with the
/// work (`Blocking.run`).
public func ignoreBrokenPipe() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}
