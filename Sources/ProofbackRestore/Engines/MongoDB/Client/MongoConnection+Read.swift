import CMongoC
import ProofbackCore

/// Reading back: documents are counted where they arrive, for a count is not a read.
extension MongoConnection {
  struct Read {
    var documents: UInt64 = 0
    var bytes: UInt64 = 0
    var sketch: DocumentSketch?
  }

  func read(_ namespace: MongoDBNamespace, _ reading: MongoReading, _ measuring: Measuring? = nil) throws -> Read {
    var result = Read()
    result.sketch = measuring.map { DocumentSketch($0) }
    switch reading {
    case .whole: try find(namespace, BSON(), BSON(), &result)
    case .some(let count): try find(namespace, BSON(), Self.options(limit: count), &result)
    case .first(let count): try find(namespace, BSON(), Self.options(limit: count, order: 1), &result)
    case .last(let count): try find(namespace, BSON(), Self.options(limit: count, order: -1), &result)
    case .spread(let ranges, let each):
      for bound in try bounds(of: namespace, ranges) {
        try find(namespace, bound, Self.options(limit: each, order: 1), &result)
      }
    case .count:
      let reply = try run(BSON().set("count", namespace.collection), on: namespace.database)
      result.documents = UInt64(max(0, reply.number("n") ?? 0))
    }
    return result
  }

  private static func options(limit: Int, order: Int32? = nil) -> BSON {
    let options = BSON().set("limit", Int32(clamping: limit))
    if let order { options.set("sort", BSON().set("_id", order)) }
    return options
  }

  private func find(_ namespace: MongoDBNamespace, _ filter: BSON, _ options: BSON, _ result: inout Read) throws {
    try withCollection(namespace) { collection in
      // The driver copies both, but after Swift may have let go of what it saw used last.
      let cursor = withExtendedLifetime((filter, options)) {
        mongoc_collection_find_with_opts(collection, filter.pointer, options.pointer, nil)!
      }
      defer { mongoc_cursor_destroy(cursor) }
      try forEachDocument(of: cursor) { document in
        result.documents += 1
        let length = BSON.length(of: document)
        result.bytes += length
        result.sketch?.add(UnsafeRawBufferPointer(start: bson_get_data(document), count: Int(length)))
      }
    }
  }

  /// Filters that begin at evenly spread documents: those between the least and the greatest of a random sample, which a
  /// server takes from the collection's tree without reading all of it.
  private func bounds(of namespace: MongoDBNamespace, _ ranges: Int) throws -> [BSON] {
    let perRange = 12
    let pipeline = BSON().set(
      "pipeline",
      array: [
        BSON().set("$sample", BSON().set("size", Int32(ranges * perRange))),
        BSON().set("$project", BSON().set("_id", Int32(1))), BSON().set("$sort", BSON().set("_id", Int32(1))),
      ])
    var sampled: [BSON] = []
    try withCollection(namespace) { collection in
      let cursor = withExtendedLifetime(pipeline) {
        mongoc_collection_aggregate(collection, MONGOC_QUERY_NONE, pipeline.pointer, nil, nil)!
      }
      defer { mongoc_cursor_destroy(cursor) }
      try forEachDocument(of: cursor) { sampled.append(BSON(copying: $0)) }
    }
    return (1...ranges).compactMap { step in
      let index = sampled.count * step / (ranges + 1)
      guard sampled.indices.contains(index), let identifier = sampled[index]["_id"] else { return nil }
      return BSON().set("_id", BSON().set("$gte", identifier))
    }
  }
}
