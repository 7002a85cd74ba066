import Foundation
import ProofbackRestore
import Testing

/// The scenarios themselves: readable, complete, and covering the findings.
@Suite struct ScenarioLintTests {
  @Test(arguments: Scenario.files)
  func `each file reads as a scenario`(_ file: String) throws {
    let scenario = try Scenario.read(file)
    #expect(try Scenario.unknownKeys(file) == [])
    #expect(scenario.name.wholeMatch(of: /[0-9]{2}_[a-z0-9_]+/) != nil, "NN_name.yaml")
    #expect(!scenario.says.isEmpty && scenario.says.first?.isUppercase == false && !scenario.says.hasSuffix("."))
    let hasCause = scenario.verdict == .failed || scenario.verdict == .inconclusive
    #expect((scenario.cause != nil) == hasCause, "failed and inconclusive have one cause, the others none")
    if let cause = scenario.cause {
      let definition = try #require(FindingCatalogue.all.first { $0.code.rawValue == cause }, "an unknown code")
      #expect(definition.consequence.rawValue == scenario.verdict.rawValue)
    }
    for code in (scenario.findings ?? [:]).keys {
      #expect(FindingCatalogue.all.contains { $0.code.rawValue == code }, "\(code) is unknown")
    }
  }

  @Test func `no two scenarios have one number`() {
    let numbers = Scenario.files.map { $0.prefix(2) }
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.count >= 45)
  }

  @Test func `each finding is raised by a scenario, or is tested elsewhere for a reason`() throws {
    let scenarios = try Scenario.files.map(Scenario.read)
    let raised = Set(scenarios.flatMap { [$0.cause].compactMap { $0 } + Array(($0.findings ?? [:]).keys) })
    let areas = FindingCatalogue.areas.filter { $0.title != "MongoDB" }
    let codes = Set(areas.flatMap(\.definitions).map(\.code.rawValue))
    let missing = codes.subtracting(raised).subtracting(Self.elsewhere.keys)
    #expect(missing.isEmpty, "raised by no scenario: \(missing.sorted())")
    let needless = Set(Self.elsewhere.keys).filter { raised.contains($0) || !codes.contains($0) }
    #expect(needless.isEmpty, "listed without need: \(needless.sorted())")
  }

  /// Findings that no scenario raises: code, and why.
  static let elsewhere: [String: String] = [:]
}
