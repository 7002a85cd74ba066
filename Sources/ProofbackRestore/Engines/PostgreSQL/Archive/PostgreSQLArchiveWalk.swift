import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Walks through an archive in custom format while it flows to pg_restore, which reads no further than it has to: what is
/// missing, and what stands behind the end. Blocks.
///
/// The format: head, table of contents, a block for each list of rows, one for the large objects, in pieces with their length
/// in front (PostgreSQL 17, src/bin/pg_dump/pg_backup_archiver.c, ReadHead and ReadToc; pg_backup_custom.c).
final class PostgreSQLArchiveWalk: @unchecked Sendable {
  struct Outcome: Sendable, Equatable {
    /// Whether the format is known here; else nothing is said of it.
    var isKnown = false
    /// Blocks that the table of contents announces, and that came.
    var announced = 0
    var blocks = 0
    var bytesBehind: UInt64 = 0
  }

  private struct Strange: Error {}
  private struct End: Error {}

  private let stream: any ByteReader
  private let target: FileDescriptor
  private var isOpen = true
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private var filled = 0
  private var position = 0
  private var version = 0
  private var integerSize = 4
  private var offsetSize = 8
  private(set) var outcome = Outcome()

  /// - Parameter target: pg_restore's input; closed when the walk is over.
  init(_ stream: any ByteReader, to target: FileDescriptor) {
    self.stream = stream
    self.target = target
  }

  deinit { buffer.deallocate() }

  /// Reads the stream to its end, also when pg_restore has enough.
  func run() throws {
    defer { if isOpen { try? target.close() } }
    do {
      try readHead()
      try readContents()
      while outcome.blocks < outcome.announced { try readBlock() }
      try readBehind()
      return
    } catch is End {
      return
    } catch is Strange {
      outcome.isKnown = false
    }
    while try refill() {}
  }

  // MARK: Parts

  private func readHead() throws {
    try skip(5)
    version = Int(try byte()) * 100 + Int(try byte())
    _ = try byte()
    (integerSize, offsetSize) = (Int(try byte()), Int(try byte()))
    guard (112...116).contains(version), (1...8).contains(integerSize), (1...8).contains(offsetSize) else {
      throw Strange()
    }
    _ = try byte()
    if version >= 115 { _ = try byte() } else { _ = try integer() }
    for _ in 0..<7 { _ = try integer() }
    for _ in 0..<3 { try skipText() }
  }

  private func readContents() throws {
    let count = try integer()
    guard (0..<10_000_000).contains(count) else { throw Strange() }
    for _ in 0..<count {
      _ = try integer()
      if try integer() != 0 { outcome.announced += 1 }
      for _ in 0..<4 { try skipText() }
      _ = try integer()
      // Definition, drop, copy, schema, table space; the access method came with 1.14.
      for _ in 0..<(version >= 114 ? 6 : 5) { try skipText() }
      if version >= 116 { _ = try integer() }
      for _ in 0..<2 { try skipText() }
      while try skipText() {}
      try skip(1 + offsetSize)
    }
    outcome.isKnown = true
  }

  private func readBlock() throws {
    switch try byte() {
    case 1:
      _ = try integer()
      try skipPieces()
    case 3:
      _ = try integer()
      while try integer() != 0 { try skipPieces() }
    default: throw Strange()
    }
    outcome.blocks += 1
  }

  private func readBehind() throws {
    outcome.bytesBehind = UInt64(filled - position)
    while try refill() { outcome.bytesBehind += UInt64(filled) }
  }

  private func skipPieces() throws {
    while true {
      let length = try integer()
      if length == 0 { return }
      guard length > 0 else { throw Strange() }
      try skip(length)
    }
  }

  // MARK: Bytes

  private func byte() throws -> UInt8 {
    if position == filled, try !refill() { throw End() }
    defer { position += 1 }
    return buffer[position]
  }

  /// A byte for the sign, then the lowest byte first.
  private func integer() throws -> Int {
    let isNegative = try byte() != 0
    var value: UInt64 = 0
    for shift in 0..<integerSize { value |= UInt64(try byte()) << UInt64(8 * shift) }
    let magnitude = Int(clamping: value)
    return isNegative ? -magnitude : magnitude
  }

  /// - Returns: whether there was a text; a negative length stands for none.
  @discardableResult private func skipText() throws -> Bool {
    let length = try integer()
    if length < 0 { return false }
    guard length < 1 << 30 else { throw Strange() }
    try skip(length)
    return true
  }

  private func skip(_ count: Int) throws {
    var rest = count
    while rest > 0 {
      if position == filled, try !refill() { throw End() }
      let step = min(rest, filled - position)
      position += step
      rest -= step
    }
  }

  private func refill() throws -> Bool {
    position = 0
    filled = try stream.read(into: buffer)
    guard filled > 0 else { return false }
    if isOpen {
      do { try target.writeFully(UnsafeRawBufferPointer(rebasing: buffer[..<filled])) } catch {
        isOpen = false
        try? target.close()
      }
    }
    return true
  }
}

extension PostgreSQLArchiveWalk.Outcome {
  /// - Parameter isRead: whether pg_restore came to its end.
  func findings(isRead: Bool) -> [Finding] {
    guard isKnown, isRead else { return [] }
    if blocks < announced {
      return [
        PostgreSQLFindings.archiveDamaged.finding(
          "the archive announces \(Quantity.text(announced, "block")) of rows, and has \(blocks)")
      ]
    }
    guard bytesBehind > 0 else { return [] }
    return [
      PostgreSQLFindings.trailing.finding(
        "\(Quantity.text(bytes: bytesBehind)) follow the end of the archive, which pg_restore does not look at")
    ]
  }
}
