import ProofbackCore

/// Reads an xbstream (mbstream) as a stream: chunks of files, which may lie between each other's, each with a checksum.
/// Nothing is trusted: lengths are only promises, names are checked, memory is constant.
///
/// Chunk: magic `XBSTCK01`, a byte of flags, a byte of type, four bytes of name length, the name; then, but for the end
/// of a file (`E`), with a sparse chunk (`S`) four bytes of map entries, eight bytes of length, eight of offset, four of
/// CRC-32, the map's pairs of four bytes (skip, length), the bytes. Numbers have their lowest byte first.
/// Source: Percona XtraBackup, storage/innobase/xtrabackup/doc/source/xbstream.md; MariaDB, extra/mariabackup/xbstream.h.
final class XBStreamReader {
  static let magic = Array("XBSTCK01".utf8)
  /// FN_REFLEN of the tools is 512.
  private static let longestName = 4096
  /// Regions of one chunk, of which the tool writes at most some thousand.
  private static let largestMap = 1 << 16
  private static let mostFiles = 2_000_000

  private let source: any ByteReader
  private var isOver = false
  /// Where the next chunk of each file that is not closed must begin.
  private var positions: [String: UInt64] = [:]
  private var closed: Set<String> = []
  private(set) var chunks = 0
  /// What is wrong with the stream, once seen; to be asked after `next` returned nil.
  private(set) var finding: Finding?

  init(_ source: any ByteReader) { self.source = source }

  /// Hands the regions of every chunk to `take`, in their order, and returns at the stream's end, whatever that is like.
  func run(_ take: (_ name: String, _ offset: UInt64, _ bytes: any ByteReader) throws -> Void) throws {
    while !isOver, let kind = try header() {
      switch kind {
      case .end(let name):
        // A file without bytes has no other chunk.
        if positions.removeValue(forKey: name) == nil { try take(name, 0, Region(source, length: 0, Checksum())) }
        if closed.count < Self.mostFiles { closed.insert(name) }
      case .bytes(let chunk): try read(chunk, take)
      case .ignorable: break
      }
      chunks += 1
    }
    if finding == nil, let name = positions.keys.sorted().first {
      end(PhysicalFindings.streamCut, "the stream ends before the end of \(UntrustedText.line(name, limit: 120))")
    }
  }

  private struct Chunk {
    var name: String
    var offset: UInt64
    var length: UInt64
    var checksum: UInt32
    var map: [(skip: UInt32, length: UInt32)]
    var mapBytes: [UInt8]
  }
  private enum Kind {
    case end(String)
    case bytes(Chunk)
    case ignorable
  }

  // MARK: Headers

  private func header() throws -> Kind? {
    let fixed = try source.bytes(14)
    if fixed.isEmpty { return nil }
    guard fixed.count == 14 else { return cut() }
    guard fixed.starts(with: Self.magic) else {
      let what = fixed.allSatisfy { $0 == 0 } ? "zeros stand" : "something else stands"
      return damaged("\(what) where chunk \(chunks + 1) of the stream should begin")
    }
    let (flags, type, length) = (fixed[8], fixed[9], Self.number(fixed[10..<14]))
    guard length > 0, length <= Self.longestName else { return damaged("a name in the stream claims \(length) bytes") }
    let bytes = try source.bytes(Int(length))
    guard bytes.count == Int(length) else { return cut() }
    guard let name = checked(bytes) else { return nil }
    switch type {
    case UInt8(ascii: "E"): return positions[name] != nil || !closed.contains(name) ? .end(name) : twice(name)
    case UInt8(ascii: "P"): return try chunk(name, isSparse: false)
    case UInt8(ascii: "S"): return try chunk(name, isSparse: true)
    default:
      if flags & 1 != 0, type == 0 { return .ignorable }
      end(RunFindings.unsupported, "chunk \(chunks + 1) of the stream is of a kind that is not read here (\(type))")
      return nil
    }
  }

