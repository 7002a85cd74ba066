import Foundation
import ProofbackCore

/// `mongodump --out`, packed as a folder, its files without layers. A packer writes files in any order, so a collection's documents may come
/// before its description.
/// Source: mongo-tools, mongodump/mongodump.go, mongodump/prepare.go.
final class MongoDBFolderReader: MongoDBDumpReader {
  private(set) var claims = MongoDBClaims(format: .folder)
  private(set) var findings: [Finding] = []
  private let members: any MemberReader
  private let fallbackDatabase: String
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

  init(_ members: any MemberReader, fallbackDatabase: String) {
    self.members = members
    self.fallbackDatabase = fallbackDatabase
  }

  func next() throws -> MongoDBDumpPart? {
    while !isOver {
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
    let name = MongoDBMemberName(member.name, fallback: fallbackDatabase)
    // What a Mac's tar puts beside each file.
    if member.name.split(separator: "/").last?.hasPrefix("._") == true { return nil }
    switch name.role {
    case .unknown:
      note(MongoDBFindings.memberUnknown, "\(UntrustedText.line(member.name)) is no file of mongodump's")
    case .prelude: try readPrelude(member)
    case .description(let namespace): return try readDescription(member, namespace)
    case .documents(let namespace): try openDocuments(member, namespace)
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
    claims.serverVersion = UntrustedText.line(version, limit: 60)
    claims.toolVersion = (object["ToolVersion"] as? String).map { UntrustedText.line($0, limit: 60) }
  }

  private func readDescription(
    _ member: any Member, _ namespace: MongoDBNamespace
  ) throws -> MongoDBDumpPart? {
    guard claims[namespace]?.isDescribed != true else {
      end(MongoDBFindings.memberTwice, "\(namespace) is described twice")
      return nil
    }
    guard let text = try text(of: member) else { return nil }
    guard !text.isEmpty, let metadata = MongoDBMetadata(text, of: namespace) else {
      end(MongoDBFindings.metadataDamaged, "\(UntrustedText.line(member.name)) is not what mongodump writes")
      return nil
    }
    claims.describe(namespace, by: metadata)
    return .description(namespace, metadata)
  }

  private func openDocuments(_ member: any Member, _ namespace: MongoDBNamespace) throws {
    // The name of the folder above, which is no database's, when it is the oplog.
    let namespace =
      namespace.collection == "oplog" && !namespace.isPossible
      ? MongoDBNamespace(fallbackDatabase, "oplog") : namespace
    guard claims[namespace].map({ $0.state == .missing }) ?? true,
      claims.collections.count < MongoDBClaims.mostCollections
    else { return end(MongoDBFindings.memberTwice, "the documents of \(namespace) are there twice") }
    claims.note(namespace) { $0.state = .begun }
    file = OpenFile(
      name: UntrustedText.line(member.name), namespace: namespace, stream: BSONStream(bytes: ReadAhead(member)),
      size: member.size)
  }

  private func readDocuments(_ open: OpenFile) throws -> MongoDBBatch? {
    var batch = MongoDBBatch(namespace: open.namespace, encoding: .bson)
    reading: while !batch.isFull {
      switch try open.stream.next(into: &batch.bytes) {
      case .document: batch.count += 1
      case .end:
        try close(open, isCut: false)
        break reading
      case .cut:
        try close(open, isCut: true)
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
    claims.note(open.namespace) {
      $0.documents += UInt64(batch.count)
      $0.bytes += UInt64(batch.bytes.count)
    }
    return batch
  }

  /// The file's bytes are over: whether they were all of it.
  private func close(_ open: OpenFile, isCut: Bool) throws {
    file = nil
    guard !isCut, open.size == nil || open.size == open.stream.bytes.taken else {
      return end(MongoDBFindings.truncated, "\(open.name) ends inside collection \(open.namespace)")
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
    for claim in claims.collections where claim.namespace.collection == "oplog" && !claim.isDescribed {
      claims.takeAsOplog(claim.namespace)
    }
    for claim in claims.collections where !claim.namespace.isBookkeeping {
      let buckets = MongoDBNamespace(claim.namespace.database, "system.buckets.\(claim.namespace.collection)")
      let hasDocuments = claim.state == .complete || claim.kind == .view || claims[buckets]?.state == .complete
      let isDescribed = claim.isDescribed || claim.namespace.timeSeries.flatMap { claims[$0] }?.isDescribed == true
      if !hasDocuments {
        note(MongoDBFindings.documentsMissing, "\(claim.namespace) is described, but its .bson file is missing")
      } else if !isDescribed {
        note(
          MongoDBFindings.metadataMissing, "\(claim.namespace) has documents, but its .metadata.json file is missing")
      }
    }
  }

  private func note(_ definition: FindingDefinition, _ message: String) {
    findings.append(definition.finding(message))
  }

  private func end(_ definition: FindingDefinition, _ message: String) {
    isOver = true
    file = nil
    note(definition, message)
  }
}
