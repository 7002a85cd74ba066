import ProofbackCore

/// What the worker asks `proofback mongo-client` for, one request at a time, each with a body of bytes.
enum MongoClientRequest: Codable, Equatable {
  /// Which server answers; keeps it from deleting rows on its own (TTL).
  case hello
  /// Body: the description's text. Makes the collection or view; its indexes are kept for `buildIndexes`.
  case create(MongoDBNamespace, MongoDBCollectionClaim.Kind)
  /// Body: the batch's documents.
  case insert(MongoDBNamespace, encoding: UInt8, count: Int)
  /// Gives a collection the second name, in the same database.
  case rename(MongoDBNamespace, MongoDBNamespace)
  case buildIndexes(MongoDBNamespace)
  /// `measuring`: the documents are measured, too.
  case read(MongoDBNamespace, MongoReading, measuring: Measuring? = nil)
  /// Names and definitions of what the schema has: indexes, validators, views.
  case describe
  /// Holds the server's indexes against the description.
  case compareIndexes(MongoDBNamespace)
  /// `isFull`: every document's structure too, not only pages and index entries.
  case validate(MongoDBNamespace, isFull: Bool)
  case list
  /// Carries out a check's query.
  case answer(CheckedQuery)
}

/// Which documents are read.
enum MongoReading: Codable, Equatable {
  /// All, to the cursor's end.
  case whole
  /// So many, in any order.
  case some(Int)
  /// So many from either end of the `_id` index.
  case first(Int)
  case last(Int)
  /// Evenly spread ranges of the `_id` index, `each` documents of every one.
  case spread(ranges: Int, each: Int)
  /// None: the server tells how many there are.
  case count
}

/// What comes back: names, counts, sizes, codes and fixed text. Never a document or a piece of one.
enum MongoClientReply: Codable, Equatable {
  case server(MongoServerIdentity)
  case done
  case inserted(UInt64, refused: [MongoRefusal])
  case indexes([MongoIndexReport])
  case documents(UInt64, bytes: UInt64, profile: TableProfile? = nil)
  case objects([SchemaObject])
  case validation(isValid: Bool, records: UInt64, faults: UInt64)
  case collections([MongoListedCollection])
  case outcome(CheckOutcome)
  /// The server said no.
  case refused(MongoServerFault)
  /// The server can't be reached, or went away.
  case lost(MongoServerFault)
}

struct MongoServerIdentity: Codable, Equatable {
  var product: String
  var version: String
  /// Whether it is a server that only speaks MongoDB's protocol.
  var isStandIn: Bool
  /// Whether it was told not to delete what has expired.
  var keepsExpired: Bool

  /// What describes indexes in the same words.
  var describedBy: String { "\(product) \(version.prefix { $0 != "." })" }
}

struct MongoServerFault: Codable, Equatable {
  var code: Int
  /// Quoted values replaced by their length.
  var message: String
}

/// Documents that the server did not take, by code.
struct MongoRefusal: Codable, Equatable {
  var fault: MongoServerFault
  var count: UInt64
}

struct MongoIndexReport: Codable, Equatable {
  enum State: String, Codable {
    case built, present, missing, different
    case refused
  }
  var name: String
  var state: State
  var fault: MongoServerFault?
}

struct MongoListedCollection: Codable, Equatable {
  var namespace: MongoDBNamespace
  var kind: MongoDBCollectionClaim.Kind
}

/// Codes of MongoDB's server that mean something here.
/// Source: MongoDB, src/mongo/base/error_codes.yml.
enum MongoServerCode {
  static let duplicateKey = 11000
  static let namespaceExists = 48
  /// MaxTimeMSExpired.
  static let timeOver = 50
  static let cannotCreateIndex = 67
  static let indexNotFound = 27
  static let documentTooLarge = 10334
  /// Made here: extended JSON that libbson does not take.
  static let invalidJSON = -2
  /// Made here: JSON that is well-formed, and that libbson does not take all the same.
  static let unsupportedJSON = -3
}
