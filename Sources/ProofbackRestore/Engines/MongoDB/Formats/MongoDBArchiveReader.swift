import ProofbackCore

/// `mongodump --archive`: a prelude that describes every collection, then blocks of documents, the collections
/// interleaved, each collection ended by a block that carries the checksum over all its documents.
/// Source: mongo-tools, common/archive (prelude.go, parser.go, multiplexer.go, demultiplexer.go).
final class MongoDBArchiveReader: MongoDBDumpReader {
  static let magic: [UInt8] = [0x6D, 0xE2, 0x99, 0x81]

  private(set) var claims = MongoDBClaims(format: .archive)
  private(set) var findings: [Finding] = []
  private let stream: BSONStream
  private var place = Place.start
  private var checksums: [MongoDBNamespace: CRC64] = [:]

  private enum Place: Equatable {
    case start, descriptions, betweenBlocks
    case block(MongoDBNamespace)
    case over
  }

  init(_ source: any ByteReader) { stream = BSONStream(bytes: ReadAhead(source)) }

  func next() throws -> MongoDBDumpPart? {
    while true {
      switch place {
      case .start: try readHeader()
      case .descriptions:
        if let part = try readDescription() { return part }
      case .betweenBlocks: try readBlockHeader()
      case .block(let namespace):
        if let batch = try readDocuments(namespace) { return .documents(batch) }
      case .over: return nil
      }
    }
  }

  private func readHeader() throws {
    var magic: [UInt8] = []
    guard try stream.bytes.append(4, to: &magic), magic == Self.magic else {
      return end(MongoDBFindings.archiveDamaged, "the archive does not begin with mongodump's mark")
    }
    guard let fields = try fields("the archive's header") else { return }
    claims.toolVersion = fields.text("tool_version").map { UntrustedText.line($0, limit: 60) }
    claims.serverVersion = fields.text("server_version").map { UntrustedText.line($0, limit: 60) }
    place = .descriptions
  }

  private func readDescription() throws -> MongoDBDumpPart? {
    guard let fields = try fields("the archive's list of collections", orTerminator: .betweenBlocks) else { return nil }
    guard let database = fields.text("db"), let collection = fields.text("collection"),
      claims.collections.count < MongoDBClaims.mostCollections
    else {
      end(MongoDBFindings.archiveDamaged, "the archive's list of collections has an entry that names none")
      return nil
    }
    let namespace = MongoDBNamespace(database, collection)
    if fields.rawText("metadata") == [], !namespace.isBookkeeping {
      claims.note(namespace) { _ in }
      findings.append(
        MongoDBFindings.dropped.finding("the archive names \(namespace), and does not describe it"))
      return nil
    }
    guard let text = fields.rawText("metadata"),
      let metadata = MongoDBMetadata(text, of: namespace, declared: fields.text("type"))
    else {
      end(MongoDBFindings.metadataDamaged, "the description of \(namespace) is not what mongodump writes")
      return nil
    }
    claims.describe(namespace, by: metadata)
    return .description(namespace, metadata)
  }

  private func readBlockHeader() throws {
    guard let fields = try fields("a block's header", orEnd: true) else { return }
    guard let database = fields.text("db"), let collection = fields.text("collection") else {
      return end(MongoDBFindings.archiveDamaged, "a block of the archive names no collection")
    }
    let namespace = MongoDBNamespace(database, collection)
    if claims[namespace]?.state == .complete {
      return end(MongoDBFindings.archiveDamaged, "\(namespace) goes on after its end")
    }
    guard claims.collections.count < MongoDBClaims.mostCollections else {
      return end(
        MongoDBFindings.archiveDamaged, "the archive names more than \(MongoDBClaims.mostCollections) collections")
    }
    let isEnd = fields.flag("EOF") == true
    guard isDescribed(namespace) || isEnd && claims[namespace] != nil else {
      return end(
        MongoDBFindings.archiveDamaged, "\(namespace) has documents, and the archive's list does not describe it")
    }
    if isEnd { return finish(namespace, claimed: fields.number("CRC")) }
    if claims[namespace]?.kind == .view {
      return end(MongoDBFindings.archiveDamaged, "\(namespace) is a view, and has documents")
    }
    claims.note(namespace) { $0.state = .begun }
    place = .block(namespace)
  }

