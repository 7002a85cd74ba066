import ProofbackCore
import ProofbackSystem

/// Does a damage to bytes as they flow past. Memory is a line at most, and of that only its beginning.
struct DamageFilter {
  private let kind: Damage.Kind
  private let offset: UInt64
  private var position: UInt64 = 0
  private var isDone = false
  /// Whether no byte comes any more.
  private(set) var isOver = false
  /// Whether anything is other than it came.
  private(set) var hasEffect = false
  /// What is left out now.
  private var isInside = false
  /// Whether that is a block, which ends with a line of its own.
  private var isBlock = false
  private var line: [UInt8] = []
  private var lineIsJudged = false
  private var leavesLineOut = false
  private var last: UInt8 = 0
  private static let longestJudged = 512

  init(_ damage: Damage) {
    kind = damage.kind
    offset = damage.offset
  }

  mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    guard !isOver else { return [] }
    let result = changed(bytes)
    // Where lines are judged, they come later than they were taken.
    switch kind {
    case .rowsLost: break
    default: hasEffect = hasEffect || result != bytes
    }
    return result
  }

  private mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
    let start = position
    position += UInt64(bytes.count)
    let at = offset >= start && offset < position ? Int(offset - start) : nil
    var result = bytes
    switch kind {
    case .cut:
      guard let at else { return bytes }
      isOver = true
      return Array(bytes[..<at])
    case .flip:
      if let at { result[at] ^= 4 }
    case .zeros(let count):
      for index in bytes.indices where start + UInt64(index) >= offset && start + UInt64(index) < offset + UInt64(count)
      {
        result[index] = 0
      }
    case .replace(let text):
      isOver = true
      return Array(text.utf8)
    case .carriageReturns: return bytes.flatMap { $0 == 10 ? [13, 10] : [$0] }
    case .insert(let text, let atLine): insert(text, atLine, start, &result)
    case .digit: changeDigit(start, &result)
    case .lineLost: return withoutLine(bytes, start)
    case .rowsLost: return withoutLines(bytes)
    }
    return result
  }

  /// What still waits when the bytes end.
  mutating func finish() -> [UInt8] {
    defer { line = [] }
    return lineIsJudged || isOver ? [] : line
  }

  private mutating func insert(_ text: String, _ atLine: Bool, _ start: UInt64, _ bytes: inout [UInt8]) {
    guard !isDone else { return }
    let from = offset > start ? Int(min(offset - start, UInt64(bytes.count))) : 0
    guard from < bytes.count else { return }
    let place = atLine ? bytes[from...].firstIndex(of: 10).map { $0 + 1 } : from
    guard let place else { return }
    bytes.insert(contentsOf: Array(text.utf8), at: place)
    isDone = true
  }

  private mutating func changeDigit(_ start: UInt64, _ bytes: inout [UInt8]) {
    guard !isDone else { return }
    let from = offset > start ? Int(min(offset - start, UInt64(bytes.count))) : 0
    guard let place = bytes[from...].firstIndex(where: { (49...56).contains($0) }) else { return }
    bytes[place] += 1
    isDone = true
  }

  private mutating func withoutLine(_ bytes: [UInt8], _ start: UInt64) -> [UInt8] {
    if isDone { return bytes }
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if isDone || !isInside { result.append(byte) }
      guard byte == 10, start + UInt64(index) >= offset, !isDone else { continue }
      if isInside { isDone = true }
      isInside = true
    }
    return result
  }

  private mutating func withoutLines(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in bytes {
      if lineIsJudged {
        if !leavesLineOut { result.append(byte) }
      } else {
        line.append(byte)
        if byte == 10 || line.count >= Self.longestJudged {
          judge()
          if !leavesLineOut { result += line }
        }
      }
      if byte == 10 {
        if !isBlock, last == UInt8(ascii: ";") { isInside = false }
        line.removeAll(keepingCapacity: true)
        lineIsJudged = false
      }
      last = byte
    }
    return result
  }

  private mutating func judge() {
    lineIsJudged = true
    guard case .rowsLost(let statements, let blocks) = kind else { return }
    func begins(_ texts: [String]) -> Bool { texts.contains { line.starts(with: $0.utf8) } }
    // A block's first and last line stay: it is empty then.
    if isInside, isBlock, line.elementsEqual("\\.\n".utf8) { isInside = false }
    if !isInside, begins(statements) { (isInside, isBlock) = (true, false) }
    leavesLineOut = isInside
    if !isInside, begins(blocks) { (isInside, isBlock) = (true, true) }
    hasEffect = hasEffect || leavesLineOut
  }
}

/// Bytes with a damage on their way.
final class DamagedReader: ByteReader, @unchecked Sendable {
  private let source: any ByteReader
  private let effect: Flag
  private var filter: DamageFilter
  private var ready: ArraySlice<UInt8> = []
  private var hasEnded = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// - Parameter effect: set when something becomes other than it came.
  init(_ source: any ByteReader, _ damage: Damage, effect: Flag) {
    self.source = source
    self.effect = effect
    filter = DamageFilter(damage)
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while ready.isEmpty, !hasEnded {
      let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
      hasEnded = count == 0
      ready = (count == 0 ? filter.finish() : filter.take(Array(buffer[..<count])))[...]
      if filter.hasEffect { effect.set() }
    }
    let piece = ready.prefix(target.count)
    target.copyBytes(from: piece)
    ready = ready.dropFirst(piece.count)
    return piece.count
  }
}
