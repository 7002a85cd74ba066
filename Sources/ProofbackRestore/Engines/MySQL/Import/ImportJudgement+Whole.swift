import ProofbackCore

/// Whether all of the dump is there: its end, and what its parts tell of each other.
extension ImportJudgement {
  func endFindings() -> [Finding] {
    if !claims.end.isClean {
      let place = claims.end.table.map { "inside table \(UntrustedText.line($0, limit: 80))" } ?? "inside a statement"
      let line = claims.end.line.map { ", in what begins on line \($0)" } ?? ""
      return [
        MySQLFindings.truncated.finding(
          "the dump ends \(place)\(line)", evidence: ["it has \(Quantity.text(claims.lines, "whole line"))"])
      ]
    }
    if claims.everyTrailerSeen, !claims.stoppedForwarding, let unclosed = claims.brackets.unclosed {
      return [
        MySQLFindings.truncated.finding(
          "the dump ends too early: \(unclosed)", evidence: ["it has \(Quantity.text(claims.lines, "whole line"))"])
      ]
    }
    if let header = claims.dumps.first(where: { $0.writesTrailer && !$0.hasTrailer }) {
      return [
        MySQLFindings.noTrailer.finding(
          "the line `-- Dump completed`, with which \(header.tool.rawValue) ends, is missing: the dump is not whole",
          evidence: claims.tables.last.map { ["the last table in it is \(UntrustedText.line($0.qualifiedName))"] } ?? []
        )
      ]
    }
    if !claims.stoppedForwarding, let missing = missingPart { return [missing] }
    if claims.tables.isEmpty, claims.views.isEmpty, claims.routines.isEmpty, claims.events.isEmpty,
      claims.sequences.isEmpty,
      claims.needs.isEmpty, claims.refused.isEmpty
    {
      return [
        MySQLFindings.noStatements.finding(
          "the dump creates and fills nothing in its \(Quantity.text(claims.lines, "line"))")
      ]
    }
    return []
  }

  private var missingPart: Finding? {
    if let line = claims.commentedOutLine {
      return TextFindings.commentedOut.finding("on line \(line) a statement of the dump stands in a comment")
    }
    if let line = claims.blanksChangedLine {
      return TextFindings.blanksChanged.finding(
        "on line \(line) the tool's own blanks are not as it writes them")
    }
    if let (index, lost) = claims.lost.min(by: { $0.value.dropLine < $1.value.dropLine }) {
      return MySQLFindings.tableLost.finding(
        "table \(UntrustedText.line(claims.tables[index].qualifiedName, limit: 120)) with its \(Quantity.text(Int(clamping: lost.rows), "row")) is dropped on line \(lost.dropLine), and never made again"
      )
    }
    if let fact = claims.brackets.outOfTurn { return MySQLFindings.partMissing.finding(fact) }
    let broken = claims.promises.broken
    guard let first = broken.first else { return claims.brackets.empty.map { MySQLFindings.partMissing.finding($0) } }
    let facts = broken.prefix(10).map { "line \($0.line): \(UntrustedText.line($0.name, limit: 80))" }
    return MySQLFindings.partMissing.finding(
      "line \(first.line) makes ready for \(UntrustedText.line(first.name, limit: 80)), and the dump never creates it",
      evidence: broken.count > 1 ? facts : [])
  }

  /// What the file restores over itself.
  func replacedFindings() -> [Finding] {
    if let mixed = claims.replaced.first(where: { !$0.databases.isEmpty }) {
      let names = mixed.databases.map { UntrustedText.line($0, limit: 80) }
      return [
        MySQLFindings.databasesMixed.finding(
          "table \(UntrustedText.line(mixed.name, limit: 80)) of \(names[0]) (line \(mixed.line)) is overwritten by that of \(names[1]) (line \(mixed.dropLine))",
          evidence: claims.replaced.prefix(10).map(Self.describe))
      ]
    }
    guard let first = claims.replaced.first else { return [] }
    if let (newer, older) = claims.orderReversed {
      return [
        MySQLFindings.olderWins.finding(
          "the dump completed \(Self.time(newer)) is overwritten by the one completed \(Self.time(older)), which follows it",
          evidence: claims.replaced.prefix(10).map(Self.describe))
      ]
    }
    return [
      MySQLFindings.replacesItself.finding(
        Self.describe(first), evidence: claims.replaced.dropFirst().prefix(10).map(Self.describe))
    ]
  }

  private static func time(_ completedOn: String) -> String {
    UntrustedText.line(completedOn.split(separator: " ").joined(separator: " "), limit: 40)
  }

  private static func describe(_ table: ReplacedTable) -> String {
    "table \(UntrustedText.line(table.name, limit: 80)) is filled with \(Quantity.text(Int(clamping: table.rows), "row")) from line \(table.line) on, and dropped on line \(table.dropLine)"
  }
}
