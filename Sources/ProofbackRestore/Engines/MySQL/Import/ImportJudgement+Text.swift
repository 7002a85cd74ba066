import ProofbackCore

/// Whether the rows are written in the character set and time zone that the dump announces for them.
extension ImportJudgement {
  func textFindings() -> [Finding] {
    let tables = claims.expectedTables
    let text = TextJudgement(tables: tables.map { ($0.qualifiedName, $0.text) })
    return text.findings { TextProbe.singleByte.contains(tables[$0].charset ?? "") }
      + TextJudgement.about(tables.filter(Self.isNarrow).map(\.qualifiedName), MySQLFindings.narrowCharset) {
        "the rows of table \($0) are written in a character set that has not all of its characters"
      } + withoutTimeZone(tables)
  }

  /// `utf8` of MySQL's is UTF-8 without the characters of four bytes. Outside of any corpus: mysqldump 5.7 and older,
  /// which write it unless they are told otherwise.
  private static func isNarrow(_ table: TableClaim) -> Bool {
    guard let announced = table.text.announced, table.charset == "utf8mb4", table.rows > 0 else { return false }
    return ["utf8", "utf8mb3", "ucs2"].contains(announced)
      || TextProbe.singleByte.contains(announced) && !table.text.isLabelledWrongly
  }

  /// Outside of any corpus: a server in New York, restored where UTC is the time.
  private func withoutTimeZone(_ tables: [TableClaim]) -> [Finding] {
    guard claims.isMysqldumps, !claims.setsTimeZone else { return [] }
    let names = tables.filter { $0.hasTimestamps && $0.rows > 0 }.map(\.qualifiedName)
    return TextJudgement.about(names, MySQLFindings.noTimeZone) {
      "TIMESTAMP values of table \($0) are written in a time zone that the dump does not name"
    }
  }
}
