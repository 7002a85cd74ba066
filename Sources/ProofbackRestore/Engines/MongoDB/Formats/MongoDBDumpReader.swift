import ProofbackCore

/// Takes a dump apart as it flows past, in constant memory. Not for use from two threads at once.
protocol MongoDBDumpReader: AnyObject {
  /// The next part, or nil at the end: the content's, or where `finding` says that it can't be read on.
  func next() throws -> MongoDBDumpPart?
  /// Grows with every part.
  var claims: MongoDBClaims { get }
  /// What is wrong with the dump, in the order seen; failing ones end the parts.
  var findings: [Finding] { get }
}

/// One part of a dump. The part boundaries are the seam for importing through several connections: parts of
/// different collections are independent of each other, batches of one are in order.
enum MongoDBDumpPart: Equatable {
  /// Indexes and options. Comes before the documents in an archive, anywhere in a folder.
  case description(MongoDBNamespace, MongoDBMetadata)
  case documents(MongoDBBatch)
  /// What came as documents of the first is of the second.
  case renamed(MongoDBNamespace, MongoDBNamespace)
}

/// Whole documents of one collection.
struct MongoDBBatch: Equatable {
  enum Encoding: UInt8 {
    /// One after another, as in the dump.
    case bson = 1
    /// Extended JSON, each followed by a line feed.
    case json = 2
  }
  var namespace: MongoDBNamespace
  var encoding: Encoding
  var count = 0
  var bytes: [UInt8] = []

  /// A batch is full at this many documents or bytes: what one command of the wire protocol takes with room to spare.
  static let mostDocuments = 1000
  static let fullAt = 4 << 20
  var isFull: Bool { count >= Self.mostDocuments || bytes.count >= Self.fullAt }
}
