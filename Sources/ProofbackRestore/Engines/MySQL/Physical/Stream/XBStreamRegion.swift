import ProofbackCore

extension XBStreamReader {
  /// CRC-32 as zlib has it (ISO 3309: polynomial 0xEDB88320, all bits inverted before and after).
  final class Checksum {
    private var state: UInt32 = .max
    var value: UInt32 { ~state }

    func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    func add(_ bytes: UnsafeRawBufferPointer) {
      var state = state
      var rest = bytes[...]
      Self.tables.withUnsafeBufferPointer { tables in
        while rest.count >= 8 {
          let word = UInt64(littleEndian: rest.base.loadUnaligned(fromByteOffset: rest.startIndex, as: UInt64.self))
          let mixed = word ^ UInt64(state)
          var next: UInt32 = 0
          for byte in 0..<8 { next ^= tables[(7 - byte) * 256 + Int(truncatingIfNeeded: mixed >> (8 * byte)) & 0xFF] }
          state = next
          rest = rest.dropFirst(8)
        }
        for byte in rest { state = tables[Int((state ^ UInt32(byte)) & 0xFF)] ^ state >> 8 }
      }
      self.state = state
    }

    /// Eight tables of 256 (slicing by eight: M. Kounavis and F. Berry, 2005).
    private static let tables: [UInt32] = {
      var tables = [UInt32](repeating: 0, count: 8 * 256)
      for byte in 0..<256 {
        var value = UInt32(byte)
        for _ in 0..<8 { value = value & 1 != 0 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        tables[byte] = value
      }
      for at in 256..<(8 * 256) { tables[at] = tables[Int(tables[at - 256] & 0xFF)] ^ tables[at - 256] >> 8 }
      return tables
    }()
  }

  /// So many bytes of the stream, summed as they pass.
  final class Region: ByteReader, @unchecked Sendable {
    private let source: any ByteReader
    private let sum: Checksum
    private(set) var left: UInt64
    private var isCut = false

    init(_ source: any ByteReader, length: UInt64, _ sum: Checksum) {
      self.source = source
      self.sum = sum
      left = length
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      guard left > 0, !isCut, !buffer.isEmpty else { return 0 }
      let most = Int(min(UInt64(buffer.count), left))
      let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<most]))
      if count == 0 { isCut = true }
      sum.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      left -= UInt64(count)
      return count
    }

    /// Passes over what was left unread.
    /// - Returns: whether all bytes were there.
    func finish() throws -> Bool {
      while left > 0, !isCut {
        _ = try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { try read(into: $0) }
      }
      return left == 0
    }
  }
}
