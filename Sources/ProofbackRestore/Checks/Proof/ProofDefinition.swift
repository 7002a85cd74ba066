import ProofbackCore

/// A definition as a proof has it: what says which values may be stored in words where they are short, all else (bodies,
/// defaults, conditions) as hashes, and what is not so not at all. The hashes' key need not be secret: no row is in them.
enum ProofDefinition {
  /// Parts that a DBMS of one series words in one way.
  private static let structure: Set<String> = [
    SchemaObject.type, SchemaObject.unique, SchemaObject.generated, "nullable", "auto increment", "columns",
    "refers to", "fields", "sparse", "expires after seconds",
  ]
  private static let longest = 80
  /// In front of hashes.
  private static let mark: Character = "#"

  static func isStructure(_ part: String) -> Bool { structure.contains(part) }

  /// Nil where nothing is left.
  static func of(_ definition: [String: String]) -> [String: String]? {
    var result: [String: String] = [:]
    for (part, text) in definition where !text.isEmpty && text != "no" {
      result[part] = isStructure(part) && text.utf8.count <= longest && text.first != mark ? text : hash(text)
    }
    return result.isEmpty ? nil : result
  }

  private static func hash(_ text: String) -> String {
    "\(mark)\(String(Array(text.utf8).withUnsafeBytes { CellHash.hash($0, key: 0) }, radix: 16))"
  }

  /// `: int(11) at the source, bigint(20) here`, where both can be said.
  static func told(_ part: String, _ before: String?, _ now: String?) -> String {
    guard isStructure(part), before?.first != mark, now?.first != mark else { return "" }
    func word(_ text: String?) -> String { text.map { UntrustedText.line($0, limit: 100) } ?? "no" }
    return ": \(word(before)) at the source, \(word(now)) here"
  }
}
