/// Tells by a file's first bytes that it holds BSON documents and nothing else: what `mongodump --out` writes of one
/// collection, and `mongodump --out -` to standard output. The format has no mark of its own.
/// Source: bsonspec.org, version 1.1; mongo-tools, mongodump/mongodump.go.
enum BSONHead {
  private static let types: Set<UInt8> = Set(0x01...0x13).union([0x7F, 0xFF])
  private static let identifier = Array("_id\0".utf8)

  /// A first document that is whole and right, or one that begins with `_id`, as every server stores it: then a
  /// document that is damaged or cut off is found later, and told as that.
  static func begins(_ head: [UInt8]) -> Bool {
    guard head.count > BSONDocument.smallest, types.contains(head[4]) else { return false }
    if head[5...].starts(with: identifier) { return true }
    return head.withUnsafeBytes { bytes in
      let length = Int(BSONDocument.int32(bytes, 0))
      guard length > BSONDocument.smallest, length <= bytes.count else { return false }
      return BSONDocument.fault(in: UnsafeRawBufferPointer(rebasing: bytes[..<length])) == nil
    }
  }
}
