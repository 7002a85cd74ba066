/// A heading of pg_dump's: `-- Name: orders; Type: TABLE; Schema: public; Owner: ada`.
struct PostgreSQLSection: Sendable, Equatable {
  var name: String
  var type: String
  var schema: String
  /// `-- Data for Name: …`.
  var isData: Bool
  var line: Int

  init?(_ comment: String, line: Int) {
    var text = comment.drop { $0 == " " }
    isData = text.hasPrefix("Data for ")
    if isData { text = text.dropFirst("Data for ".count) }
    // A name may hold the words that follow it: the last ones count.
    guard text.hasPrefix("Name: "), let owner = text.lastRange(of: "; Owner: "),
      let schema = text[..<owner.lowerBound].lastRange(of: "; Schema: "),
      let type = text[..<schema.lowerBound].lastRange(of: "; Type: ")
    else { return nil }
    name = String(text[text.index(text.startIndex, offsetBy: 6)..<type.lowerBound])
    self.type = String(text[type.upperBound..<schema.lowerBound])
    self.schema = String(text[schema.upperBound..<owner.lowerBound])
    self.line = line
  }

  /// Whether a statement must follow. A schema's or a list of rows' may be empty.
  var needsStatement: Bool { !isData && Self.withStatement.contains(type) }

  private static let withStatement: Set<String> = [
    "TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "INDEX", "CONSTRAINT", "FK CONSTRAINT", "FUNCTION", "PROCEDURE",
    "TRIGGER", "TYPE", "DOMAIN", "DEFAULT", "SEQUENCE SET", "AGGREGATE", "FOREIGN TABLE", "TABLE ATTACH", "POLICY",
    "MATERIALIZED VIEW DATA", "CHECK CONSTRAINT", "INDEX ATTACH", "RULE", "STATISTICS", "SEQUENCE OWNED BY",
    "EXTENSION",
    "EVENT TRIGGER", "COLLATION", "OPERATOR", "CAST", "ROW SECURITY", "DEFAULT ACL",
  ]
}

extension Substring {
  fileprivate func lastRange(of mark: String) -> Range<Substring.Index>? {
    ranges(of: mark).last
  }
}
