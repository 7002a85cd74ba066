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
    let twice = tables.filter(\.text.isEncodedTwice)
    if let first = twice.first {
      let more = twice.count > 1 ? ", and of \(twice.count - 1) more" : ""
      findings.append(
        MySQLFindings.encodedTwice.finding(
          "the text of table \(UntrustedText.line(first.qualifiedName, limit: 120))\(more) is UTF-8 that was taken for latin1 and made UTF-8 again",
          evidence: twice.count > 1 ? twice.prefix(20).map { UntrustedText.line($0.qualifiedName, limit: 120) } : []))
    }
    return findings
  }
}
