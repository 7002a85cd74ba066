/// Damages bytes as transfers, tools and people do: bits, holes, cuts, pieces twice, pieces of others, lengths that lie.
struct Mutator {
  var dice: Dice
  /// Words that mean something to one of the readers.
  private static let words: [[UInt8]] =
    [
      "'", "\"", "`", "\\", ";", "--", "-- ", "/*", "*/", "/*!50003 ", "/*M!100100 ", "DELIMITER ;;\n", "\\.\n", "\n\n",
      "\r\n",
      "COPY public.t (a) FROM stdin;\n", "INSERT INTO `t` VALUES (", "CREATE TABLE `t` (", "\\connect x\n", "$$",
      "$body$", "NULL", "\\N",
      "XBSTCK01", "PGDMP", "\u{FEFF}", "{\"$oid\":", "[[[[[[[[", "{\"a\":",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0], [0x80], [0xC3], [0xF0, 0x9F],
    ]

  mutating func damaged(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...6, using: &dice) where !result.isEmpty {
      let at = Int.random(in: 0..<result.count, using: &dice)
      switch Int.random(in: 0..<9, using: &dice) {
      case 0: result[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case 1: result.removeLast(result.count - at)
      case 2: result.removeSubrange(range(result, from: at))
      case 3: result.insert(contentsOf: result[range(result, from: at)], at: at)
      case 4: for index in range(result, from: at) { result[index] = 0 }
      case 5: result.insert(contentsOf: Self.words.randomElement(using: &dice)!, at: at)
      case 6:
        if !other.isEmpty {
          result.insert(contentsOf: other[range(other, from: Int.random(in: 0..<other.count, using: &dice))], at: at)
        }
      case 7: for index in range(result, from: at) { result[index] = UInt8.random(in: .min ... .max, using: &dice) }
      default:
        let word = Self.words.randomElement(using: &dice)!
        for (index, byte) in word.enumerated() where at + index < result.count { result[at + index] = byte }
      }
    }
    return result
  }

  private mutating func range(_ bytes: [UInt8], from at: Int) -> Range<Int> {
    at..<min(bytes.count, at + Int.random(in: 1...512, using: &dice))
  }
}
