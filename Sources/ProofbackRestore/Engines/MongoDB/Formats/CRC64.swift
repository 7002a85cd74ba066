/// CRC-64 with the polynomial of ECMA-182, reflected, as Go's hash/crc64 computes it (elsewhere: CRC-64/XZ).
struct CRC64 {
  private var state = ~UInt64(0)
  var value: UInt64 { ~state }

  private static let polynomial: UInt64 = 0xC96C_5795_D787_0F42

  /// Eight tables: eight bytes a step. Entry `256 * n + b` is what byte b does n bytes later.
  private static let tables: [UInt64] = {
    var tables = [UInt64](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt64(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
      tables[byte] = crc
    }
    for position in 256..<tables.count {
      let before = tables[position - 256]
      tables[position] = tables[Int(before & 0xFF)] ^ before >> 8
    }
    return tables
  }()

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    Self.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var at = 0
      while at + 8 <= bytes.count {
        crc ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        crc =
          tables[1792 + Int(crc & 0xFF)] ^ tables[1536 + Int(crc >> 8 & 0xFF)] ^ tables[1280 + Int(crc >> 16 & 0xFF)]
          ^ tables[1024 + Int(crc >> 24 & 0xFF)] ^ tables[768 + Int(crc >> 32 & 0xFF)]
          ^ tables[512 + Int(crc >> 40 & 0xFF)] ^ tables[256 + Int(crc >> 48 & 0xFF)] ^ tables[Int(crc >> 56)]
        at += 8
      }
      while at < bytes.count {
        crc = tables[Int((crc ^ UInt64(bytes[at])) & 0xFF)] ^ crc >> 8
        at += 1
      }
      state = crc
    }
  }
}
