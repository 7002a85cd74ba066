import Foundation
import ProofbackCore

/// One value of a document, as far as its distribution asks. Source: bsonspec.org, version 1.1.
enum BSONCell {
  case number(Double)
  case text(UnsafeRawBufferPointer)
  case bytes(UnsafeRawBufferPointer)
  /// Milliseconds since 1970.
  case moment(Int64)
  /// An ObjectId, which begins with the second in which it was made.
  case identifier(UnsafeRawBufferPointer)
  case other(UnsafeRawBufferPointer)

  /// Nil for what says nothing: null, undefined, the least and the greatest key.
  init?(_ type: UInt8, _ value: UnsafeRawBufferPointer) {
    switch type {
    case 0x01: self = .number(value.loadUnaligned(as: Double.self))
    case 0x10: self = .number(Double(BSONDocument.int32(value, 0)))
    case 0x12: self = .number(Double(Int64(littleEndian: value.loadUnaligned(as: Int64.self))))
    case 0x02, 0x0D, 0x0E:
      self = .text(UnsafeRawBufferPointer(rebasing: value.dropFirst(4).dropLast()))
    case 0x05: self = .bytes(UnsafeRawBufferPointer(rebasing: value.dropFirst(5)))
    case 0x09: self = .moment(Int64(littleEndian: value.loadUnaligned(as: Int64.self)))
    case 0x07: self = .identifier(value)
    case 0x06, 0x0A, 0x7F, 0xFF: return nil
    default: self = .other(value)
    }
  }

  var kind: ColumnKind {
    switch self {
    case .number: .number
    case .text: .text
    case .bytes: .bytes
    case .moment: .time
    case .identifier, .other: .other
    }
  }

  /// Numbers of any width have the hash of what they stand for.
  func hash(key: UInt64) -> UInt64 {
    switch self {
    case .number(let value):
      withUnsafeBytes(of: value.bitPattern.littleEndian) { CellHash.hash($0, key: key) }
    case .moment(let value): withUnsafeBytes(of: value.littleEndian) { CellHash.hash($0, key: key) }
    case .text(let bytes), .bytes(let bytes), .identifier(let bytes), .other(let bytes):
      CellHash.hash(bytes, key: key)
    }
  }
}

extension ColumnSketch {
  mutating func add(_ cell: BSONCell, _ hash: UInt64, isLooked: Bool) -> CellShape {
    switch cell {
    case .number(let value): return add(number: value, hash: hash, isLooked: isLooked)
    case .moment(let value): return add(milliseconds: value, hash: hash)
    case .identifier(let bytes):
      noteMoment(Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
      return add(bytes, length: bytes.count, hash: hash, isLooked: false)
    case .text(let bytes), .bytes(let bytes), .other(let bytes):
      return add(bytes, length: bytes.count, hash: hash, isLooked: isLooked)
    }
  }
}
