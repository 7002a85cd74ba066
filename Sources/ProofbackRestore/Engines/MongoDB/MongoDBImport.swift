import ProofbackCore

/// What the import leaves behind for `verify`.
struct MongoDBImported: Sendable {
  var claims: MongoDBClaims
  var findings: [Finding]
}

/// Feeds a dump to the server, part by part, and reads it to its end whatever happens. Blocks its thread.
final class MongoDBImport: @unchecked Sendable {
  private let content: BackupContent
  private let reader: any MongoDBDumpReader
  private let link: MongoClientLink
  private let server: MongoServerIdentity
  private let onImported: @Sendable (UInt64) -> Void
  private var findings = MongoDBImportFindings()
  private var bytes: UInt64 = 0

  init(
    _ content: BackupContent, head: ContentHead, options: [String: String], link: MongoClientLink,
    server: MongoServerIdentity, onImported: @escaping @Sendable (UInt64) -> Void
  ) {
    self.content = content
    self.link = link
    self.server = server
    self.onImported = onImported
    let database = options["database"] ?? "test"
    switch content {
    case .folder(let members) where MongoDBRecogniser.format(of: head) == .folder:
      reader = MongoDBFolderReader(members, fallbackDatabase: database)
    case .folder(let members):
      reader = MongoDBFilesReader(members, database: database, collection: options["collection"])
    case .stream(let stream) where MongoDBRecogniser.format(of: head) == .archive:
      reader = MongoDBArchiveReader(stream)
    case .stream(let stream):
      let namespace = MongoDBNamespace(database, options["collection"] ?? Self.stem(head.fileName))
      switch MongoDBRecogniser.format(of: head) {
      case .documents:
        reader = MongoDBFolderReader.single(stream, namespace, name: head.fileName)
      case .messages: reader = MongoDBMessagesReader(stream)
      default: reader = MongoDBJSONReader(stream, namespace: namespace)
      }
    }
  }

  /// - Throws: `RunTrouble` when server or client went away and nothing in the dump explains it.
  func run() throws -> MongoDBImported {
    var trouble: (any Error)?
    do {
      try feed()
      if !hasFailed { try buildIndexes() }
    } catch {
      trouble = error
    }
    // What stands in the rest of the dump may be the cause all the same.
    if trouble != nil { while try reader.next() != nil {} }
    try passOverTheRest()
    findings.add(server: server, claims: reader.claims)
    if let trouble {
      // Failed wins: what is wrong with the dump stands, whatever happened to the server.
      guard hasFailed, let known = trouble as? RunTrouble else { throw trouble }
      findings.all.append(known.finding)
    }
    return MongoDBImported(claims: reader.claims, findings: reader.findings + findings.all)
  }

  private var hasFailed: Bool { (reader.findings + findings.all).contains { $0.consequence == .failed } }

  private func feed() throws {
    while let part = try reader.next() {
      switch part {
      case .description(let namespace, let metadata): try create(namespace, metadata)
      case .documents(let batch): try insert(batch)
      case .renamed(let namespace, let other): try rename(namespace, to: other)
      }
    }
  }

  private func create(_ namespace: MongoDBNamespace, _ metadata: MongoDBMetadata) throws {
    if namespace.isBookkeeping { return }
    guard namespace.isPossible else { return findings.impossible(namespace) }
    if metadata.kind == .timeSeries && server.isStandIn {
      throw RunTrouble(
        RunFindings.serverMissing, "\(namespace) is a time series, which only MongoDB's own server restores")
    }
    let reply = try link.ask(.create(namespace, metadata.kind), body: metadata.text)
    if case .refused(let fault) = reply { findings.collection(namespace, fault) }
  }

  private func rename(_ namespace: MongoDBNamespace, to other: MongoDBNamespace) throws {
    guard other.isPossible else { return findings.impossible(other) }
    // Nothing was made of a collection without documents.
    guard reader.claims[other]?.documents != 0 else { return }
    if case .refused(let fault) = try link.ask(.rename(namespace, other)) { findings.collection(other, fault) }
  }

  private func insert(_ batch: MongoDBBatch) throws {
    bytes += UInt64(batch.bytes.count)
    onImported(bytes)
    if batch.namespace.isBookkeeping { return }
    guard batch.namespace.isPossible else { return findings.impossible(batch.namespace) }
    let reply = try link.ask(
      .insert(batch.namespace, encoding: batch.encoding.rawValue, count: batch.count), body: batch.bytes)
    switch reply {
    case .inserted(let count, let refused):
      if refused.isEmpty && count != batch.count {
        throw RunTrouble(
          MongoDBFindings.clientEnded, "\(count) of \(batch.count) documents were taken, without a reason")
      }
      findings.refused(refused, in: batch.namespace, by: server, reader.claims)
    case .refused(let fault):
      findings.refused(
        [MongoRefusal(fault: fault, count: UInt64(batch.count))], in: batch.namespace, by: server, reader.claims)
    default: throw RunTrouble(MongoDBFindings.clientEnded, "the process that feeds the server gave a strange answer")
    }
  }

  /// After the documents: built in one go they cost less, and the result is the same.
  private func buildIndexes() throws {
    for claim in reader.claims.collections where claim.isDescribed && claim.kind != .view {
      if claim.namespace.isBookkeeping || !claim.namespace.isPossible { continue }
      guard case .indexes(let reports) = try link.ask(.buildIndexes(claim.namespace)) else { continue }
      for report in reports {
        if let fault = report.fault {
          findings.index(report.name, of: claim.namespace, fault, by: server, reader.claims)
        }
      }
    }
  }

  private func passOverTheRest() throws {
    switch content {
    case .stream(let stream): while try !stream.bytes(1 << 18).isEmpty {}
    case .folder(let members): while try members.next() != nil {}
    }
  }

  /// `orders.json.gz.gpg` is of the collection `orders`.
  static func stem(_ fileName: String) -> String {
    let file = fileName.split(separator: "/").last.map(String.init) ?? ""
    var stem = MongoDBMemberName.withoutLayers(file)
    // mongodump escapes what a file's name can't hold; mongoexport leaves the name to whoever calls it.
    if stem.hasSuffix(".bson") { stem = MongoDBMemberName.unescaped(String(stem.dropLast(5))) }
    for ending in [".json", ".jsonl", ".ndjson", ".extjson"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    // What no collection's name can hold.
    stem = String(stem.filter { $0 != "$" && $0 != "\0" })
    return stem.isEmpty || stem.hasPrefix("system.") || stem.hasPrefix(".") ? "restored" : stem
  }
}
