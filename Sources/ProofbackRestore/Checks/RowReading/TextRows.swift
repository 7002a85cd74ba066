import ProofbackSystem
import SystemPackage

/// Rows of our own queries as clients write them; see `RowFormat`. NULL is the word in a batch, and the letter `N` in COPY.
enum TextRows {
  static func parse(_ bytes: [UInt8], _ format: RowFormat = .batch) -> [[String]] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map { line in
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { field($0, format) }
    }
  }

  private static func field(_ bytes: ArraySlice<UInt8>, _ format: RowFormat) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: unescaped(bytes, format), as: UTF8.self)
  }

  /// A value without its escapes.
  static func unescaped(_ bytes: ArraySlice<UInt8>, _ format: RowFormat) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if isEscaped {
        result.append(format.unescaped(byte))
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
