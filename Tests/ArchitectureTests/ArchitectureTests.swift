import Foundation
import Testing

@Suite struct ArchitectureTests {
  @Test(arguments: House.rules.map(\.says)) func theHouseKeepsItsRules(_ says: String) throws {
    let rule = try #require(House.rules.first { $0.says == says })
    for (path, text) in try House.sources() {
      #expect(rule.broken(path, text) == [], "\(path): \(says)")
    }
  }

  /// A file that breaks each rule, so that none is a rule that can't fail.
  static let samples: [(says: String, path: String, text: String)] = [
    ("modules import only along the arrows", "Sources/ProofbackCore/A.swift", "import ProofbackRestore\n"),
    ("modules import only along the arrows", "Sources/ProofbackLaunchers/A.swift", "public import ProofbackRestore\n"),
    ("nothing outside an engine's folder names it", "Sources/ProofbackRestore/Run/A.swift", "let a = MySQLEngine()\n"),
    ("children are started with swift-subprocess", "Sources/ProofbackSystem/A.swift", "let p = Process()\n"),
    ("children are started with swift-subprocess", "Sources/ProofbackSystem/A.swift", "try Process.run(url)\n"),
    (
      "nothing but a catalogue names a plug-in's type", "Sources/ProofbackRestore/Run/A.swift",
      "let a = SSHSourceKind()\n"
    ),
    ("nothing ends the program on the way", "Sources/ProofbackCore/A.swift", "let a = try! b()\n"),
    ("host keys are always checked", "Sources/ProofbackRestore/A.swift", "\"StrictHostKeyChecking=no\"\n"),
    ("files are small", "Sources/ProofbackCore/A.swift", String(repeating: "\n", count: 400)),
  ]

  @Test(arguments: samples.indices) func everyRuleCanFail(_ index: Int) throws {
    let sample = Self.samples[index]
    let rule = try #require(House.rules.first { $0.says == sample.says })
    #expect(rule.broken(sample.path, sample.text) != [])
  }

  @Test func everyKindOfAuditLineHasWords() throws {
    let sources = try House.sources()
    let words = try #require(sources.first { $0.path.hasSuffix("/AuditWords.swift") }).text
    let kinds = sources.flatMap { $0.text.matches(of: /did\("([a-z.-]+)"/).map { String($0.output.1) } }
    #expect(kinds.count > 30)
    #expect(kinds.filter { !words.contains("\"\($0)\": \"") } == [])
  }

  @Test func halfOfTheFilesAreShort() throws {
    let lengths = try House.sources().map { $0.text.split(separator: "\n", omittingEmptySubsequences: false).count }
      .sorted()
    #expect(lengths[lengths.count / 2] <= 90)
  }

  @Test func theDocumentNamesEveryModule() throws {
    let text = try String(contentsOf: House.root.appending(path: "docs/architecture.md"), encoding: .utf8)
    for module in House.modules { #expect(text.contains("`\(module)`"), "\(module)") }
  }
}
