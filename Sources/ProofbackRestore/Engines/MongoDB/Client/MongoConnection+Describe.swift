import CMongoC
import ProofbackCore

/// What the schema has, as far as a server without one has a schema.
extension MongoConnection {
  func describe() throws -> [SchemaObject] {
    var objects: [SchemaObject] = []
    for collection in try list() {
      let namespace = collection.namespace
      if namespace.collection.hasPrefix("system.") { continue }
      let shown = UntrustedText.line("\(namespace.database).\(namespace.collection)")
      objects.append(
        SchemaObject(kind: collection.kind.rawValue, name: shown, table: shown, definition: try options(of: namespace)))
      guard collection.kind == .collection else { continue }
      objects += try indexes(of: namespace).map { index in
        SchemaObject(
          kind: "index", name: "\(shown).\(UntrustedText.line(index.text("name") ?? ""))", table: shown,
          definition: Self.definition(of: index))
      }
    }
    return objects
  }

  private static func definition(of index: BSON) -> [String: String] {
    var result = [
      "fields": UntrustedText.line(DescribedIndex.key(of: index).joined(separator: ", "), limit: 400),
      SchemaObject.unique: index.flag("unique") == true ? "yes" : "no",
      "sparse": index.flag("sparse") == true ? "yes" : "no",
    ]
    if let seconds = index.number("expireAfterSeconds") { result["expires after seconds"] = "\(seconds)" }
    if let filter = index.document("partialFilterExpression") { result["filter"] = hash(filter) }
    return result
  }

  /// A validator and a view's pipeline, as hashes.
  private func options(of namespace: MongoDBNamespace) throws -> [String: String] {
    let reply = try run(
      BSON().set("listCollections", Int32(1)).set("filter", BSON().set("name", namespace.collection)),
      on: namespace.database)
    guard let options = reply.document("cursor")?.documents("firstBatch").first?.document("options") else { return [:] }
    var result: [String: String] = [:]
    for name in ["validator", "pipeline"] {
      if let document = options.document(name) { result[name] = Self.hash(document) }
    }
    return result
  }

  /// No value of the data's is in it: the key need not be secret.
  private static func hash(_ document: BSON) -> String {
    let length = Int(BSON.length(of: document.pointer))
    let bytes = UnsafeRawBufferPointer(start: bson_get_data(document.pointer), count: length)
    return String(CellHash.hash(bytes, key: 0), radix: 16)
  }
}
