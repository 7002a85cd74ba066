import ProofbackCore

/// Whether the rows are written in the character set that the dump announces for them.
extension ImportJudgement {
  /// `SET NAMES latin1` in front of UTF-8: the server takes each byte for a character, and stores text that nobody can
  /// read. A table that is latin1 itself gives back the bytes that it was given, and is left alone. Outside of any corpus:
  /// a dump put together by a script from a header of one server and rows of another.
  func textFindings() -> [Finding] {
    let tables = claims.expectedTables
    let wrong = tables.filter { $0.text.isLabelledWrongly && !TextProbe.singleByte.contains($0.charset ?? "") }
    var findings: [Finding] = []
    if let first = wrong.first {
      let count = wrong.reduce(0) { $0 + $1.text.wide }
      findings.append(
        MySQLFindings.wrongCharset.finding(
          "the dump says that its rows are \(UntrustedText.line(first.text.announced ?? "", limit: 40)), and they are UTF-8: \(Quantity.text(count, "character")) of \(Quantity.text(wrong.count, "table")) come back as others",
          evidence: wrong.prefix(20).map { "\(UntrustedText.line($0.qualifiedName, limit: 120)): \($0.text.wide)" }))
    }
    return findings
      + about(tables.filter(\.text.isFiltered), MySQLFindings.bytesFiltered) {
        "binary data of table \($0) has no control characters at all"
      }
      + about(tables.filter(\.text.isEncodedTwice), MySQLFindings.encodedTwice) {
        "the text of table \($0) is UTF-8 that was taken for latin1 and made UTF-8 again"
      }
      + about(tables.filter(\.text.isReplaced), MySQLFindings.charactersReplaced) {
        "most characters beyond ASCII of table \($0) are the mark of a lost one"
      }
      + about(tables.filter(Self.isNarrow), MySQLFindings.narrowCharset) {
        "the rows of table \($0) are written in a character set that has not all of its characters"
      } + withoutTimeZone(tables)
  }

  private func about(
    _ tables: [TableClaim], _ definition: FindingDefinition, _ message: (String) -> String
  ) -> [Finding] {
    guard let first = tables.first else { return [] }
    let more = tables.count > 1 ? " (and of \(tables.count - 1) more)" : ""
    return [
      definition.finding(
        message(UntrustedText.line(first.qualifiedName, limit: 120) + more),
        evidence: tables.count > 1 ? tables.prefix(20).map { UntrustedText.line($0.qualifiedName, limit: 120) } : [])
    ]
  }

  /// `utf8` of MySQL's is UTF-8 without the characters of four bytes.
  private static func isNarrow(_ table: TableClaim) -> Bool {
    guard let announced = table.text.announced, table.charset == "utf8mb4", table.rows > 0 else { return false }
    return ["utf8", "utf8mb3", "ucs2"].contains(announced)
      || TextProbe.singleByte.contains(announced) && !table.text.isLabelledWrongly
  }

  /// Outside of any corpus: a server in New York, restored where UTC is the time.
  private func withoutTimeZone(_ tables: [TableClaim]) -> [Finding] {
    guard claims.isMysqldumps, !claims.setsTimeZone else { return [] }
    return about(tables.filter { $0.hasTimestamps && $0.rows > 0 }, MySQLFindings.noTimeZone) {
      "TIMESTAMP values of table \($0) are written in a time zone that the dump does not name"
    }
  }
}
