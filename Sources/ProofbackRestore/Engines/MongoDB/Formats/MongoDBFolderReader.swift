import Foundation
import ProofbackCore

/// `mongodump --out`, packed as a folder, its files without layers. A packer writes files in any order, so a collection's
/// documents may come before its description. Files of documents alone, without any description, are restored too.
/// Source: mongo-tools, mongodump/mongodump.go, mongodump/prepare.go.
final class MongoDBFolderReader: MongoDBDumpReader {
  private(set) var claims: MongoDBClaims
  private(set) var findings: [Finding] = []
  private let members: any MemberReader
  private let fallbackDatabase: String
  /// What the only file's documents are of; nil takes each file's path.
  private let only: MongoDBNamespace?
  private var names = ShortenedNames()
  private var fields = FieldNames()
  private var hasPrelude = false
  private var pending: [MongoDBDumpPart] = []
  private var file: OpenFile?
  private var isOver = false

  private struct OpenFile {
    var name: String
    var namespace: MongoDBNamespace
    var stream: BSONStream
    var size: UInt64?
  }

  /// A description or prelude longer than this is none.
  private static let longestText = 16 << 20

  init(
    _ members: any MemberReader, fallbackDatabase: String, only: MongoDBNamespace? = nil,
    format: MongoDBFormat = .folder
  ) {
    self.members = members
    self.fallbackDatabase = fallbackDatabase
    self.only = only
    claims = MongoDBClaims(format: format)
  }

  /// One collection's documents, without the folder that they were in.
  static func single(_ source: any ByteReader, _ namespace: MongoDBNamespace, name: String) -> MongoDBFolderReader {
    MongoDBFolderReader(
      SingleFile(source, name: name), fallbackDatabase: namespace.database, only: namespace, format: .documents)
  }

  func next() throws -> MongoDBDumpPart? {
    while !isOver {
      if !pending.isEmpty { return pending.removeFirst() }
      if let open = file {
        if let batch = try readDocuments(open) { return .documents(batch) }
        continue
      }
      guard let member = try members.next() else {
        checkCompleteness()
        return nil
      }
      if let part = try open(member) { return part }
    }
    return nil
  }

  private func open(_ member: any Member) throws -> MongoDBDumpPart? {
    if let only {
      try openDocuments(member, only)
      return nil
    }
    let name = MongoDBMemberName(member.name, fallback: fallbackDatabase)
    // What a Mac's tar puts beside each file.
    if member.name.split(separator: "/").last?.hasPrefix("._") == true { return nil }
    switch name.role {
    case .unknown: findings.append(MongoDBStranger.finding(of: try ReplayedMember.of(member)))
    case .prelude: try readPrelude(member)
    case .description(let namespace): return try readDescription(member, namespace, name.hash)
    case .documents(let namespace):
      try openDocuments(member, name.hash.map { names.namespace(namespace.database, $0) } ?? namespace)
    }
    return nil
  }

