import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Reads a dump to its end through the scanner and feeds what the scanner lets through to the client's standard input.
/// Runs on a thread of its own; memory is one block and what the scanner keeps.
struct ImportFeed {
  struct Result: Sendable {
    var claims: DumpClaims
    /// The client stopped reading before everything was given to it.
    var clientGaveUp: Bool
    /// Reading ended before the dump's end: it went on for longer than the disk could have held.
    var gaveUpReading: Bool
  }

  private static let block = 1 << 20
  var target: ServerTarget
  var reader: any ByteReader
  var client: FileDescriptor
  /// Once nothing more is forwarded, the rest is read for what it says, up to so many bytes.
  var drainLimit: UInt64
  /// Ends the client at once: what it holds of a statement must not be executed.
  var endClient: @Sendable () -> Void
  var onImported: @Sendable (UInt64) -> Void

  func run() throws -> Result {
    let sink = ClientSink(client)
    defer { sink.close() }
    var scanner = SQLDumpScanner(target: target)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.block * 2, alignment: 4096)
    defer { buffer.deallocate() }
    var kept = 0
    var isLast = false
    var ended = false
    var drained: UInt64 = 0
    while !isLast {
      let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[kept..<(kept + Self.block)]))
      isLast = count == 0
      let filled = kept + count
      let consumed = try scanner.scan(
        UnsafeRawBufferPointer(rebasing: buffer[..<filled]), isLast: isLast, into: sink.isOpen && !ended ? sink : nil)
      kept = filled - consumed
      if kept > 0, consumed > 0, let base = buffer.baseAddress { memmove(base, base + consumed, kept) }
      onImported(sink.bytes)
      if scanner.claims.stoppedForwarding, !ended {
        ended = true
        endClient()
        sink.close()
      }
      if ended || !sink.isOpen {
        drained += UInt64(count)
        if drained > drainLimit {
          return Result(claims: scanner.finish(), clientGaveUp: sink.isBroken, gaveUpReading: true)
        }
      }
    }
    return Result(claims: scanner.finish(), clientGaveUp: sink.isBroken, gaveUpReading: false)
  }
}

/// Writes statements to the client; once it has gone away, takes no more.
private final class ClientSink: StatementSink {
  private let descriptor: FileDescriptor
  private(set) var isOpen = true
  private(set) var isBroken = false
  private(set) var bytes: UInt64 = 0

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  func take(_ bytes: UnsafeRawBufferPointer, endedStatements: Int) throws {
    guard isOpen else { return }
    do {
      try descriptor.writeFully(bytes)
      self.bytes += UInt64(bytes.count)
    } catch Errno.brokenPipe {
      isBroken = true
      close()
    }
  }

  func close() {
    if isOpen { try? descriptor.close() }
    isOpen = false
  }
}
