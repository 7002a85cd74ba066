import ProofbackCore

/// `database.collection`. Both parts come from a dump and are untrusted.
public struct MongoDBNamespace: Hashable, Codable, Sendable, CustomStringConvertible {
  public var database: String
  public var collection: String

  public init(_ database: String, _ collection: String) {
    self.database = database
    self.collection = collection
  }

  /// For people: on one line, capped.
  public var description: String {
    UntrustedText.line(database.isEmpty ? collection : "\(database).\(collection)", limit: 120)
  }

  /// Users, roles and the server's own bookkeeping: counted, not restored. A server takes them from its own tools
  /// only, and they say nothing about whether the data comes back.
  /// Source: mongo-tools, mongorestore/filepath.go and mongorestore.go (special collections).
  public var isBookkeeping: Bool {
    database == "config" || database == "local" || database == "admin" && collection.hasPrefix("system.")
      || collection.hasPrefix("$admin.") || collection == "system.profile" || collection == "system.indexes"
      || isOplog
  }

  /// `mongodump --oplog` writes the operations that happened meanwhile into a namespace without a database.
  public var isOplog: Bool { database.isEmpty && collection == "oplog" }

  /// The collection that people see, when this is where a time series keeps its buckets.
  public var timeSeries: MongoDBNamespace? {
    let prefix = "system.buckets."
    return collection.hasPrefix(prefix) ? MongoDBNamespace(database, String(collection.dropFirst(prefix.count))) : nil
  }

  static let forbiddenInDatabases: Set<Character> = ["/", "\\", ".", " ", "\"", "$", "\0"]

  /// Whether a server can hold it: parts not empty, no NUL, at most 255 bytes, no separators in the database's name.
  /// Source: MongoDB manual, "Naming Restrictions".
  public var isPossible: Bool {
    !database.isEmpty && !collection.isEmpty && database.utf8.count < 64
      && database.utf8.count + collection.utf8.count < 255
      && !database.contains { Self.forbiddenInDatabases.contains($0) }
      && !collection.utf8.contains(0)
  }
}
