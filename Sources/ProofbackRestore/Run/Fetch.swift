import Crypto
import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

import struct ProofbackSystem.Pipe

/// The backup's bytes on their way from the source into a pipe, hashed and counted as they pass.
final class Fetch: Sendable {
  struct Result: Sendable {
    var bytes: UInt64
    var sha256: String
    /// Whether the source's end was reached (else the reader gave up first).
    var complete: Bool
  }

  /// Where the decoders read. Whoever reads it closes it.
  let output: FileDescriptor
  private let stream: any SourceStream
  private let pump: Task<Result, any Error>
  private let isAborted: Flag

  /// - Parameter effect: set when the damage has changed something.
  init(
    _ stream: any SourceStream, damage: Damage? = nil, effect: Flag = Flag(),
    onBytes: @escaping @Sendable (UInt64) -> Void
  ) throws {
    let pipe = try Pipe()
    let flag = Flag()
    self.stream = stream
    output = pipe.readEnd
    isAborted = flag
    pump = Task.detached {
      try await Blocking.run("fetch") {
        defer {
          try? pipe.writeEnd.close()
          try? stream.descriptor.close()
        }
        return try Self.pump(
          stream.descriptor, into: pipe.writeEnd, until: flag, filter: damage.map { DamageFilter($0) }, effect: effect,
          onBytes: onBytes)
      }
    }
  }

  /// Stops at the next chance; a source that says nothing any more is left behind within a quarter of a second.
  func abort() { isAborted.set() }

  /// Waits for the bytes' end and asks the source whether all came.
  func finish() async -> (result: Result?, finding: Finding?) {
    let result = try? await pump.value
    let finding = await stream.finish()
    return (result, isAborted.isSet ? nil : finding)
  }

  private static func pump(
    _ from: FileDescriptor, into: FileDescriptor, until aborted: Flag, filter: DamageFilter?, effect: Flag,
    onBytes: @Sendable (UInt64) -> Void
  ) throws -> Result {
    var filter = filter
    var hash = SHA256()
    var result = Result(bytes: 0, sha256: "", complete: false)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 19, alignment: 4096)
    defer { buffer.deallocate() }
    func pass(_ bytes: UnsafeRawBufferPointer) throws {
      hash.update(bufferPointer: bytes)
      result.bytes += UInt64(bytes.count)
      try into.writeFully(bytes)
    }
    reading: while !aborted.isSet {
      guard try isReadable(from) else { continue }
      let count = try from.readSome(into: buffer)
      if count == 0 {
        result.complete = true
        break
      }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      onBytes(result.bytes + UInt64(count))
      do {
        if filter == nil { try pass(bytes) } else { try filter!.take(Array(bytes)).withUnsafeBytes { try pass($0) } }
        if filter?.hasEffect == true { effect.set() }
      } catch Errno.brokenPipe { break reading }
    }
    result.sha256 = Hexadecimal.text(hash.finalize())
    return result
  }

  /// Waits up to a quarter of a second. Files are always readable.
  private static func isReadable(_ descriptor: FileDescriptor) throws -> Bool {
    var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    let count = poll(&entry, 1, 250)
    if count < 0 && errno != EINTR { throw Errno(rawValue: errno) }
    return count > 0
  }
}
