import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Reads a dump to its end through the scanner and gives psql what the scanner lets through. Runs on a thread of its own;
/// memory is one block and what the scanner keeps.
struct PostgreSQLFeed {
  struct Result: Sendable {
    var claims: PostgreSQLClaims
    /// Reading ended before the dump's end: it went on for longer than the disk could have held.
    var gaveUpReading = false
  }

  private static let block = 1 << 20
  var scanner: PostgreSQLScanner
  var reader: any ByteReader
  var client: FileDescriptor
  /// What psql is told before the dump.
  var opening: String
  /// Once nothing more is forwarded, the rest is read for what it says, up to so many bytes.
  var drainLimit: UInt64
  /// Ends the client at once: what it holds of a statement must not be carried out.
  var endClient: @Sendable () -> Void
  var onImported: @Sendable (UInt64) -> Void

  func run() throws -> Result {
    var scanner = scanner
    var output = Output(client: client)
    defer { output.close() }
    output.write(Array(opening.utf8))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.block * 2, alignment: 4096)
    defer { buffer.deallocate() }
    var kept = 0
    var isLast = false
    var drained: UInt64 = 0
    while !isLast {
      let room = min(Self.block, buffer.count - kept)
      let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[kept..<(kept + room)]))
      isLast = count == 0
      let filled = kept + count
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled]).bindMemory(to: UInt8.self)
      let consumed = scanner.scan(bytes, isLast: isLast)
      kept = filled - consumed
      if kept > 0, consumed > 0, let base = buffer.baseAddress { memmove(base, base + consumed, kept) }
      output.write(scanner.takeOut())
      onImported(output.bytes)
      if scanner.claims.isStopped, output.isOpen {
        endClient()
        output.close()
      }
      if !output.isOpen { drained += UInt64(count) }
      if drained > drainLimit { return Result(claims: scanner.finish(), gaveUpReading: true) }
    }
    let claims = scanner.finish()
    output.write(scanner.takeOut())
    return Result(claims: claims)
  }

  private struct Output {
    let client: FileDescriptor
    private(set) var isOpen = true
    private(set) var bytes: UInt64 = 0

    init(client: FileDescriptor) { self.client = client }

    /// Once psql has gone away, takes no more.
    mutating func write(_ piece: [UInt8]) {
      guard isOpen, !piece.isEmpty else { return }
      do {
        try piece.withUnsafeBytes { try client.writeFully($0) }
        bytes += UInt64(piece.count)
      } catch {
        close()
      }
    }

    mutating func close() {
      if isOpen { try? client.close() }
      isOpen = false
    }
  }
}
