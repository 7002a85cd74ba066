/// Names of the fields that a collection's first documents have, and of those that its indexes need.
///
/// An index is described beside the documents, in another file: where two collections' documents stand under each other's
/// name, neither has the fields that its indexes are on, and each has those of the other. Outside of any corpus: a script
/// that renames files after the dump, and mixes two of them up.
struct FieldNames {
  private var seen: [MongoDBNamespace: Seen] = [:]
  private var indexed: [MongoDBNamespace: Set<String>] = [:]

  private struct Seen {
    var names: Set<String> = []
    var documents = 0
  }

  /// Enough to see fields that only some documents have, and no more than fit into memory.
  private static let documents = 500
  private static let names = 1_000
  private static let collections = 5_000

  /// Whether more documents of the collection are wanted.
  func wants(_ namespace: MongoDBNamespace) -> Bool {
    seen[namespace].map { $0.documents < Self.documents } ?? (seen.count < Self.collections)
  }

  /// - Parameter documents: whole ones, whose shape was checked, one after another.
  mutating func look(at documents: [UInt8], of namespace: MongoDBNamespace) {
    guard wants(namespace) else { return }
    var mine = seen[namespace] ?? Seen()
    documents.withUnsafeBytes { bytes in
      var at = 0
      while at + 5 <= bytes.count, mine.documents < Self.documents, mine.names.count < Self.names {
        let length = Int(BSONDocument.int32(bytes, at))
        guard length >= BSONDocument.smallest, at + length <= bytes.count else { break }
        mine.names.formUnion(BSONFields.names(UnsafeRawBufferPointer(rebasing: bytes[at..<(at + length)])))
        mine.documents += 1
        at += length
      }
    }
    seen[namespace] = mine
  }

  mutating func describe(_ namespace: MongoDBNamespace, indexed fields: Set<String>) {
    if !fields.isEmpty, indexed.count < Self.collections { indexed[namespace] = fields }
  }

  /// Two collections whose documents stand under each other's name.
  func exchanged() -> (MongoDBNamespace, MongoDBNamespace)? {
    let lost = indexed.keys.filter { name in
      seen[name].map { $0.documents >= 3 && $0.names.isDisjoint(with: indexed[name] ?? []) } ?? false
    }.sorted { "\($0)" < "\($1)" }
    for (index, one) in lost.enumerated() {
      for other in lost[(index + 1)...] where holds(one, fieldsOf: other) && holds(other, fieldsOf: one) {
        return (one, other)
      }
    }
    return nil
  }

  private func holds(_ one: MongoDBNamespace, fieldsOf other: MongoDBNamespace) -> Bool {
    indexed[other].map { $0.isSubset(of: seen[one]?.names ?? []) } ?? false
  }
}

extension BSONFields {
  /// Names of the top-level fields of a document whose shape was checked.
  static func names(_ bytes: UnsafeRawBufferPointer) -> [String] {
    var names: [String] = []
    var at = 4
    while at < bytes.count - 1 {
      let type = bytes[at]
      let name = bytes[(at + 1)...].prefix { $0 != 0 }
      names.append(String(decoding: name, as: UTF8.self))
      at += 2 + name.count
      if type == 0x03 || type == 0x04 {
        at += Int(BSONDocument.int32(bytes, at))
      } else if BSONDocument.skip(type, bytes, &at, before: bytes.count - 1) != nil {
        break
      }
    }
    return names
  }
}