  private func readPrelude(_ member: any Member) throws {
    guard let text = try text(of: member) else { return }
    guard let object = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any],
      let version = object["ServerVersion"] as? String
    else {
      return end(MongoDBFindings.metadataDamaged, "\(UntrustedText.line(member.name)) is not what mongodump writes")
    }
    hasPrelude = true
    claims.serverVersion = UntrustedText.line(version, limit: 60)
    claims.toolVersion = (object["ToolVersion"] as? String).map { UntrustedText.line($0, limit: 60) }
  }

  private func readDescription(
    _ member: any Member, _ named: MongoDBNamespace, _ hash: String?
  ) throws -> MongoDBDumpPart? {
    guard let text = try text(of: member) else { return nil }
    guard !text.isEmpty, let metadata = MongoDBMetadata(text, of: named, hash: hash) else {
      end(MongoDBFindings.metadataDamaged, "\(UntrustedText.line(member.name)) is not what mongodump writes")
      return nil
    }
    let namespace = hash == nil ? named : MongoDBNamespace(named.database, metadata.collectionName ?? named.collection)
    guard claims[namespace]?.isDescribed != true else {
      end(MongoDBFindings.memberTwice, "\(namespace) is described twice")
      return nil
    }
    for (from, to) in names.learn(namespace) {
      guard claims[to] == nil else {
        end(MongoDBFindings.memberTwice, "the documents of \(to) are there twice")
        return nil
      }
      claims.rename(from, to: to)
      pending.append(.renamed(from, to))
    }
    claims.describe(namespace, by: metadata)
    if metadata.kind == .collection { fields.describe(namespace, indexed: metadata.indexedFields) }
    pending.append(.description(namespace, metadata))
    return pending.removeFirst()
  }

  private func openDocuments(_ member: any Member, _ namespace: MongoDBNamespace) throws {
    guard claims[namespace].map({ $0.state == .missing }) ?? true,
      claims.collections.count < MongoDBClaims.mostCollections
    else { return end(MongoDBFindings.memberTwice, "the documents of \(namespace) are there twice") }
    claims.note(namespace) { $0.state = .begun }
    file = OpenFile(
      name: UntrustedText.line(member.name), namespace: namespace,
      stream: BSONStream(bytes: ReadAhead(member), looksForHoles: true),
      size: member.size)
  }

  private func readDocuments(_ open: OpenFile) throws -> MongoDBBatch? {
    var batch = MongoDBBatch(namespace: open.namespace, encoding: .bson)
    reading: while !batch.isFull {
      switch try open.stream.next(into: &batch.bytes) {
      case .document: batch.count += 1
      case .end:
        close(open, after: batch.count, isCut: false)
        break reading
      case .cut:
        close(open, after: batch.count, isCut: true)
        break reading
      case .terminator:
        damaged(open, batch.count, .length)
        break reading
      case .faulty(let fault):
        damaged(open, batch.count, fault)
        break reading
      }
    }
    guard batch.count > 0 else { return nil }
    if fields.wants(open.namespace) { fields.look(at: batch.bytes, of: open.namespace) }
    claims.note(open.namespace) {
      $0.documents += UInt64(batch.count)
      $0.bytes += UInt64(batch.bytes.count)
    }
    return batch
  }

  /// The file's bytes are over: whether they were all of it.
  private func close(_ open: OpenFile, after count: Int, isCut: Bool) {
    file = nil
    guard !isCut, open.size == nil || open.size == open.stream.bytes.taken else {
      let whole = (claims[open.namespace]?.documents ?? 0) + UInt64(count)
      return end(
        MongoDBFindings.truncated, "\(open.name) ends inside collection \(open.namespace)",
        ["after \(Quantity.text(count: whole)) whole documents"])
    }
    claims.note(open.namespace) { $0.state = .complete }
  }

  private func damaged(_ open: OpenFile, _ count: Int, _ fault: BSONDocument.Fault) {
    let number = (claims[open.namespace]?.documents ?? 0) + UInt64(count) + 1
    end(MongoDBFindings.documentDamaged, "document \(number) in \(open.name) is damaged: \(fault.rawValue)")
  }

  /// All of a small file; nil after a finding.
  private func text(of member: any Member) throws -> [UInt8]? {
    let text = try member.bytes(upTo: Self.longestText + 1)
    if text.count <= Self.longestText { return text }
    end(MongoDBFindings.metadataDamaged, "\(UntrustedText.line(member.name)) is too long")
    return nil
  }

  /// At the folder's end: every collection has a description and documents.
  private func checkCompleteness() {
    isOver = true
    // `mongodump --oplog` writes it beside the databases' folders, without a description.
    for claim in claims.collections where only == nil && claim.namespace.collection == "oplog" && !claim.isDescribed {
      claims.rename(claim.namespace, to: MongoDBNamespace("", "oplog"))
    }
    if let (one, other) = fields.exchanged() {
      note(
        MongoDBFindings.exchanged,
        "the documents of \(one) have the fields of \(other)'s indexes, and these those of \(one)'s")
    }
    if !hasPrelude && !claims.collections.contains(where: \.isDescribed) { return noteMissingDescriptions() }
    for claim in claims.collections where !claim.namespace.isBookkeeping {
      let buckets = MongoDBNamespace(claim.namespace.database, "system.buckets.\(claim.namespace.collection)")
      let hasDocuments = claim.state == .complete || claim.kind == .view || claims[buckets]?.state == .complete
      let isDescribed = claim.isDescribed || claim.namespace.timeSeries.flatMap { claims[$0] }?.isDescribed == true
      if !isDescribed && claim.bytes == 0 {
        note(MongoDBFindings.dropped, "\(claim.namespace) has no .metadata.json file and no documents")
      } else if !hasDocuments {
        note(MongoDBFindings.documentsMissing, "\(claim.namespace) is described, but its .bson file is missing")
      } else if !isDescribed {
        note(
          MongoDBFindings.metadataMissing, "\(claim.namespace) has documents, but its .metadata.json file is missing")
      }
    }
  }

  /// Only files of documents: somebody's choice, and no collection that lost its description.
  private func noteMissingDescriptions() {
    let restored = claims.collections.filter { !$0.namespace.isBookkeeping }
    guard let first = restored.first else { return }
    note(
      MongoDBFindings.indexesUnknown,
      restored.count == 1
        ? "\(first.namespace) comes without its .metadata.json file: its indexes can't be checked"
        : "none of the \(restored.count) collections has its .metadata.json file: their indexes can't be checked")
  }

  private func note(_ definition: FindingDefinition, _ message: String) {
    findings.append(definition.finding(message))
  }

  private func end(_ definition: FindingDefinition, _ message: String, _ evidence: [String] = []) {
    isOver = true
    file = nil
    findings.append(definition.finding(message, evidence: evidence))
  }
}
