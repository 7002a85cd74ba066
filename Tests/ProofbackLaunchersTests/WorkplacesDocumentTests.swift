import Foundation
import ProofbackLaunchers
import Testing

@Suite struct WorkplacesDocumentTests {
  @Test func `the document of workplaces is made from the code`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let written = try String(contentsOf: root.appending(path: "docs/workplaces.md"), encoding: .utf8)
    #expect(written == WorkplacesDocument.markdown(), "make docs")
  }

  @Test func `each finding has a cause, a next step and a code of its own`() {
    let all = LauncherCatalogue.findings.flatMap(\.definitions)
    #expect(Set(all.map(\.code)).count == all.count)
    for definition in all where definition.consequence != .none {
      #expect([.inconclusive, .warning].contains(definition.consequence) && !definition.nextStep.isEmpty, "\(definition.code)")
    }
  }
}
