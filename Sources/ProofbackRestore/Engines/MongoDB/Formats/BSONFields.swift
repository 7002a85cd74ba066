/// The top-level fields of a small document whose shape was checked: archive headers.
struct BSONFields {
  private var values: [String: Value] = [:]
  enum Value: Equatable {
    case text([UInt8])
    case flag(Bool)
    case number(Int64)
  }

  /// Texts, truth values and integers by name; other types are passed over. Nil when the shape is wrong.
  init?(_ bytes: [UInt8]) {
    let fields: [String: Value]? = bytes.withUnsafeBytes { document in
      guard BSONDocument.fault(in: document) == nil else { return nil }
      return Self.read(document)
    }
    guard let fields else { return nil }
    values = fields
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) -> [String: Value]? {
    var fields: [String: Value] = [:]
    var at = 4
    while at < bytes.count - 1 {
      let type = bytes[at]
      let name = bytes[(at + 1)...].prefix { $0 != 0 }
      at += 2 + name.count
      let key = String(decoding: name, as: UTF8.self)
      switch type {
      case 0x02:
        let length = Int(BSONDocument.int32(bytes, at))
        fields[key] = .text(Array(bytes[(at + 4)..<(at + 3 + length)]))
        at += 4 + length
      case 0x08:
        fields[key] = .flag(bytes[at] != 0)
        at += 1
      case 0x10:
        fields[key] = .number(Int64(BSONDocument.int32(bytes, at)))
        at += 4
      case 0x12:
        fields[key] = .number(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int64.self)))
        at += 8
      case 0x03, 0x04: at += Int(BSONDocument.int32(bytes, at))
      default: _ = BSONDocument.skip(type, bytes, &at, before: bytes.count - 1)
      }
    }
    return fields
  }

  func text(_ name: String) -> String? { rawText(name).map { String(decoding: $0, as: UTF8.self) } }

  func rawText(_ name: String) -> [UInt8]? {
    if case .text(let bytes) = values[name] { return bytes }
    return nil
  }

  func flag(_ name: String) -> Bool? {
    if case .flag(let value) = values[name] { return value }
    return nil
  }

  func number(_ name: String) -> Int64? {
    if case .number(let value) = values[name] { return value }
    return nil
  }
}
