import ProofbackCore

/// From the scanner's claims and psql's end to findings: what stands in the dump first, then how the import went.
struct PostgreSQLJudgement {
  var claims: PostgreSQLClaims
  var target: PostgreSQLTarget
  var end: ProcessEnd
  var messages: [PostgreSQLMessage]
  var serverDied: RunTrouble?
  var gaveUpReading = false
  /// The SQL is pg_restore's, made from an archive: its lines are nobody's.
  var isArchive = false

  /// - Parameter archiveIsUnread: pg_restore did not come to its end; then the SQL ends early for that reason.
  func findings(archiveIsUnread: Bool = false) throws -> [Finding] {
    var ofDump = contentFindings()
    if !gaveUpReading, !archiveIsUnread, !ofDump.contains(where: { $0.consequence == .inconclusive }) {
      ofDump += endFindings()
    }
    if let serverDied, !archiveIsUnread, !ofDump.contains(where: { $0.consequence == .failed }) { throw serverDied }
    return ofDump + importFindings() + notes()
  }

  func place(_ line: Int) -> String { isArchive ? "" : "line \(line): " }

  // MARK: What stands in the dump

  private func contentFindings() -> [Finding] {
    var findings: [Finding] = []
    for message in claims.messages {
      let definition =
        switch message.kind {
        case .failure: CommonFindings.toolFailure
        case .warning: CommonFindings.toolWarning
        case .errorPage: CommonFindings.errorPage
        }
      // Severities stand before two blanks.
      let text = message.text.split(separator: " ").joined(separator: " ")
      findings.append(definition.finding("\(place(message.line))\(text)"))
    }
    findings += foreign(claims.refused, CommonFindings.foreignStatement)
    if claims.nulBytes > 0 {
      findings.append(
        CommonFindings.nulBytes.finding(
          "\(Quantity.text(claims.nulBytes, "NUL byte")), which no text of PostgreSQL holds, from line \(claims.firstNulLine ?? 1) on"
        ))
    }
    if let open = claims.unterminated {
      findings.append(
        PostgreSQLFindings.unterminated.finding(
          "the rows of table \(open.place)\(isArchive ? "" : ", which begin on line \(open.line),") have no end mark"))
    }
    if let row = claims.badRow {
      let more = claims.badRows > 1 ? ", and \(claims.badRows - 1) more" : ""
      findings.append(
        PostgreSQLFindings.rowDamaged.finding(
          "\(place(row.line))a row of table \(row.table) has \(Quantity.text(row.fields, "field")) for \(Quantity.text(row.columns, "column"))\(more)"
        ))
    }
    if let need = claims.needs.first {
      findings.append(
        PostgreSQLFindings.extensionMissing.finding(
          "the dump needs the \(need.kind.rawValue) \(UntrustedText.line(need.name, limit: 80)), which is not installed here",
          evidence: claims.needs.prefix(10).map { "\(place($0.line))\(UntrustedText.line($0.name, limit: 80))" }))
    }
    return findings
  }

  private func foreign(_ all: [PostgreSQLClaims.Foreign], _ definition: FindingDefinition) -> [Finding] {
    let sorted = all.sorted { $0.line < $1.line }
    guard let first = sorted.first else { return [] }
    let more = sorted.count > 1 ? ", and \(sorted.count - 1) more" : ""
    return [
      definition.finding(
        "\(place(first.line))\(first.what)\(more)",
        evidence: sorted.count > 1 ? sorted.prefix(10).map { "\(place($0.line))\($0.what)" } : [])
    ]
  }

  // MARK: Whether all of it is there

  private func endFindings() -> [Finding] {
    if let open = claims.openEnd {
      let line = isArchive ? "" : ", in what begins on line \(open.line)"
      return [
        CommonFindings.truncated.finding(
          "the dump ends \(open.place)\(line)", evidence: ["it has \(Quantity.text(claims.lines, "whole line"))"])
      ]
    }
    if let header = claims.dumps.last(where: { !$0.hasTrailer }) {
      let tool = header.isCluster ? "pg_dumpall" : "pg_dump"
      return [
        CommonFindings.noTrailer.finding(
          "the line `-- PostgreSQL database \(header.isCluster ? "cluster " : "")dump complete`, with which \(tool) ends, is missing: the dump is not whole"
        )
      ]
    }
    if let line = claims.commentedOutLine {
      return [TextFindings.commentedOut.finding("\(place(line))rows of the dump stand in a comment")]
    }
    if let line = claims.blanksChangedLine {
      return [TextFindings.blanksChanged.finding("\(place(line))pg_dump's own blanks are not as it writes them")]
    }
    if let first = claims.broken.first, !claims.isStopped {
      return [
        CommonFindings.partMissing.finding(
          "\(place(first.line))the dump announces \(first.what), and it never comes",
          evidence: claims.broken.count > 1 ? claims.broken.prefix(10).map { "\(place($0.line))\($0.what)" } : [])
      ]
    }
    let isEmpty = claims.tables.isEmpty && claims.objects.isEmpty && claims.largeObjects == 0
    guard isEmpty, claims.needs.isEmpty, claims.refused.isEmpty else { return [] }
    return [
      CommonFindings.noStatements.finding(
        claims.isCluster
          ? "the dump has accounts and databases at most: no table, no row"
          : "the dump creates and fills nothing in its \(Quantity.text(claims.lines, "line"))")
    ]
  }

