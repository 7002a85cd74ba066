import Foundation
import ProofbackCore

/// What a value looks like beside what it is: two values that differ may still be of one shape.
struct CellShape {
  var first: UInt8 = 0
  var second: UInt8 = 0
  /// What NULL has as its second.
  static let null: UInt8 = 255
}

/// What one column's values have shown so far. A few kilobytes, whatever flows past.
struct ColumnSketch {
  let kind: ColumnKind
  private var profile: ColumnProfile
  private var distinct: LeastHashes
  private var text = TextLook()
  private var lengths = [UInt64](repeating: 0, count: 34)
  private var moments: MomentSketch
  private var numbers: [Int: UInt64] = [:]

  init(_ kind: ColumnKind, asOf: Date, leastHashes: Int) {
    moments = MomentSketch(asOf: asOf)
    self.kind = kind
    profile = ColumnProfile(name: "", kind: kind)
    distinct = LeastHashes(limit: leastHashes)
  }

  mutating func addNull() { profile.nulls += 1 }

  /// - Parameters:
  ///   - bytes: the value's beginning, `TextLook.longest` bytes at least where it is longer.
  ///   - isLooked: whether it is looked at more closely; of many values some are enough.
  /// - Returns: the value's shape, for the row sample.
  mutating func add(_ bytes: UnsafeRawBufferPointer, length: Int, hash: UInt64, isLooked: Bool) -> CellShape {
    count(hash, length: length)
    switch kind {
    case .time, .date: return moments.add(bytes)
    case .number: return number(bytes, isLooked)
    case .text, .other, .bytes:
      if kind == .text { moments.addText(bytes) }
      if isLooked { text.look(bytes, isText: kind != .bytes) }
      return CellShape(first: UInt8(truncatingIfNeeded: length), second: UInt8(truncatingIfNeeded: length >> 8))
    }
  }

  private mutating func number(_ bytes: UnsafeRawBufferPointer, _ isLooked: Bool) -> CellShape {
    guard let value = PlainNumber.value(bytes) else { return CellShape(first: 255) }
    return note(value, isLooked)
  }

  mutating func add(number value: Double, hash: UInt64, isLooked: Bool) -> CellShape {
    count(hash, length: 8)
    return note(value, isLooked)
  }

  mutating func add(milliseconds: Int64, hash: UInt64) -> CellShape {
    count(hash, length: 8)
    let seconds = Int((Double(milliseconds) / 1000).rounded(.down))
    let rest = Int(clamping: milliseconds) - seconds * 1000
    return moments.add(Moment(secondsSince1970: seconds, microsecond: rest * 1000))
  }

  /// A moment that stands in a value of another kind.
  mutating func noteMoment(_ seconds: Int) { _ = moments.add(Moment(secondsSince1970: seconds)) }

  private mutating func count(_ hash: UInt64, length: Int) {
    profile.values += 1
    distinct.add(hash)
    lengths[min(33, Int.bitWidth - length.leadingZeroBitCount)] += 1
  }

  private mutating func note(_ value: Double, _ isLooked: Bool) -> CellShape {
    moments.addNumber(value)
    let bucket = PlainNumber.bucket(value)
    if isLooked { numbers[bucket, default: 0] += 1 }
    return CellShape(first: UInt8(clamping: bucket < 0 ? 128 - bucket / 4 : bucket / 2))
  }

  mutating func finish() -> ColumnProfile {
    var result = profile
    result.distinct = distinct.estimate()
    result.leastHashes = distinct.hashes
    result.lengths = Array(lengths[...(lengths.lastIndex { $0 > 0 } ?? 0)])
    result.byteGroups = text.looked > 0 ? text.groups : []
    result.traits = text.looked > 0 ? text.traits : []
    result.looked = text.looked
    result.numbers = numbers
    moments.finish(&result)
    return result
  }
}
