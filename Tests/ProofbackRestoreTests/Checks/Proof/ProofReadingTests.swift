import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct ProofReadingTests {
  private static let sha256 = String(repeating: "0a", count: 32)

  private func proof() -> Proof {
    var proof = Proof(
      made: 1, tool: nil, versions: ["proofback": "1"], stream: ProofStream(bytes: 1, sha256: Self.sha256))
    proof.key = "63"
    proof.tables = [
      ProofTable(
        database: "d", name: "t", rows: 3, mostRows: 4,
        columns: [ProofColumn(name: "c", sum: "a", newest: 1, latest: 2)])
    ]
    proof.objects = [ProofObject(kind: "column", name: "d.t.c", table: "d.t", definition: ["type": "int"])]
    return proof
  }

  private func code(_ content: Data) -> String? {
    do {
      _ = try ProofReading.read(content, name: "n")
      return nil
    } catch { return error.finding.code.rawValue }
  }

  @Test func `what stamp writes is read as it was`() throws {
    #expect(try ProofReading.read(proof().encoded(), name: "n") == proof())
  }

  @Test(arguments: [
    #""rows":3|"rows":-3"#, #""rows":3|"rows":1e400"#, #""rows":3|"rows":NaN"#, #""rows":3|"rows":5"#,
    #""rows":3|"rows":"3""#, #""newest":1|"newest":1e300"#, #""latest":2|"latest":-1e18"#, #""made":1|"made":1e15"#,
    #""name":"t"|"name":"t\u0000""#, #""name":"t"|"name":"\u001b[2J""#, #""key":"63"|"key":"63 or so""#,
    #""key":"63",|"#, #""sha256":"0a|"sha256":"0A"#, #""kind":"column"|"kind":["column"]"#,
    #""columns":[|"columns":[[[[[[[[["#, #"}|"#,
  ])
  func `what can't be is no proof`(_ change: String) throws {
    let parts = change.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let text = String(decoding: try proof().encoded(), as: UTF8.self)
    let found = try #require(text.range(of: parts[0]))
    let code = code(Data(text.replacingCharacters(in: found, with: parts[1]).utf8))
    #expect(["proof.malformed", "proof.unreadable"].contains(code), "\(code ?? "it was taken")")
  }

  @Test func `what is no proof, or of another version, is told apart from what is hostile`() {
    for text in ["", "{}", "[]", "null", #"{"version":2}"#, "hello"] {
      #expect(code(Data(text.utf8)) == "proof.unreadable", "\(text)")
    }
    #expect(code(Data(repeating: 0x5B, count: 1 << 20)) == "proof.malformed")
    #expect(code(Data(#"{"version":1}"#.utf8)) == "proof.malformed")
    #expect(code(Data(count: Proof.longest + 1)) == "proof.malformed")
    let many = #"{"version":1,"databases":["# + String(repeating: "1,", count: 1_100_000) + "1]}"
    #expect(code(Data(many.utf8)) == "proof.malformed")
  }

  @Test func `the stamped bytes are looked for in the file and inside of each layer`() {
    let (file, inner, plain) = ("f", "i", "p")
    func match(_ sha256: String, _ layers: [String] = ["gpg", "gzip"], plain: String? = "p") -> ProofFile {
      var source = SourceObject(name: "b", path: "/b", size: 9, modified: nil)
      source.sha256 = file
      return ProofFile(
        ProofStream(bytes: 1, sha256: sha256), source: source,
        digests: [
          LayerDigest(layer: "gpg", bytes: 5, sha256: inner), LayerDigest(layer: "gzip", bytes: 7, sha256: plain),
        ], layers: layers)
    }
    #expect(match(file) == .file)
    #expect(match(inner) == .inside(["gpg"]))
    #expect(match(plain) == .inside(["gpg", "gzip"]))
    guard case .other(let evidence) = match("x") else { return #expect(Bool(false), "it is another file") }
    #expect(evidence.count == 4)
    // Not all was read, or one of a tar's files may be it.
    #expect(match("x", plain: nil) == .unknown)
    #expect(match("x", ["gpg", "gzip", "tar"]) == .unknown)
  }

  @Test func `a definition is kept without the texts of people`() {
    let kept = ProofDefinition.of([
      "type": "enum('" + String(repeating: "secret", count: 20) + "')", "default": "secret", "nullable": "no",
      "unique": "yes", "body": "secret",
    ])
    #expect(kept?.values.contains { $0.contains("secret") } == false)
    #expect(kept?["unique"] == "yes" && kept?["nullable"] == nil && kept?.count == 4)
  }

  @Test(arguments: [
    (["--routines", "shop"], true), (["-R"], true), (["shop"], false), (["--routines", "--skip-routines"], false),
    (["--skip-routines", "--routines"], true),
  ])
  func `the last option counts`(_ arguments: [String], _ isAsked: Bool) {
    let option = DumpOption(kinds: ["procedure"], option: "--routines", same: ["-R"], off: ["--skip-routines"])
    #expect(option.isAsked(by: arguments) == isAsked)
  }

  @Test func `a shared key that is text is the same with and without a line's end`() throws {
    let text = "forty characters of a key that is a text"
    let ids = try ["", "\n", "\r\n", " "].map { try ProofKey(Data((text + $0).utf8)).keyID }
    #expect(Set(ids).count == 1)
    let bytes = Data(repeating: 200, count: 40)
    #expect(try ProofKey(bytes).keyID != ProofKey(bytes + [10]).keyID)
  }
}
