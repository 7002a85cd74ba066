import ProofbackCore

/// What the text of a dump's tables tells: whether it is in the character set that the dump announces, and whether a tool
/// changed it on the way.
struct TextJudgement {
  /// Tables by the name that people know, with what was seen of their rows.
  var tables: [(name: String, text: TextProbe)]

  /// A header that says latin1 in front of UTF-8: the server takes each byte for a character, and stores text that nobody
  /// can read. Outside of any corpus: a dump put together by a script from one server's header and another's rows.
  /// - Parameter keepsBytes: tables that are of one byte a character themselves give back the bytes that they were given.
  func findings(keepsBytes: (Int) -> Bool = { _ in false }) -> [Finding] {
    let wrong = tables.indices.filter { tables[$0].text.isLabelledWrongly && !keepsBytes($0) }.map { tables[$0] }
    var findings: [Finding] = []
    if let first = wrong.first {
      let count = wrong.reduce(0) { $0 + $1.text.wide }
      findings.append(
        TextFindings.wrongCharset.finding(
          "the dump says that its rows are \(UntrustedText.line(first.text.announced ?? "", limit: 40)), and they are UTF-8: \(Quantity.text(count, "character")) of \(Quantity.text(wrong.count, "table")) come back as others",
          evidence: wrong.prefix(20).map { "\(UntrustedText.line($0.name, limit: 120)): \($0.text.wide)" }))
    }
    return findings
      + Self.about(named(\.isFiltered), TextFindings.bytesFiltered) {
        "binary data of table \($0) has no control characters at all"
      }
      + Self.about(named(\.isEncodedTwice), TextFindings.encodedTwice) {
        "the text of table \($0) is UTF-8 that was taken for latin1 and made UTF-8 again"
      }
      + Self.about(named(\.isReplaced), TextFindings.charactersReplaced) {
        "most characters beyond ASCII of table \($0) are the mark of a lost one"
      }
  }

  private func named(_ is: (TextProbe) -> Bool) -> [String] { tables.filter { `is`($0.text) }.map(\.name) }

  /// One finding for all of `names`.
  static func about(_ names: [String], _ definition: FindingDefinition, _ message: (String) -> String) -> [Finding] {
    guard let first = names.first else { return [] }
    let more = names.count > 1 ? " (and of \(names.count - 1) more)" : ""
    return [
      definition.finding(
        message(UntrustedText.line(first, limit: 120) + more),
        evidence: names.count > 1 ? names.prefix(20).map { UntrustedText.line($0, limit: 120) } : [])
    ]
  }
}
