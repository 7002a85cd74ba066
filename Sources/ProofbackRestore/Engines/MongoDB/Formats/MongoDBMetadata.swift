import Foundation

/// A collection's indexes and options as mongodump writes them: a JSON text, kept as it stands for the server, and
/// read here only for names.
/// Source: mongo-tools, mongodump/metadata_dump.go.
struct MongoDBMetadata: Equatable {
  var text: [UInt8]
  var kind = MongoDBCollectionClaim.Kind.collection
  var indexes: [String] = []
  /// Top-level fields that indexes are on, `_id` left out.
  var indexedFields: Set<String> = []
  var uuid: String?
  var options: [String] = []
  /// As the description itself says; older tools leave it out.
  var collectionName: String?

  /// Nil when the text is not what mongodump writes of this collection.
  /// - Parameters:
  ///   - declared: the type that the archive names beside the text.
  ///   - hash: of the collection's name, where `namespace` has only the beginning of it.
  init?(_ text: [UInt8], of namespace: MongoDBNamespace, declared: String? = nil, hash: String? = nil) {
    self.text = text
    guard !text.isEmpty else {
      // Only the server's own have none: the oplog, users and roles.
      guard namespace.isBookkeeping else { return nil }
      kind = .init(rawValue: declared ?? "") ?? .collection
      return
    }
    guard let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any] else { return nil }
    let options = object["options"] as? [String: Any] ?? [:]
    self.options = options.keys.sorted()
    uuid = object["uuid"] as? String
    let named = declared ?? object["type"] as? String ?? ""
    if let kind = MongoDBCollectionClaim.Kind(rawValue: named) {
      self.kind = kind
    } else if options["viewOn"] != nil {
      kind = .view
    } else if options["timeseries"] != nil {
      kind = .timeSeries
    }
    // `mongodump --viewsAsCollections` takes a view's documents, and leaves out what made it one.
    if self.kind == .view && options["viewOn"] == nil { self.kind = .collection }
    collectionName = (object["collectionName"] as? String).flatMap { $0.isEmpty ? nil : $0 }
    guard let indexes = Self.indexNames(object, self.kind, options), isOf(namespace, hash) else { return nil }
    self.indexes = indexes
    indexedFields = Self.indexedFields(object)
  }

  private static func indexedFields(_ object: [String: Any]) -> Set<String> {
    let indexes = (object["indexes"] as? [Any] ?? []).compactMap { ($0 as? [String: Any])?["key"] as? [String: Any] }
    let fields = indexes.flatMap(\.keys).compactMap { $0.split(separator: ".").first.map(String.init) }
    // `$**` and a text index's own fields are in no document.
    return Set(fields.filter { $0 != "_id" && !$0.hasPrefix("$") && !$0.hasPrefix("_fts") })
  }

  /// Every index has a name and a key, and the one on `_id` is among them, where there can be one; views have none. Old
  /// tools write an empty list.
  private static func indexNames(
    _ object: [String: Any], _ kind: MongoDBCollectionClaim.Kind, _ options: [String: Any]
  ) -> [String]? {
    guard let list = object["indexes"], !(list is NSNull) else { return kind == .view ? [] : nil }
    guard let indexes = list as? [Any] else { return nil }
    let names = indexes.compactMap { index -> String? in
      guard let index = index as? [String: Any], let name = index["name"] as? String, !name.isEmpty,
        let key = index["key"] as? [String: Any], !key.isEmpty
      else { return nil }
      return name
    }
    guard names.count == indexes.count else { return nil }
    let needsOwn = kind == .collection && options["autoIndexId"] == nil && options["clusteredIndex"] == nil
    return !needsOwn || names.isEmpty || names.contains("_id_") ? names : nil
  }

  /// A time series is described by its own name.
  private func isOf(_ namespace: MongoDBNamespace, _ hash: String?) -> Bool {
    guard let name = collectionName else { return hash == nil }
    if let hash { return ShortenedNames.hash(of: name) == hash }
    return name == namespace.collection || name == namespace.timeSeries?.collection
  }
}

extension MongoDBClaims {
  mutating func describe(_ namespace: MongoDBNamespace, by metadata: MongoDBMetadata) {
    note(namespace) { claim in
      claim.isDescribed = true
      claim.kind = metadata.kind
      claim.indexes = metadata.indexes
      claim.uuid = metadata.uuid
      claim.options = metadata.options
    }
  }
}
