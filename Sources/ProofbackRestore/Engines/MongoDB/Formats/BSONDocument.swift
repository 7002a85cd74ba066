/// The shape of a BSON document, checked without building anything and without recursion.
/// Source: bsonspec.org, version 1.1.
enum BSONDocument {
  /// Largest document that tools write: the server's 16 MiB and 16 KiB for its own additions.
  /// Source: mongo-tools, common/db/db.go (MaxBSONSize).
  static let largest = 16 << 20 + 16 << 10
  static let smallest = 5
  /// Source: MongoDB manual, "MongoDB Limits and Thresholds" has 100; the server's own limit is 200.
  static let deepest = 200

  enum Fault: String, Equatable {
    case length = "a length that does not fit"
    case ending = "no end mark where one must be"
    case type = "an unknown type of field"
    case depth = "more than 200 levels"
    case hole = "a hole of zeros in a text"
    case truth = "a truth value that is neither true nor false"
  }

  /// What is wrong with `bytes`, which are to be one document; nil when the shape is right.
  /// - Parameter place: where in its file it begins, to look for holes that a disk or a transfer left in texts.
  static func fault(in bytes: UnsafeRawBufferPointer, at place: UInt64? = nil) -> Fault? {
    guard bytes.count >= smallest, Int(int32(bytes, 0)) == bytes.count, bytes[bytes.count - 1] == 0 else {
      return .length
    }
    var ends = [bytes.count - 1]
    var at = 4
    while let end = ends.last {
      if at == end {
        ends.removeLast()
        at += 1
        continue
      }
      let type = bytes[at]
      guard let nameEnd = endOfText(bytes, from: at + 1, before: end) else { return .ending }
      at = nameEnd
      if type == 0x03 || type == 0x04 {
        guard let inner = innerEnd(bytes, at, before: end) else { return .length }
        guard bytes[inner] == 0 else { return .ending }
        guard ends.count < deepest else { return .depth }
        ends.append(inner)
        at += 4
        continue
      }
      let value = at
      if let fault = skip(type, bytes, &at, before: end) { return fault }
      if type == 0x02, let place, BSONHole.isIn(bytes[value..<at], at: place + UInt64(value)) { return .hole }
    }
    return nil
  }

  /// Moves `at` over a value that holds no fields of its own (code with scope counts as one).
  static func skip(_ type: UInt8, _ bytes: UnsafeRawBufferPointer, _ at: inout Int, before end: Int) -> Fault? {
    switch type {
    case 0x06, 0x0A, 0x7F, 0xFF: break
    case 0x08:
      guard bytes[at] <= 1 else { return .truth }
      at += 1
    case 0x10: at += 4
    case 0x01, 0x09, 0x11, 0x12: at += 8
    case 0x07: at += 12
    case 0x13: at += 16
    case 0x02, 0x0D, 0x0E, 0x0C:
      guard let after = endOfString(bytes, at, before: end) else { return .length }
      at = after + (type == 0x0C ? 12 : 0)
    case 0x05:
      guard end - at >= 5, let length = size(bytes, at), length <= end - at - 5 else { return .length }
      at += 5 + length
    case 0x0B:
      guard let pattern = endOfText(bytes, from: at, before: end),
        let options = endOfText(bytes, from: pattern, before: end)
      else { return .ending }
      at = options
    case 0x0F:
      guard let length = size(bytes, at), length >= 14, length <= end - at else { return .length }
      guard let code = endOfString(bytes, at + 4, before: at + length), code + smallest <= at + length,
        Int(int32(bytes, code)) == at + length - code
      else { return .length }
      at += length
    default: return .type
    }
    return at <= end ? nil : .length
  }

  static func int32(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int32 {
    Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self))
  }

  private static func size(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int? {
    guard at + 4 <= bytes.count else { return nil }
    let value = int32(bytes, at)
    return value >= 0 ? Int(value) : nil
  }

  private static func innerEnd(_ bytes: UnsafeRawBufferPointer, _ at: Int, before end: Int) -> Int? {
    guard let length = size(bytes, at), length >= smallest, length <= end - at else { return nil }
    return at + length - 1
  }

  private static func endOfText(_ bytes: UnsafeRawBufferPointer, from start: Int, before end: Int) -> Int? {
    var at = start
    while at < end {
      if bytes[at] == 0 { return at + 1 }
      at += 1
    }
    return nil
  }

  private static func endOfString(_ bytes: UnsafeRawBufferPointer, _ at: Int, before end: Int) -> Int? {
    guard let length = size(bytes, at), length >= 1, length <= end - at - 4, bytes[at + 3 + length] == 0 else {
      return nil
    }
    return at + 4 + length
  }
}
