import ProofbackCore

/// Archives and exports that were packed together: each is read as it would be by itself.
final class MongoDBFilesReader: MongoDBDumpReader {
  private let members: any MemberReader
  private let database: String
  /// For the only export that has no name of its own; nil takes each file's stem.
  private let collection: String?
  private var file: (any MongoDBDumpReader)?
  /// Of the files read so far.
  private var merged: MongoDBClaims?
  private var own: [Finding] = []
  private var isOver = false

  init(_ members: any MemberReader, database: String, collection: String?) {
    self.members = members
    self.database = database
    self.collection = collection
  }

  var claims: MongoDBClaims {
    guard var all = merged else { return file?.claims ?? MongoDBClaims(format: .archive) }
    if let current = file?.claims { _ = all.merge(current) }
    return all
  }

  var findings: [Finding] { own + (file?.findings ?? []) }

  func next() throws -> MongoDBDumpPart? {
    while !isOver {
      if let part = try file?.next() { return part }
      close()
      guard !isOver, let member = try members.next() else { return nil }
      try open(ReplayedMember.of(member))
    }
    return nil
  }

  private func open(_ member: ReplayedMember) {
    switch MongoDBRecogniser.format(of: member.head) {
    case .archive: file = MongoDBArchiveReader(member)
    case .jsonLines, .jsonArray:
      let name = collection ?? MongoDBImport.stem(member.name)
      file = MongoDBJSONReader(member, namespace: MongoDBNamespace(database, name))
    case .folder, nil:
      if member.head.isEmpty { return }
      own.append(MongoDBFindings.memberUnknown.finding("\(UntrustedText.line(member.name)) is no dump or export"))
    }
  }

  private func close() {
    guard let file else { return }
    self.file = nil
    own += file.findings
    isOver = file.findings.contains { $0.consequence == .failed }
    var all = merged ?? MongoDBClaims(format: file.claims.format)
    if let twice = all.merge(file.claims) {
      own.append(MongoDBFindings.memberTwice.finding("\(twice) is in two files of the tar"))
      isOver = true
    }
    merged = all
  }
}
