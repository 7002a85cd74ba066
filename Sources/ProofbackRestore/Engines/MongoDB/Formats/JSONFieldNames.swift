/// The names of an object's own fields, to find one that stands twice: no server stores that, so two documents have grown
/// together where bytes are missing between them. Hashes stand for the names.
struct JSONFieldNames {
  private var seen: Set<UInt64> = []
  private var name: UInt64 = start
  /// A name must come next.
  private var isAwaited = false
  private(set) var isInName = false
  private(set) var hasIdentifier = false

  /// FNV-1a: 64 bits are plenty for the fields of one document.
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let identifier = "_id".utf8.reduce(into: start) { $0 = step($0, $1) }

  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

  /// After a comma, or the object's own brace.
  mutating func comma(_ depth: Int) { isAwaited = depth == 1 }

  mutating func beginText(_ depth: Int) {
    isInName = isAwaited && depth == 1
    isAwaited = false
    name = Self.start
  }

  mutating func take(_ byte: UInt8) { name = Self.step(name, byte) }

  /// What is wrong, if the name was there already.
  mutating func endText() -> String? {
    guard isInName else { return nil }
    isInName = false
    let isIdentifier = name == Self.identifier
    if isIdentifier { hasIdentifier = true }
    if seen.insert(name).inserted { return nil }
    return isIdentifier
      ? "has a document with two _id fields: something is missing between two documents"
      : "has a document in which the same field stands twice"
  }
}
