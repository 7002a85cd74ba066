/// Writes tars for tests, right ones and wrong ones.
struct TarMaker {
  var bytes: [UInt8] = []

  /// A header block. `sizeField` overrides the size's digits.
  static func header(
    _ name: String, size: Int, flag: Character = "0", sizeField: [UInt8]? = nil, prefix: String = "",
    target: String = ""
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: [UInt8], at: Int) { block.replaceSubrange(at..<(at + text.count), with: text) }
    put(Array(name.utf8.prefix(100)), at: 0)
    put(Array("0000644\0".utf8), at: 100)
    put(sizeField ?? Array(octal(size, 11).utf8) + [0], at: 124)
    put(Array(octal(0, 11).utf8), at: 136)
    block[156] = flag.asciiValue!
    put(Array(target.utf8.prefix(100)), at: 157)
    put(Array("ustar\0".utf8) + Array("00".utf8), at: 257)
    put(Array(prefix.utf8), at: 345)
    put(Array("        ".utf8), at: 148)
    let sum = block.reduce(0) { $0 + Int($1) }
    put(Array(octal(sum, 6).utf8) + [0, 0x20], at: 148)
    return block
  }

  private static func octal(_ value: Int, _ width: Int) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  mutating func add(
    _ name: String, _ content: [UInt8] = [], flag: Character = "0", sizeField: [UInt8]? = nil, prefix: String = "",
    target: String = ""
  ) {
    bytes += Self.header(name, size: content.count, flag: flag, sizeField: sizeField, prefix: prefix, target: target)
    bytes += content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  func ended() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
