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
    /// It ended before its parts did.
    var isCut = false
    /// Without the table of contents that pg_dump may write a second time.
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
  /// Bytes of the buffers before this one.
  private var readBefore: UInt64 = 0
  private var version = 0
  private var integerSize = 4
  private var offsetSize = 8
  /// Of the table of contents, without the places of rows.
  private var contentsHash = RunningHash()
  private var isHashing = false
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
      outcome.announced = try readContents()
      outcome.isKnown = true
      while outcome.blocks < outcome.announced { try readBlock() }
      try readBehind()
      return
    } catch is End {
      outcome.isCut = true
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

  /// - Returns: how many blocks of rows it announces.
  private func readContents() throws -> Int {
    contentsHash = RunningHash()
    isHashing = true
    defer { isHashing = false }
    var announced = 0
    let count = try integer()
    guard (0..<10_000_000).contains(count) else { throw Strange() }
    for _ in 0..<count {
      _ = try integer()
      if try integer() != 0 { announced += 1 }
      for _ in 0..<4 { try skipText() }
      _ = try integer()
      // Definition, drop, copy, schema, table space; the access method came with 1.14.
      for _ in 0..<(version >= 114 ? 6 : 5) { try skipText() }
      if version >= 116 { _ = try integer() }
      for _ in 0..<2 { try skipText() }
      while try skipText() {}
      isHashing = false
      try skip(1 + offsetSize)
      isHashing = true
    }
    return announced
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

  /// When its output is a file that the shell opened, pg_dump 16 and newer writes the table of contents once more, with the
  /// places of rows, behind the end instead of over the first: it opens its standard output for appending, and so the
  /// kernel moves each write to the end (pg_backup_archiver.c, _allocAH; pg_backup_custom.c, _CloseArchive).
  private func readBehind() throws {
    guard try position < filled || refill() else { return }
    let first = contentsHash
    let start = read
    do {
      _ = try readContents()
      if contentsHash == first { outcome.bytesBehind = 0 } else { outcome.bytesBehind = read - start }
    } catch is End {
      outcome.bytesBehind = read - start
      return
    } catch is Strange {
      outcome.bytesBehind = read - start
    }
    outcome.bytesBehind += UInt64(filled - position)
    while try refill() { outcome.bytesBehind += UInt64(filled) }
  }

  /// Bytes that were read and looked at.
  private var read: UInt64 { readBefore + UInt64(position) }

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
    if isHashing { contentsHash.take(buffer[position]) }
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
      if isHashing { for index in position..<(position + step) { contentsHash.take(buffer[index]) } }
      position += step
      rest -= step
    }
  }

  private func refill() throws -> Bool {
    readBefore += UInt64(filled)
    position = 0
    filled = 0
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
  /// - Parameter isNewer: whether the archive is too new for it: then only this has seen it.
  func findings(isRead: Bool, isNewer: Bool = false) -> [Finding] {
    if isCut, isNewer {
      return [
        PostgreSQLFindings.archiveDamaged.finding(
          isKnown
            ? "the archive announces \(Quantity.text(announced, "block")) of rows, and ends inside of number \(blocks + 1)"
            : "the archive ends inside of its table of contents")
      ]
    }
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

/// FNV-1a, 64 bits, and the length: whether two stretches are alike that one program wrote twice.
private struct RunningHash: Equatable {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325
  private var length: UInt64 = 0

  mutating func take(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    length += 1
  }
}
