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

  /// - Parameter declared: the type that the archive names beside the text.
  init?(_ text: [UInt8], declared: String? = nil) {
    self.text = text
    guard !text.isEmpty else {
      kind = .init(rawValue: declared ?? "") ?? .collection
      return
    }
    guard let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any] else { return nil }
    let options = object["options"] as? [String: Any] ?? [:]
    self.options = options.keys.sorted()
    uuid = object["uuid"] as? String
    indexes = (object["indexes"] as? [Any] ?? []).map { ($0 as? [String: Any])?["name"] as? String ?? "" }
    let named = declared ?? object["type"] as? String ?? ""
    if let kind = MongoDBCollectionClaim.Kind(rawValue: named) {
      self.kind = kind
    } else if options["viewOn"] != nil {
      kind = .view
    } else if options["timeseries"] != nil {
      kind = .timeSeries
    }
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
