import ProofbackCore

@testable import ProofbackRestore

/// All that a reader gives.
struct DumpReading {
  var claims: MongoDBClaims
  var codes: [String]
  var messages: [String]
  var documents: [MongoDBNamespace: Int] = [:]
  var batches: [MongoDBBatch] = []

  init(_ reader: any MongoDBDumpReader) throws {
    while let part = try reader.next() {
      guard case .documents(let batch) = part else { continue }
      documents[batch.namespace, default: 0] += batch.count
      batches.append(batch)
    }
    claims = reader.claims
    codes = reader.findings.map(\.code.rawValue)
    messages = reader.findings.map(\.message)
  }

  static func archive(_ bytes: [UInt8], step: Int = 1 << 16) throws -> DumpReading {
    try DumpReading(MongoDBArchiveReader(BytesReader(bytes, step: step)))
  }

  static func json(_ text: String, step: Int = 1 << 16) throws -> DumpReading {
    try DumpReading(
      MongoDBJSONReader(BytesReader(Array(text.utf8), step: step), namespace: MongoDBNamespace("test", "x")))
  }
}
