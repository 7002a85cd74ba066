import CMongoC

extension MongoConnection {
  /// Builds what the description lists, all in one command so that the server reads the collection once; when it
  /// refuses, one by one, so that it is known which.
  func buildIndexes(of namespace: MongoDBNamespace) throws -> [MongoIndexReport] {
    let wanted = described(namespace)
    if wanted.isEmpty { return [] }
    do {
      try build(wanted, namespace)
      return wanted.map { MongoIndexReport(name: $0.name, state: .built) }
    } catch let failure as Failure where !failure.isLost {
      return try wanted.map { index in
        do {
          try build([index], namespace)
          return MongoIndexReport(name: index.name, state: .built)
        } catch let failure as Failure where !failure.isLost {
          return MongoIndexReport(name: index.name, state: .refused, fault: failure.fault)
        }
      }
    }
  }

  private func build(_ indexes: [DescribedIndex], _ namespace: MongoDBNamespace) throws {
    try run(
      BSON().set("createIndexes", namespace.collection).set("indexes", array: indexes.map(\.specification)),
      on: namespace.database)
  }

  /// Every described index against the server's list.
  func compareIndexes(of namespace: MongoDBNamespace) throws -> [MongoIndexReport] {
    let there = try indexes(of: namespace)
    return described(namespace).map { index in
      guard let found = there.first(where: { $0.text("name") == index.name }) else {
        return MongoIndexReport(name: index.name, state: .missing)
      }
      return MongoIndexReport(name: index.name, state: index.isSame(as: found) ? .present : .different)
    }
  }

  func indexes(of namespace: MongoDBNamespace) throws -> [BSON] {
    try withCollection(namespace) { collection in
      guard let cursor = mongoc_collection_find_indexes_with_opts(collection, nil) else { return [] }
      defer { mongoc_cursor_destroy(cursor) }
      var all: [BSON] = []
      try forEachDocument(of: cursor) { all.append(BSON(copying: $0)) }
      return all
    }
  }

  private func described(_ namespace: MongoDBNamespace) -> [DescribedIndex] {
    guard let metadata = descriptions[namespace] else { return [] }
    let options = metadata.document("options")
    return metadata.documents("indexes").compactMap {
      DescribedIndex($0, inCollated: options?.document("collation") != nil)
    }
  }
}

/// An index as the dump describes it.
struct DescribedIndex {
  let name: String
  let specification: BSON

  /// Nil for the one that every collection has.
  init?(_ described: BSON, inCollated isCollated: Bool) {
    name = described.text("name") ?? ""
    if name == "_id_" { return nil }
    // `ns` is refused by servers since 4.4, and the version is the server's to choose.
    specification = BSON().setAll(of: described, without: ["ns", "v"])
    // An index without collation in a collection that has one was made with the simple one.
    // Source: mongo-tools, mongorestore/metadata.go.
    if isCollated && described.document("collation") == nil {
      specification.set("collation", BSON().set("locale", "simple"))
    }
  }

  /// Same fields in the same order and direction, same properties that decide which documents it lets in.
  func isSame(as found: BSON) -> Bool {
    Self.key(of: specification) == Self.key(of: found)
      && ["unique", "sparse"].allSatisfy { (specification.flag($0) ?? false) == (found.flag($0) ?? false) }
      && specification.number("expireAfterSeconds") == found.number("expireAfterSeconds")
      && (specification.document("partialFilterExpression") == nil)
        == (found.document("partialFilterExpression") == nil)
  }

  /// Numbers are compared as such: tools write 1, 1.0 and NumberLong(1) for the same direction.
  static func key(of index: BSON) -> [String] {
    var parts: [String] = []
    index.document("key")?.forEachField { field in
      parts.append("\(field.name)=\(field.text ?? String(field.number ?? 0))")
    }
    return parts
  }
}
