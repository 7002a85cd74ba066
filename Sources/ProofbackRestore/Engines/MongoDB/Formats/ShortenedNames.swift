import Crypto
import Foundation

/// Names of collections that are too long for a file's name: mongodump keeps their first 208 bytes, escaped, and puts a
/// hash of the whole name behind `%24`. The whole name stands in the description's `collectionName`, which a packer may
/// put before the documents or after them.
/// Source: mongo-tools, mongodump/prepare.go (outputPath), mongorestore/filepath.go (getInfoFromFile).
struct ShortenedNames {
  private static let kept = 208
  private static let length = 238

  /// By database and hash.
  private var known: [MongoDBNamespace: String] = [:]
  private var waiting: [MongoDBNamespace: MongoDBNamespace] = [:]

  /// The hash in a file's name without its ending, still escaped; nil when that is not shortened.
  static func hash(in stem: String) -> String? {
    let bytes = Array(stem.utf8)
    guard bytes.count == length, bytes[kept...].starts(with: Array("%24".utf8)) else { return nil }
    return String(decoding: bytes[(kept + 3)...], as: UTF8.self)
  }

  static func hash(of name: String) -> String {
    Data(Insecure.SHA1.hash(data: Data(name.utf8))).base64EncodedString().replacing("+", with: "-")
      .replacing("/", with: "_").replacing("=", with: "")
  }

  /// The collection whose documents are in a file with `hash` in its name; under a name of our own until it is known.
  mutating func namespace(_ database: String, _ hash: String) -> MongoDBNamespace {
    let key = MongoDBNamespace(database, hash)
    if let name = known[key] { return MongoDBNamespace(database, name) }
    let standIn = MongoDBNamespace(database, "shortened.\(hash)")
    waiting[key] = standIn
    return standIn
  }

  /// A description tells the whole name, which is also that of a time series' buckets.
  /// - Returns: what was restored under a name of our own so far, and its own name.
  mutating func learn(_ namespace: MongoDBNamespace) -> [(from: MongoDBNamespace, to: MongoDBNamespace)] {
    // Escaping makes three bytes of one at most.
    guard namespace.collection.utf8.count * 3 + 15 > Self.length else { return [] }
    return [namespace.collection, "system.buckets.\(namespace.collection)"].compactMap { name in
      let key = MongoDBNamespace(namespace.database, Self.hash(of: name))
      known[key] = name
      return waiting.removeValue(forKey: key).map { ($0, MongoDBNamespace(namespace.database, name)) }
    }
  }
}
