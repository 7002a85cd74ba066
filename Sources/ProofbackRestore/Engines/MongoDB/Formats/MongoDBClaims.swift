/// Which tool's output it is.
public enum MongoDBFormat: String, Codable, Sendable, CaseIterable {
  case archive = "mongodump archive"
  case folder = "mongodump folder"
  case jsonLines = "mongoexport JSON lines"
  case jsonArray = "mongoexport JSON array"
  /// Of one collection, without the file that describes it.
  case documents = "mongodump BSON file"
  /// No dump, or one that no tool takes: a program's messages stand in the file.
  case messages = "messages of a dump tool"

  var isExport: Bool { self == .jsonLines || self == .jsonArray }
}

/// What a dump says of itself, written down as it flows past.
public struct MongoDBClaims: Codable, Equatable, Sendable {
  public var format: MongoDBFormat
  public var toolVersion: String?
  public var serverVersion: String?
  /// In the order in which they were first mentioned.
  public internal(set) var collections: [MongoDBCollectionClaim] = []
  private var positions: [MongoDBNamespace: Int] = [:]

  public init(format: MongoDBFormat) { self.format = format }

  public subscript(namespace: MongoDBNamespace) -> MongoDBCollectionClaim? {
    positions[namespace].map { collections[$0] }
  }

  /// Changes the claim about `namespace`, making it first if need be.
  mutating func note(_ namespace: MongoDBNamespace, _ change: (inout MongoDBCollectionClaim) -> Void) {
    let position: Int
    if let known = positions[namespace] {
      position = known
    } else {
      position = collections.count
      positions[namespace] = position
      collections.append(MongoDBCollectionClaim(namespace: namespace))
    }
    change(&collections[position])
  }

  /// What was noted of `namespace` is of `other`, of which nothing is known yet.
  mutating func rename(_ namespace: MongoDBNamespace, to other: MongoDBNamespace) {
    guard let position = positions.removeValue(forKey: namespace) else { return }
    collections[position].namespace = other
    positions[other] = position
  }

  /// Takes over what another file of the same backup says.
  /// - Returns: a collection that both have, if any; it is then left as it was.
  mutating func merge(_ other: MongoDBClaims) -> MongoDBNamespace? {
    toolVersion = toolVersion ?? other.toolVersion
    serverVersion = serverVersion ?? other.serverVersion
    var twice: MongoDBNamespace?
    for claim in other.collections {
      if self[claim.namespace] == nil { note(claim.namespace) { $0 = claim } } else { twice = twice ?? claim.namespace }
    }
    return twice
  }

  /// More collections than any server holds are nobody's dump; they would fill our memory.
  static let mostCollections = 200_000
}

/// What a dump says of one collection.
public struct MongoDBCollectionClaim: Codable, Equatable, Sendable {
  public enum Kind: String, Codable, Sendable {
    case collection, view
    case timeSeries = "timeseries"
  }

  /// How far its documents were seen.
  public enum Documents: String, Codable, Sendable {
    /// Described, but no documents yet, not even the statement that there are none.
    case missing
    case begun
    /// Its end was seen, as the format marks it.
    case complete
  }

  public var namespace: MongoDBNamespace
  public var kind = Kind.collection
  public var documents: UInt64 = 0
  public var bytes: UInt64 = 0
  public var state = Documents.missing
  /// Whether a checksum over the documents was there and right; nil where the format has none.
  public var checksumVerified: Bool?
  /// Whether indexes and options are known.
  public var isDescribed = false
  /// Names of indexes, `_id_` included.
  public var indexes: [String] = []
  public var uuid: String?
  public var options: [String] = []

  /// Also a server on which nobody ever wrote has it.
  var isOfEveryServer: Bool { namespace.database == "admin" && namespace.collection == "system.version" }

  public init(namespace: MongoDBNamespace) { self.namespace = namespace }
}
