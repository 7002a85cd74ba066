import CMongoC
import Foundation

extension MongoConnection {
  /// Makes a collection or view as its description says. What is there already is left as it is: a folder may bring
  /// the documents first.
  func create(_ namespace: MongoDBNamespace, _ kind: MongoDBCollectionClaim.Kind, description: [UInt8]) throws {
    let read = description.withUnsafeBufferPointer { BSON(json: $0) }
    guard let metadata = read ?? (description.isEmpty ? BSON() : nil) else {
      throw Failure(
        fault: MongoServerFault(code: MongoServerCode.invalidJSON, message: "the description is no extended JSON"),
        isLost: false)
    }
    descriptions[namespace] = metadata
    let command = BSON().set("create", namespace.collection)
    if let options = metadata.document("options") { command.setAll(of: options, without: Self.optionsNotRestored) }
    do {
      try run(command, on: namespace.database)
    } catch let failure as Failure where failure.fault.code == MongoServerCode.namespaceExists && kind != .view {}
  }

  func rename(_ namespace: MongoDBNamespace, to other: MongoDBNamespace) throws {
    try run(
      BSON().set("renameCollection", "\(namespace.database).\(namespace.collection)")
        .set("to", "\(other.database).\(other.collection)"), on: "admin")
  }

  /// `capped`, `size`, `max`: a cap drops documents as others come, and how many fit differs between servers and
  /// versions; whether the dump's come back is the question here. The rest are options that today's servers refuse.
  private static let optionsNotRestored: Set<String> = [
    "capped", "size", "max", "autoIndexId", "flags", "temp", "create", "uuid",
  ]

  /// Inserts documents as they stand. One that the server refuses does not keep the others out.
  func insert(_ batch: [UInt8], _ encoding: MongoDBBatch.Encoding, into namespace: MongoDBNamespace) throws
    -> MongoClientReply
  {
    var refusals = RefusalCount()
    let converted = encoding == .json ? convert(batch, &refusals) : []
    let taken = try batch.withUnsafeBytes { bytes in
      let documents = Documents(bson: encoding == .bson ? bytes : nil, converted: converted)
      return try insert(documents, into: namespace, &refusals)
    }
    return .inserted(taken, refused: refusals.all)
  }

  private func convert(_ lines: [UInt8], _ refusals: inout RefusalCount) -> [BSON] {
    lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
      if let document = line.withUnsafeBufferPointer({ BSON(json: $0) }) { return document }
      // Well-formed JSON that the driver does not take says something of the driver (its depth, say).
      let isWellFormed = (try? JSONSerialization.jsonObject(with: Data(line))) != nil
      refusals.add(
        isWellFormed
          ? MongoServerFault(
            code: MongoServerCode.unsupportedJSON, message: "the driver here does not take the document")
          : MongoServerFault(code: MongoServerCode.invalidJSON, message: "the document is no extended JSON"))
      return nil
    }
  }

  /// Unordered: one that is refused does not keep the others out, and the reply names each that was.
  private func insert(
    _ documents: Documents, into namespace: MongoDBNamespace, _ refusals: inout RefusalCount
  ) throws -> UInt64 {
    // The dump may hold what a validator, or the driver's own rules for field names, would no longer let in.
    let options = BSON().set("ordered", false).set("validate", false).set("bypassDocumentValidation", true)
    let outcome = withCollection(namespace) { documents.insert(into: $0, options) }
    guard let failure = outcome.failure else { return outcome.inserted }
    if failure.isLost { throw failure }
    for fault in outcome.refused { refusals.add(fault) }
    // What the reply does not explain one by one has the reason that it gives as a whole.
    let left = documents.count - Int(outcome.inserted) - outcome.refused.count
    for _ in 0..<max(0, left) { refusals.add(failure.fault) }
    return outcome.inserted
  }
}

/// Counts refusals by code; a dump with nothing but duplicates must not make a long reply.
struct RefusalCount {
  private(set) var all: [MongoRefusal] = []

  mutating func add(_ fault: MongoServerFault) {
    if let known = all.firstIndex(where: { $0.fault.code == fault.code }) {
      all[known].count += 1
    } else {
      all.append(MongoRefusal(fault: fault, count: 1))
    }
  }
}

/// Documents in memory as the driver wants them: views on the bytes of the batch.
private final class Documents {
  private let views: UnsafeMutableRawPointer
  private var pointers: [OpaquePointer?] = []
  private let converted: [BSON]
  private static let stride = PROOFBACK_BSON_SIZE
  var count: Int { pointers.count }

  /// - Parameter bson: documents one after another, their lengths checked by the worker and here again.
  init(bson: UnsafeRawBufferPointer?, converted: [BSON]) {
    self.converted = converted
    let most = bson == nil ? 0 : MongoDBBatch.mostDocuments
    views = .allocate(byteCount: most * Self.stride, alignment: PROOFBACK_BSON_ALIGNMENT)
    pointers = converted.map(\.pointer)
    guard let bson else { return }
    var at = 0
    while at + BSONDocument.smallest <= bson.count, pointers.count < MongoDBBatch.mostDocuments {
      let length = Int(BSONDocument.int32(bson, at))
      guard length >= BSONDocument.smallest, length <= bson.count - at else { break }
      let start = bson.baseAddress!.advanced(by: at).assumingMemoryBound(to: UInt8.self)
      let view = OpaquePointer(views.advanced(by: pointers.count * Self.stride))
      guard bson_init_static(view, start, length) else { break }
      pointers.append(view)
      at += length
    }
  }

  deinit { views.deallocate() }

  func insert(
    into collection: OpaquePointer, _ options: BSON
  ) -> (inserted: UInt64, refused: [MongoServerFault], failure: MongoConnection.Failure?) {
    BSON.filled { reply in
      var error = bson_error_t()
      let succeeded = pointers.withUnsafeMutableBufferPointer { all in
        mongoc_collection_insert_many(
          collection, all.baseAddress!, all.count, options.pointer, reply, &error)
      }
      let answer = BSON(copying: reply)
      let refused = answer.documents("writeErrors").map {
        MongoServerFault(code: Int($0.number("code") ?? 0), message: ServerMessage.redacted($0.text("errmsg") ?? ""))
      }
      let inserted = UInt64(max(0, answer.number("insertedCount") ?? 0))
      return (inserted, refused, succeeded ? nil : MongoConnection.Failure(error))
    }
  }
}
