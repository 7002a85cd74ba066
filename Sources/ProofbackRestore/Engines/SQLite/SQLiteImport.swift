import ProofbackCore

/// A database that was brought into the sandbox, and what its bytes claim.
struct SQLiteDatabase: Sendable {
  /// Its file in the sandbox is `number.sqlite`.
  var number: Int
  /// For people: `main`, or the member of a tar.
  var name: String
  var header: SQLiteHeader?
  var bytes: UInt64 = 0
  var isThere = false
  var hasLog = false
  var dump: SQLiteFeedOutcome?

  var file: String { "\(number).sqlite" }
}

/// Gives a backup's bytes to the reader, and reads them to their end whatever happens. Blocks its thread.
final class SQLiteImport: @unchecked Sendable {
  private let content: BackupContent
  private let link: SQLiteLink
  private let onImported: @Sendable (UInt64) -> Void
  private var databases: [SQLiteDatabase] = []
  private var byName: [String: Int] = [:]
  private var bytes: UInt64 = 0
  private var trouble: (any Error)?
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private static let most = 1000

  init(_ content: BackupContent, link: SQLiteLink, onImported: @escaping @Sendable (UInt64) -> Void) {
    self.content = content
    self.link = link
    self.onImported = onImported
  }

  deinit { buffer.deallocate() }

  /// - Throws: `RunTrouble` when the reader went away.
  func run() throws -> [SQLiteDatabase] {
    switch content {
    case .stream(let stream): try take(stream, named: "main")
    case .folder(let members):
      while let member = try members.next() { try take(member, named: member.name) }
    }
    if let trouble { throw trouble }
    return databases.filter(\.isThere)
  }

  private func take(_ stream: any ByteReader, named name: String) throws {
    let head = try stream.bytes(ContentHead.limit)
    guard trouble == nil else { return try passOver(stream) }
    do { try give(head, stream, name) } catch {
      trouble = error
      try passOver(stream)
    }
  }

  private func give(_ head: [UInt8], _ stream: any ByteReader, _ name: String) throws {
    switch SQLiteContent(head) {
    case .database?:
      guard let index = index(of: name) else { return try passOver(stream) }
      databases[index].isThere = true
      databases[index].header = SQLiteHeader(head)
      try link.send(.file, databases[index].file)
      databases[index].bytes = try pour(head, stream)
    case .dump?:
      guard let index = index(of: name) else { return try passOver(stream) }
      databases[index].isThere = true
      try link.send(.statements, databases[index].file)
      _ = try pour(head, stream)
      try link.send(.end, "")
      databases[index].dump = try link.receive(SQLiteFeedOutcome.self)
    default: try giveCompanion(head, stream, name)
    }
  }

  /// What lies beside a database and belongs to it: its write-ahead log, or the journal of what was not finished.
  private func giveCompanion(_ head: [UInt8], _ stream: any ByteReader, _ name: String) throws {
    for ending in ["-wal", "-journal"] where name.hasSuffix(ending) && !head.isEmpty {
      guard let index = index(of: String(name.dropLast(ending.count))) else { break }
      databases[index].hasLog = true
      try link.send(.file, databases[index].file + ending)
      _ = try pour(head, stream)
      return
    }
    try passOver(stream)
  }

  private func index(of name: String) -> Int? {
    if let index = byName[name] { return index }
    guard databases.count < Self.most else { return nil }
    byName[name] = databases.count
    databases.append(SQLiteDatabase(number: databases.count, name: name))
    return databases.count - 1
  }

  private func pour(_ head: [UInt8], _ stream: any ByteReader) throws -> UInt64 {
    var total = UInt64(head.count)
    try head.withUnsafeBytes { try link.send(.bytes, $0) }
    while true {
      let count = try stream.read(into: buffer)
      if count == 0 { break }
      try link.send(.bytes, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      total += UInt64(count)
      onImported(bytes + total)
    }
    bytes += total
    onImported(bytes)
    return total
  }

  private func passOver(_ stream: any ByteReader) throws { while try stream.read(into: buffer) > 0 {} }
}

extension SQLiteDatabase {
  /// What the bytes alone show, in the order in which they came.
  var findings: [Finding] {
    if let dump { return dumpFindings(dump) }
    guard let header else {
      return [
        bytes < SQLiteHeader.length
          ? SQLiteFindings.truncated.finding("\(shown) is cut off inside its header")
          : SQLiteFindings.damaged.finding("\(shown) is damaged: its header holds what no version writes")
      ]
    }
    var findings: [Finding] = []
    let size = UInt64(header.pageSize)
    // A file with its log beside it may be behind: the log has what it lacks.
    if !hasLog, let pages = header.pages, bytes < pages * size {
      findings.append(
        SQLiteFindings.truncated.finding(
          "\(shown) is cut off: \(Quantity.text(count: bytes)) bytes of the \(Quantity.text(count: pages * size)) that its header says",
          evidence: ["\(Quantity.text(count: pages)) pages of \(size) bytes"]))
    } else if !hasLog, bytes % size != 0 && header.pages == nil {
      findings.append(
        SQLiteFindings.truncated.finding("\(shown) ends inside a page: \(bytes) bytes, pages of \(size)"))
    } else if let pages = header.pages, bytes > pages * size, !hasLog {
      findings.append(
        SQLiteFindings.trailing.finding(
          "\(shown) is \(Quantity.text(bytes: bytes - pages * size)) longer than its header says"))
    }
    if header.usesLog && !hasLog {
      findings.append(
        SQLiteFindings.logMissing.finding(
          "\(shown) keeps a write-ahead log, and none came along: the newest changes may be missing"))
    }
    return findings
  }

  var shown: String { name == "main" ? "the database" : UntrustedText.line(name, limit: 120) }

  private func dumpFindings(_ dump: SQLiteFeedOutcome) -> [Finding] {
    var findings: [Finding] = []
    let place = name == "main" ? "" : "\(shown), "
    for line in dump.refused.prefix(5) {
      findings.append(
        SQLiteFindings.refused.finding("\(place)line \(line): a statement that has no business in a dump"))
    }
    for line in dump.messages.prefix(5) {
      findings.append(CommonFindings.toolFailure.finding("\(place)line \(line): the dump tool says that it failed"))
    }
    for failure in dump.failures.prefix(5) {
      findings.append(
        SQLiteFindings.statementFailed.finding(
          "\(place)line \(failure.line): a statement can't be carried out: \(UntrustedText.line(failure.fault.description))"
        ))
    }
    if dump.end == .rolledBack {
      findings.append(SQLiteFindings.rolledBack.finding("\(place)the dump ends with ROLLBACK"))
    } else if let line = dump.unfinished {
      findings.append(CommonFindings.truncated.finding("\(place)the dump ends inside the statement on line \(line)"))
    } else if dump.end == .open {
      findings.append(CommonFindings.truncated.finding("\(place)the dump ends without COMMIT"))
    }
    return findings
  }
}
