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
  private var names: Set<String> = []
  /// Whether one of the files can be nothing but a dump: JSON without any `_id` beside it is a note.
  private var hasDump = false
  private var unidentified: [Finding] = []
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
      guard !isOver, let member = try members.next() else {
        noteUnidentified()
        return nil
      }
      try open(ReplayedMember.of(member))
    }
    return nil
  }

  private func open(_ member: ReplayedMember) {
    switch MongoDBMemberName(member.name, fallback: database).role {
    case .description, .prelude: return notePartOfFolder(member)
    case .documents, .unknown: break
    }
    switch MongoDBRecogniser.format(of: member.head) {
    case .archive: file = MongoDBArchiveReader(member)
    case .jsonLines, .jsonArray:
      file = MongoDBJSONReader(member, namespace: unused(collection ?? MongoDBImport.stem(member.name)))
    case .documents:
      file = MongoDBFolderReader.single(
        member, unused(collection ?? MongoDBImport.stem(member.name)), name: member.name)
    case .messages where isBroken(member):
      file = MongoDBMessagesReader(member, name: member.name)
    case .folder, .messages, nil: passOver(member)
    }
  }

  /// An archive with messages in front of it under any name, an export only under an export's: logs quote JSON.
  private func isBroken(_ member: ReplayedMember) -> Bool {
    guard let front = MongoToolText.front(of: member.head) else { return false }
    return front.isArchive || front.goesOn && MongoDBRecogniser.isExport(member.name)
  }

  /// mongodump's folder in the same tar: its files belong together, and only one kind can be tested.
  private func notePartOfFolder(_ member: ReplayedMember) {
    guard !own.contains(where: { $0.code == RunFindings.mixed.code }) else { return }
    own.append(
      RunFindings.mixed.finding(
        "\(UntrustedText.line(member.name, limit: 120)) is of a mongodump folder, which was not tested as that"))
  }

  /// Two exports are never one collection because of their files' names.
  private func unused(_ name: String) -> MongoDBNamespace {
    var number = 1
    while !names.insert(number == 1 ? name : "\(name)-\(number)").inserted { number += 1 }
    return MongoDBNamespace(database, number == 1 ? name : "\(name)-\(number)")
  }

  /// A file that is named like a dump or an export and is none was one once; any other is somebody's note.
  private func passOver(_ member: ReplayedMember) {
    let name = UntrustedText.line(member.name)
    let ending = MongoDBMemberName.withoutLayers(member.name).split(separator: ".").last.map(String.init) ?? ""
    let isExport = ["json", "jsonl", "ndjson", "extjson"].contains(ending)
    if member.head.isEmpty && (isExport || !["archive", "bson"].contains(ending)) {
      if isExport { own.append(MongoDBFindings.memberUnknown.finding("\(name) is empty")) }
      return
    }
    guard isExport || ["archive", "bson"].contains(ending) else {
      return own.append(MongoDBFindings.memberUnknown.finding("\(name) is no dump or export"))
    }
    own.append(MongoDBFindings.memberDamaged.finding("\(name) is named like a backup, and its bytes are none"))
    isOver = true
  }

  private func noteUnidentified() {
    isOver = true
    own += unidentified.map { hasDump ? MongoDBFindings.memberUnknown.finding($0.message) : $0 }
    unidentified = []
  }

  private func close() {
    guard let file else { return }
    self.file = nil
    hasDump = hasDump || !file.claims.format.isExport
    let code = MongoDBFindings.noIdentifiers.code
    own += file.findings.filter { $0.code != code }
    unidentified += file.findings.filter { $0.code == code }
    isOver = file.findings.contains { $0.consequence == .failed }
    var all = merged ?? MongoDBClaims(format: file.claims.format)
    if let twice = all.merge(file.claims) {
      own.append(MongoDBFindings.memberTwice.finding("\(twice) is in two files of the tar"))
      isOver = true
    }
    merged = all
  }
}
