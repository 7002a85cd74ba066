import ProofbackCore

/// A file that begins with what a program said, a dump behind it or not: no tool takes it back.
final class MongoDBMessagesReader: MongoDBDumpReader {
  let claims = MongoDBClaims(format: .messages)
  private(set) var findings: [Finding] = []
  private let source: any ByteReader
  private let name: String?

  /// - Parameter name: the file's, where it is one of several.
  init(_ source: any ByteReader, name: String? = nil) {
    self.source = source
    self.name = name
  }

  func next() throws -> MongoDBDumpPart? {
    guard findings.isEmpty else { return nil }
    let head = try source.bytes(MongoToolText.longest)
    guard let front = MongoToolText.front(of: head) else { return nil }
    let place = name.map { " of " + UntrustedText.line($0, limit: 120) } ?? ""
    findings.append(
      MongoDBFindings.toolFailure.finding(
        front.goesOn
          ? "a program's messages stand in front of the dump\(place)"
          : "there is nothing in the file\(place) but a program's messages",
        evidence: ["it says: " + front.message]))
    return nil
  }
}
