import Foundation

/// A collection's indexes and options as mongodump writes them: a JSON text, kept as it stands for the server, and
/// read here only for names.
/// Source: mongo-tools, mongodump/metadata_dump.go.
struct MongoDBMetadata: Equatable {
  var text: [UInt8]
  var kind = MongoDBCollectionClaim.Kind.collection
  var indexes: [String] = []
  var uuid: String?
  var options: [String] = []

  /// Nil when the text is not what mongodump writes of this collection.
  /// - Parameter declared: the type that the archive names beside the text.
  init?(_ text: [UInt8], of namespace: MongoDBNamespace, declared: String? = nil) {
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
    guard let indexes = Self.indexNames(object, kind, options), Self.isOf(namespace, object) else { return nil }
    self.indexes = indexes
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

  /// A file name may be shortened (then it holds a hash behind `%24`); a time series is described by its own name.
  private static func isOf(_ namespace: MongoDBNamespace, _ object: [String: Any]) -> Bool {
    guard let name = object["collectionName"] as? String, !name.isEmpty else { return true }
    let isShortened = namespace.collection.contains("$") && namespace.collection.utf8.count > 200
    return isShortened || name == namespace.collection || name == namespace.timeSeries?.collection
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