  private func chunk(_ name: String, isSparse: Bool) throws -> Kind? {
    let entries = isSparse ? try number(4) : 0
    guard let entries, let length = try number(8), let offset = try number(8), let checksum = try number(4) else {
      return cut()
    }
    guard entries <= Self.largestMap else { return damaged("a chunk of the stream claims \(entries) regions") }
    let mapBytes = try source.bytes(Int(entries) * 8)
    guard mapBytes.count == Int(entries) * 8 else { return cut() }
    let map = stride(from: 0, to: mapBytes.count, by: 8).map { at in
      (UInt32(Self.number(mapBytes[at..<(at + 4)])), UInt32(Self.number(mapBytes[(at + 4)..<(at + 8)])))
    }
    let shown = UntrustedText.line(name, limit: 120)
    guard length < 1 << 60, offset < 1 << 60 else {
      return damaged("a chunk of \(shown) claims \(length) bytes at \(offset)")
    }
    if isSparse, map.reduce(UInt64(0), { $0 + UInt64($1.1) }) != length {
      return damaged("the regions of a chunk of \(shown) do not make its length")
    }
    if closed.contains(name) { return twice(name) }
    guard offset == positions[name] ?? 0 else {
      return damaged("a chunk of \(shown) is missing: the next begins at \(offset), not at \(positions[name] ?? 0)")
    }
    return .bytes(
      Chunk(
        name: name, offset: offset, length: length, checksum: UInt32(checksum), map: map, mapBytes: mapBytes))
  }

  /// Relative, without `..`, as tar names are. A leading `./` goes.
  private func checked(_ name: [UInt8]) -> String? {
    let parts = name.split(separator: UInt8(ascii: "/")).filter { $0 != [UInt8(ascii: ".")] }
    let dots = Array("..".utf8)
    let isHostile = name.first == UInt8(ascii: "/") || name.contains(0) || parts.contains { $0.elementsEqual(dots) }
    guard !isHostile, !parts.isEmpty else {
      end(PhysicalFindings.hostileName, "a file in the stream is named \(UntrustedText.line(bytes: name))")
      return nil
    }
    return String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
  }

  // MARK: Bytes

  private func read(_ chunk: Chunk, _ take: (String, UInt64, any ByteReader) throws -> Void) throws {
    let sum = Checksum()
    sum.add(chunk.mapBytes)
    var position = chunk.offset
    let whole: [(skip: UInt64, length: UInt64)] = [(0, chunk.length)]
    let regions = chunk.map.isEmpty ? whole : chunk.map.map { (skip: UInt64($0.skip), length: UInt64($0.length)) }
    for region in regions {
      position += region.skip
      let reader = Region(source, length: region.length, sum)
      try take(chunk.name, position, reader)
      guard try reader.finish() else {
        return end(
          PhysicalFindings.streamCut,
          "the stream ends inside \(UntrustedText.line(chunk.name, limit: 120)): \(Quantity.text(bytes: reader.left)) are missing"
        )
      }
      position += region.length
    }
    positions[chunk.name] = position
    if sum.value != chunk.checksum {
      end(
        PhysicalFindings.streamDamaged,
        "the checksum of a chunk of \(UntrustedText.line(chunk.name, limit: 120)) does not hold")
    }
  }

  private func number(_ count: Int) throws -> UInt64? {
    let bytes = try source.bytes(count)
    return bytes.count == count ? Self.number(bytes[...]) : nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: Ends

  private func cut() -> Kind? {
    end(PhysicalFindings.streamCut, "the stream ends inside the head of chunk \(chunks + 1)")
    return nil
  }

  private func twice(_ name: String) -> Kind? {
    damaged("\(UntrustedText.line(name, limit: 120)) goes on behind its end in the stream")
  }

  private func damaged(_ message: String) -> Kind? {
    end(PhysicalFindings.streamDamaged, message)
    return nil
  }

  private func end(_ definition: FindingDefinition, _ message: String) {
    isOver = true
    finding = finding ?? definition.finding(message)
  }
}
