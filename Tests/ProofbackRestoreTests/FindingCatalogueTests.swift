import Foundation
import ProofbackCore
import ProofbackRestore
import Testing

@Suite struct FindingCatalogueTests {
  @Test func everyCodeIsDefinedOnce() {
    let codes = FindingCatalogue.all.map(\.code)
    let twice = Dictionary(grouping: codes, by: { $0 }).filter { $0.value.count > 1 }.keys.map(\.rawValue)
    #expect(twice.sorted() == [])
  }

  @Test func everyCodeIsDottedAndSaysCauseAndNextStep() {
    for definition in FindingCatalogue.all {
      #expect(
        definition.code.rawValue.wholeMatch(of: /[a-z][a-z0-9]*(\.[a-z]+(-[a-z]+)*)+/) != nil, "\(definition.code)")
      #expect(definition.cause.hasSuffix("."), "\(definition.code)")
      #expect(!definition.nextStep.hasSuffix("."), "\(definition.code)")
      #expect(definition.consequence == .none || !definition.nextStep.isEmpty, "\(definition.code)")
    }
  }

  @Test func theDocumentIsUpToDate() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let written = try String(contentsOf: root.appending(path: "docs/findings.md"), encoding: .utf8)
    #expect(written == FindingsDocument.markdown(), "run `make docs`")
  }
}