  /// mongodump describes every collection before its documents (prelude.go); a time series' buckets by its own name.
  private func isDescribed(_ namespace: MongoDBNamespace) -> Bool {
    namespace.isBookkeeping || claims[namespace]?.isDescribed == true
      || namespace.timeSeries.flatMap { claims[$0] }?.isDescribed == true
  }

  /// A collection's last block: no documents, the checksum over all that came before.
  private func finish(_ namespace: MongoDBNamespace, claimed: Int64?) {
    let actual = checksums.removeValue(forKey: namespace)?.value ?? 0
    let matches = claimed.map { UInt64(bitPattern: $0) == actual }
    claims.note(namespace) {
      $0.state = .complete
      $0.checksumVerified = matches
    }
    guard let matches else { return end(MongoDBFindings.archiveDamaged, "the end of \(namespace) has no checksum") }
    guard matches else {
      return end(MongoDBFindings.checksum, "the documents of \(namespace) do not match the archive's checksum")
    }
    place = .block(namespace)
  }

  private func readDocuments(_ namespace: MongoDBNamespace) throws -> MongoDBBatch? {
    var batch = MongoDBBatch(namespace: namespace, encoding: .bson)
    reading: while !batch.isFull {
      switch try stream.next(into: &batch.bytes) {
      case .document: batch.count += 1
      case .terminator:
        place = .betweenBlocks
        break reading
      case .end, .cut:
        endInside(namespace, after: batch.count)
        break reading
      case .faulty(let fault):
        end(
          MongoDBFindings.documentDamaged,
          "document \(claimed(namespace) + UInt64(batch.count) + 1) of \(namespace) is damaged: \(fault.rawValue)")
        break reading
      }
    }
    guard batch.count > 0 else { return nil }
    if claims[namespace]?.state == .complete {
      end(MongoDBFindings.archiveDamaged, "\(namespace) goes on after its end")
      return nil
    }
    batch.bytes.withUnsafeBytes { checksums[namespace, default: CRC64()].update($0) }
    claims.note(namespace) {
      $0.documents += UInt64(batch.count)
      $0.bytes += UInt64(batch.bytes.count)
    }
    return batch
  }

  private func claimed(_ namespace: MongoDBNamespace) -> UInt64 { claims[namespace]?.documents ?? 0 }

  private func endInside(_ namespace: MongoDBNamespace, after count: Int) {
    let whole = claimed(namespace) + UInt64(count)
    end(
      MongoDBFindings.truncated, "the archive ends inside collection \(namespace)",
      [
        "after \(Quantity.text(count: whole)) whole documents, \(Quantity.text(bytes: stream.bytes.taken)) into the archive"
      ])
  }

  /// One header document. Nil after a terminator where there may be one (`place` is then that), at the end where
  /// the archive may end, and after a finding.
  private func fields(_ what: String, orTerminator: Place? = nil, orEnd: Bool = false) throws -> BSONFields? {
    var document: [UInt8] = []
    switch try stream.next(into: &document) {
    case .document:
      if let fields = BSONFields(document) { return fields }
      end(MongoDBFindings.archiveDamaged, "\(what) is damaged")
    case .terminator where orTerminator != nil: place = orTerminator ?? .over
    case .terminator: end(MongoDBFindings.archiveDamaged, "an end mark stands where \(what) must be")
    case .end where orEnd: endOfArchive()
    case .end, .cut: end(MongoDBFindings.truncated, "the archive ends inside \(what)")
    case .faulty(let fault): end(MongoDBFindings.archiveDamaged, "\(what) is damaged: \(fault.rawValue)")
    }
    return nil
  }

  /// The bytes end between two blocks: complete only when every collection's end was seen.
  private func endOfArchive() {
    place = .over
    let unfinished = claims.collections.filter { claim in
      if claim.state == .complete || claim.kind == .view { return false }
      guard claim.kind == .timeSeries else { return true }
      let buckets = MongoDBNamespace(claim.namespace.database, "system.buckets.\(claim.namespace.collection)")
      return claims[buckets]?.state != .complete
    }
    guard let first = unfinished.first else { return }
    let place = first.state == .begun ? "inside" : "before"
    end(
      MongoDBFindings.truncated, "the archive ends \(place) collection \(first.namespace)",
      ["\(unfinished.count) of \(claims.collections.count) collections are not complete"])
  }

  private func end(_ definition: FindingDefinition, _ message: String, _ evidence: [String] = []) {
    place = .over
    findings.append(definition.finding(message, evidence: evidence))
  }
}
