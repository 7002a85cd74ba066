import ProofbackCore

/// From the scanner's claims and the client's end to findings: what stands in the dump first, then how the import went.
struct ImportJudgement {
  var claims: DumpClaims
  var target: ServerTarget
  var end: ProcessEnd
  var messages: [MySQLMessage]
  var serverDied: RunTrouble?
  /// The dump was not read to its end: nothing can be said of that.
  var gaveUpReading = false
  /// Tables that a dump may leave out.
  var volatileTables: [String] = []
  /// What its bytes tell of a dump without a header.
  var flavourOfBytes: ServerFlavour?

  func findings() throws -> [Finding] {
    let ofDump = contentFindings() + (gaveUpReading ? [] : endFindings() + rowFindings() + textFindings())
    let ofImport = importFindings()
    if let serverDied, !ofDump.contains(where: { $0.consequence == .failed }) { throw serverDied }
    return ofDump + ofImport + replacedFindings() + notes()
  }

  private func contentFindings() -> [Finding] {
    var findings: [Finding] = []
    for message in claims.toolMessages {
      let definition =
        switch message.kind {
        case .failure: MySQLFindings.toolFailure
        case .warning: MySQLFindings.toolWarning
        case .errorPage: MySQLFindings.errorPage
        }
      findings.append(definition.finding("line \(message.line): \(message.text)"))
    }
    findings += foreignStatements
    if let nulBytes { findings.append(nulBytes) }
    if let line = claims.paddingLine {
      findings.append(
        CommonFindings.padding.finding(
          "more than \(Quantity.text(bytes: UInt64(SQLDumpScanner.mostBlanks))) of blanks stand between two statements, up to line \(line) and on"
        ))
    }
    if let need = claims.needs.first {
      findings.append(
        RunFindings.serverMissing.finding(
          "the dump needs \(Self.describe(need)), which \(target.title) does not have",
          evidence: claims.needs.prefix(10).map { "line \($0.line): \(Self.describe($0))" },
          hint:
            "test it where \(need.flavour.map { "\($0.title) \(claims.dumps.first?.version?.description ?? "")" } ?? "a server that has it") is installed"
        ))
    }
    return findings
  }

  private var nulBytes: Finding? {
    let counted = claims.nulBytes + claims.nulBytesInside
    let count = counted == 0 && claims.hasHole ? claims.longestNulRun : counted
    guard count > 0 else { return nil }
    let place = claims.nulBytes == 0 || claims.nulBytesInside > 0 ? "where the tool writes none" : "between statements"
    let verb = count == 1 ? "stands" : "stand"
    return MySQLFindings.nulBytes.finding(
      "\(Quantity.text(count, "NUL byte")) \(verb) \(place), from line \(claims.firstNulLine ?? 1) on")
  }

  /// All together are one finding: the first, and where the others stand.
  private var foreignStatements: [Finding] {
    let refused = claims.refused.sorted { $0.line < $1.line }
    guard let first = refused.first else { return [] }
    let more = refused.count > 1 ? ", and \(refused.count - 1) more" : ""
    return [
      MySQLFindings.foreignStatement.finding(
        "line \(first.line): \(first.description)\(more)",
        evidence: refused.count > 1 ? refused.prefix(10).map { "line \($0.line): \($0.description)" } : [])
    ]
  }

  private static func describe(_ need: ServerNeed) -> String {
    let name = UntrustedText.line(need.name, limit: 80)
    return switch need.kind {
    case .collation: "the collation \(name)"
    case .charset: "the character set \(name)"
    case .engine: "the storage engine \(name)"
    case .feature: name
    case .dataType: "the data type \(name)"
    case .serverVersion: "a server of version \(name)"
    case .systemSchema: "the system tables of the other flavour (\(name))"
    }
  }

  private func importFindings() -> [Finding] {
    guard !claims.stoppedForwarding, !end.isSuccess else { return [] }
    guard let message = messages.first else {
      return [MySQLFindings.clientTrouble.finding("the client program ended without a message (\(end))")]
    }
    let line = message.line.map { "line \($0): " } ?? ""
    let fact = "the server refused \(line)\(message.description)"
    if message.code == MySQLMessages.tableFull { return [limitReached(fact)] }
    if message.isOurTrouble { return [MySQLFindings.clientTrouble.finding(fact)] }
    if let missing = missingHere(message, fact) { return [missing] }
    if let reservation = reservation() {
      return [
        MySQLFindings.mismatch.finding(
          "\(fact); \(reservation.message)",
          hint: "test it with \(claims.dumps.first?.serverVersion ?? flavourOfBytes?.title ?? "its own server")")
      ]
    }
    return [MySQLFindings.importError.finding(fact, evidence: message.isBulkDuplicate ? [Self.bulkDuplicate] : [])]
  }

