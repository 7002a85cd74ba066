import CMongoC
import Foundation
import ProofbackCore

/// Queries of checks: `orders.aggregate([…])` or `orders.countDocuments({…})`, with extended JSON in it.
extension MongoConnection {
  func answer(_ query: CheckedQuery) throws -> CheckOutcome {
    let parsed: MongoQuery
    do { parsed = try MongoQuery(query.text) } catch { return .refused(error.reason) }
    let collections = try list()
    let databases = Set(collections.map(\.namespace).filter { !$0.isBookkeeping }.map(\.database)).subtracting(["admin"]
    )
    guard let database = query.database ?? (databases.count == 1 ? databases.first : nil) else {
      return .refused(CheckJudgement.namesNoDatabase(databases.sorted()))
    }
    let namespace = MongoDBNamespace(database, parsed.collection)
    // A server counts nothing in a collection that is not there, and says nothing of it.
    guard collections.contains(where: { $0.namespace == namespace }) else {
      return .missing("there is no collection \(namespace)")
    }
    do {
      return .answer(try first(of: namespace, parsed, query))
    } catch let failure as Failure where !failure.isLost {
      if failure.fault.code == MongoServerCode.timeOver { return .tooLong }
      return .refused("code \(failure.fault.code): \(failure.fault.message)")
    }
  }

  private func first(of namespace: MongoDBNamespace, _ parsed: MongoQuery, _ query: CheckedQuery) throws -> CheckAnswer
  {
    let options = BSON().set("maxTimeMS", Int32(clamping: Int(query.seconds * 1000)))
    var answer = CheckAnswer(.noRow, hash: 0, rows: 0)
    try withCollection(namespace) { collection in
      let cursor = withExtendedLifetime((parsed, options)) {
        mongoc_collection_aggregate(collection, MONGOC_QUERY_NONE, parsed.pipeline.pointer, options.pointer, nil)!
      }
      defer { mongoc_cursor_destroy(cursor) }
      try forEachDocument(of: cursor) { document in
        if answer.rows == 0 { answer = BSON(copying: document).firstAnswer(key: query.key) }
        answer.rows += 1
      }
    }
    if parsed.counts, answer.rows == 0 {
      return Array("0".utf8).withUnsafeBytes { AnswerReading.answer($0, key: query.key, rows: 1) }
    }
    return answer
  }
}

/// A check's query, taken apart.
struct MongoQuery {
  struct Refusal: Error { var reason: String }

  var collection: String
  /// A document with the array `pipeline`.
  var pipeline: BSON
  /// Whether no document means 0.
  var counts = false

  /// Stages that write.
  /// Source: MongoDB manual, "$out", "$merge".
  private static let writing = ["$out", "$merge"]
  static let form = "COLLECTION.aggregate([…]) or COLLECTION.countDocuments({…})"

  init(_ text: String) throws(Refusal) {
    guard
      let match = text.trimmedStatement.wholeMatch(
        of: /(?:db\.)?([^\s(]+)\.(aggregate|countDocuments)\(\s*(.*?)\s*\)/.dotMatchesNewlines())
    else { throw Refusal(reason: "the query is not of the form \(Self.form)") }
    collection = String(match.output.1)
    let json = String(match.output.3)
    let stages: String
    if match.output.2 == "aggregate" {
      stages = json.isEmpty ? "[]" : json
    } else {
      counts = true
      stages = "[{\"$match\": \(json.isEmpty ? "{}" : json)}, {\"$count\": \"documents\"}]"
    }
    let wrapped = Array("{\"pipeline\": \(stages)}".utf8)
    guard let document = wrapped.withUnsafeBufferPointer({ BSON(json: $0) }), document["pipeline"]?.document != nil
    else { throw Refusal(reason: "what stands in the query's brackets is no extended JSON") }
    pipeline = document
    for stage in document.documents("pipeline") {
      var found: String?
      stage.forEachField { field in
        if Self.writing.contains(field.name) { found = field.name }
      }
      if let found { throw Refusal(reason: "the query's stage \(found) writes") }
    }
  }
}

extension BSON {
  /// The value of the first field that is not the identifier, unless there is no other.
  func firstAnswer(key: UInt64) -> CheckAnswer {
    var identifier: BSONField?
    var value: CheckAnswer?
    forEachField { field in
      if field.name == "_id" { identifier = self["_id"] } else if value == nil { value = field.answer(key: key) }
    }
    return value ?? identifier?.answer(key: key) ?? CheckAnswer(.nothing, hash: 0, rows: 0)
  }
}

extension BSONField {
  /// What may be said of the value.
  fileprivate func answer(key: UInt64) -> CheckAnswer {
    func plain(_ text: String, _ shown: CheckAnswer.Shown) -> CheckAnswer {
      CheckAnswer(shown, hash: Array(text.utf8).withUnsafeBytes { CellHash.hash($0, key: key) }, rows: 0)
    }
    switch bson_iter_type(iterator) {
    case BSON_TYPE_INT32, BSON_TYPE_INT64:
      let text = "\(bson_iter_as_int64(iterator))"
      return plain(text, .number(text))
    case BSON_TYPE_DOUBLE:
      let value = bson_iter_double(iterator)
      let text = Int64(exactly: value).map { "\($0)" } ?? "\(value)"
      return plain(text, value.isFinite ? .number(text) : .hidden(bytes: 8))
    case BSON_TYPE_BOOL:
      let truth = bson_iter_bool(iterator)
      return plain("\(truth)", .truth(truth))
    case BSON_TYPE_DATE_TIME:
      let date = Date(timeIntervalSince1970: Double(bson_iter_date_time(iterator)) / 1000)
      return plain("\(bson_iter_date_time(iterator))", .time(date))
    case BSON_TYPE_NULL, BSON_TYPE_UNDEFINED: return CheckAnswer(.nothing, hash: 0, rows: 0)
    case BSON_TYPE_UTF8:
      var length: UInt32 = 0
      guard let text = bson_iter_utf8(iterator, &length) else { return CheckAnswer(.nothing, hash: 0, rows: 0) }
      return AnswerReading.answer(UnsafeRawBufferPointer(start: text, count: Int(length)), key: key, rows: 0)
    case BSON_TYPE_DECIMAL128: return decimal(plain)
    default: return other(key: key)
    }
  }

  private func decimal(_ plain: (String, CheckAnswer.Shown) -> CheckAnswer) -> CheckAnswer {
    var value = bson_decimal128_t()
    guard bson_iter_decimal128(iterator, &value) else { return CheckAnswer(.nothing, hash: 0, rows: 0) }
    // BSON_DECIMAL128_STRING of libbson.
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 43) { buffer in
      bson_decimal128_to_string(&value, buffer.baseAddress!)
      return String(cString: buffer.baseAddress!)
    }
    return plain(text, Double(text)?.isFinite == true ? .number(text) : .hidden(bytes: 16))
  }

  /// Documents, arrays, bytes, identifiers: their own bytes, in a document of their own.
  private func other(key: UInt64) -> CheckAnswer {
    let alone = BSON().set("", self)
    let length = Int(BSON.length(of: alone.pointer))
    let bytes = UnsafeRawBufferPointer(start: bson_get_data(alone.pointer), count: length)
    // The length of the document, a type, an empty name and the end.
    let own = UnsafeRawBufferPointer(rebasing: bytes[6..<max(6, length - 1)])
    return CheckAnswer(.hidden(bytes: UInt64(own.count)), hash: CellHash.hash(own, key: key), rows: 0)
  }
}