  // MARK: How the import went

  private func importFindings() -> [Finding] {
    guard !claims.isStopped, !end.isSuccess else { return [] }
    guard let message = messages.first else {
      return [CommonFindings.clientDied.finding("psql ended without a message (\(end))")]
    }
    let line = message.line.map { claims.line(ofClient: $0) }
    let row = message.row.map { ", row \($0) of a table" } ?? ""
    let at = isArchive || line == nil ? (row.isEmpty ? "" : String(row.dropFirst(2)) + ": ") : "line \(line!)\(row): "
    let fact = "the server refused \(at)\(message.description)"
    if message.isOurTrouble { return [CommonFindings.clientDied.finding(fact)] }
    switch message.code {
    // could not access file "$libdir/…": a library of an extension.
    case "58P01": return [PostgreSQLFindings.extensionMissing.finding(fact)]
    // A collation, or the locale of one that the dump creates.
    case "42704" where !claims.collations.isEmpty, "22023" where !claims.collations.isEmpty:
      let name = UntrustedText.line(claims.collations[0].name, limit: 80)
      return [
        PostgreSQLFindings.extensionMissing.finding("\(fact); the dump uses the collation \(name), which is not here")
      ]
    case "42501": return [PostgreSQLFindings.needsSuperuser.finding(fact)]
    case "42P01", "3F000":
      if !claims.tables.values.contains(where: \.isCreated),
        claims.tables.values.contains(where: { $0.rowsLine != nil })
      {
        return [CommonFindings.dataOnly.finding("the dump holds rows, and creates none of their tables: \(fact)")]
      }
    default: break
    }
    if let reservation { return [CommonFindings.mismatch.finding("\(fact); \(reservation)")] }
    return [CommonFindings.importError.finding(fact)]
  }

  /// Whether our server is older than the dump's.
  private var reservation: String? {
    guard let header = claims.header, let from = header.serverVersion,
      let major = Int(from.prefix { $0.isNumber }), major > target.version
    else { return nil }
    return
      "the dump comes from version \(UntrustedText.line(from, limit: 60)), our server is PostgreSQL \(target.version)"
  }

  private func notes() -> [Finding] {
    var notes: [Finding] = []
    if end.isSuccess, !claims.isStopped, let reservation {
      notes.append(CommonFindings.olderServer.finding(reservation))
    }
    notes += foreign(claims.unusual, CommonFindings.unusualStatement)
    if let repeated = claims.repeated { notes.append(CommonFindings.replacesItself.finding(repeated.what)) }
    if !claims.adapted.isEmpty {
      notes.append(
        CommonFindings.adapted.finding(
          "\(Quantity.text(claims.adapted.count, "statement")) for the old server only \(claims.adapted.count == 1 ? "was" : "were") left out or changed",
          evidence: claims.adapted.prefix(10).map { "\(place($0.line))\($0.reason)" }))
    }
    let tables = claims.tables.sorted { $0.value.line < $1.value.line }
    return notes + withoutRows() + TextJudgement(tables: tables.map { ($0.key.text, $0.value.text) }).findings()
  }

  /// pg_dump writes a list of rows for each table, however empty; statements it can write only for rows. Outside of any
  /// corpus: a job that keeps structures under version control, and is taken for the backup.
  private func withoutRows() -> [Finding] {
    guard !claims.isStopped, end.isSuccess, !claims.dumps.isEmpty, claims.rows == 0, !claims.tables.isEmpty else {
      return []
    }
    guard claims.tables.values.allSatisfy({ $0.rowsLine == nil }) else {
      return [
        CommonFindings.noRows.finding("none of the dump's \(Quantity.text(claims.tables.count, "table")) has a row")
      ]
    }
    guard !claims.tablesWithoutRows.isEmpty else { return [] }
    return [
      CommonFindings.structureOnly.finding(
        "the dump creates \(Quantity.text(claims.tablesWithoutRows.count, "table")) and has the rows of none, not even an empty list of them"
      )
    ]
  }
}