  /// What the dump needs and does not bring: a part of the server that is not installed here, tables that were never
  /// meant to be in it, another database that its views read.
  private func missingHere(_ message: MySQLMessage, _ fact: String) -> Finding? {
    if MySQLMessages.lacksPart.contains(message.code) {
      return RunFindings.serverMissing.finding(
        fact, hint: "test it where the server has what the message names (a plug-in, a library, a time zone)")
    }
    guard MySQLMessages.lacksObject.contains(message.code) else { return nil }
    if claims.expectedTables.isEmpty, claims.tables.contains(where: { $0.rows > 0 }) {
      return MySQLFindings.dataOnly.finding("the dump holds rows, and creates none of their tables: \(fact)")
    }
    if let other = otherCase(message) {
      return RunFindings.serverMissing.finding(
        "the dump calls table \(UntrustedText.line(other, limit: 80)) by another spelling, as servers with lower_case_table_names allow: \(fact)",
        hint: "test it with an image whose server has lower_case_table_names=1, as the source has")
    }
    guard let database = message.text.firstMatch(of: /'([^'.]+)\./).map({ String($0.output.1) }),
      !claims.databases.contains(database), !MySQLSession.systemSchemas.contains(database.lowercased()),
      claims.databases.isEmpty ? database != (claims.defaultDatabase ?? "restored") : true
    else { return nil }
    return MySQLFindings.otherDatabase.finding(
      "a view or routine needs the database \(UntrustedText.line(database, limit: 80)), which is not in this dump: \(fact)"
    )
  }

  /// A table of the dump whose name differs from the missing one's in capital letters only.
  private func otherCase(_ message: MySQLMessage) -> String? {
    guard message.code == 1146, let match = message.text.firstMatch(of: /'([^'.]+)\.([^']+)'/) else { return nil }
    let name = String(match.output.2)
    return claims.tables.first { $0.name != name && $0.name.lowercased() == name.lowercased() }?.name
  }

  private func limitReached(_ fact: String) -> Finding {
    let isInMemory = claims.tables.contains { ["memory", "heap"].contains($0.engine?.lowercased() ?? "") }
    return (isInMemory ? SandboxFindings.memoryLimit : SandboxFindings.diskLimit).finding(fact)
  }

  private static let bulkDuplicate =
    "this is how MariaDB reports a duplicate key while it fills an empty table with unique_checks=0"

  /// Whether our server is of the other flavour, or older than the dump's.
  func reservation() -> Finding? {
    guard let header = claims.dumps.first else {
      guard let flavourOfBytes, flavourOfBytes != target.flavour else { return nil }
      return MySQLFindings.otherFlavour.finding(
        "the dump is written as \(flavourOfBytes.title)'s tool does, our server is \(target.title)")
    }
    let from = UntrustedText.line(header.serverVersion ?? "of an unknown version", limit: 80)
    if let flavour = header.flavour ?? flavourOfBytes, flavour != target.flavour {
      return MySQLFindings.otherFlavour.finding(
        "the dump comes from \(flavour.title) \(from), our server is \(target.title)")
    }
    if let version = header.version, (version.major, version.minor) > (target.version.major, target.version.minor) {
      return MySQLFindings.newerDump.finding("the dump comes from version \(from), our server is \(target.title)")
    }
    return nil
  }

  private func notes() -> [Finding] {
    var notes: [Finding] = []
    if end.isSuccess, !claims.stoppedForwarding, let reservation = reservation() { notes.append(reservation) }
    let unusual = claims.foreignStatements.filter { $0.severity == .note }
    if let first = unusual.first {
      notes.append(
        MySQLFindings.unusualStatement.finding(
          "\(Quantity.text(unusual.count, "unusual statement")), first in line \(first.line): \(first.description)",
          evidence: unusual.prefix(10).map { "line \($0.line): \($0.description)" }))
    }
    if !claims.adapted.isEmpty {
      notes.append(
        MySQLFindings.adapted.finding(
          "\(Quantity.text(claims.adapted.count, "statement")) for the old server only \(claims.adapted.count == 1 ? "was" : "were") left out",
          evidence: claims.adapted.prefix(10).map { "line \($0.line): \($0.reason.rawValue)" }))
    }
    return notes
  }
}

extension ServerTarget {
  /// `MariaDB 10.11.6`.
  var title: String { "\(flavour.title) \(version)" }
}
