import Foundation
import ProofbackCore
import Testing

@Suite struct ReportTests {
  private let truncated = FindingDefinition("dump.truncated", .failed, cause: "It ends.", nextStep: "dump again")

  private func report(_ findings: [Finding], verdict: Verdict = .failed) -> RunReport {
    RunReport(
      runID: "run-1", verdict: verdict, cause: findings.first?.code, sentence: "this backup can't be trusted: x",
      findings: findings, stages: [StageRecord(name: .import, seconds: 1.5, bytes: 10)], inventory: nil, engine: nil,
      sandbox: nil, source: SourceObject(name: "a<b>&\"c", path: "/x"), layers: ["gzip"], depth: .full,
      started: Date(timeIntervalSince1970: 0), seconds: 2)
  }

  @Test func jsonHasEveryKeyAndComesBackTheSame() throws {
    let report = report([truncated.finding("the dump ends inside table `x`")])
    let json = try JSONReport.render(report)
    for key in ["verdict", "cause", "findings", "stages", "inventory", "engine", "source", "sandbox"] {
      #expect(json.contains("\"\(key)\" : "), "\(key)")
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    #expect(try decoder.decode(RunReport.self, from: Data(json.utf8)) == report)
  }

  @Test func whatIsNotKnownIsNull() throws {
    var report = report([], verdict: .passed)
    report.inventory = Inventory()
    report.inventory?.tables = [TableInventory(database: "a", name: "b")]
    report.sandbox = SandboxUsed(kind: "process", limits: [])
    let json = try JSONReport.render(report)
    for key in [
      "sha256", "modified", "size", "matches", "rows", "sampledRows", "claimedRows", "kind", "dumpTool", "dumpServer",
      "readySeconds",
    ] {
      #expect(json.contains("\"\(key)\" : null"), "\(key)")
    }
  }

  @Test func junitsVerdictIsAlwaysTheSameCaseAndNeverGreenWithoutACause() {
    let passed = JUnitReport.render(report([], verdict: .passed))
    #expect(passed.contains("name=\"verdict\"") && passed.contains("failures=\"0\" errors=\"0\""))
    let unclear = JUnitReport.render(report([], verdict: .inconclusive))
    #expect(unclear.contains("name=\"verdict\"") && unclear.contains("failures=\"0\" errors=\"1\""))
  }

  @Test func aPassedRunsCauseIsNull() throws {
    #expect(try JSONReport.render(report([], verdict: .passed)).contains("\"cause\" : null"))
  }

  @Test func junitTellsABadBackupFromATestThatCouldNotBeMade() {
    let unreachable = FindingDefinition("location.unreachable", .inconclusive, cause: "It is.", nextStep: "look")
    let xml = JUnitReport.render(
      report([truncated.finding("ends <here> & \"there\""), unreachable.finding("no answer")]))
    #expect(xml.contains("failures=\"1\" errors=\"1\""))
    #expect(xml.contains("<failure message=\"ends &lt;here&gt; &amp; &quot;there&quot;\">"))
    #expect(xml.contains("<error message=\"no answer\">"))
    #expect(!xml.contains("a<b>"))
  }

  @Test func textIsNeverWiderThanItShouldBe() {
    let long = truncated.finding(
      String(repeating: "word ", count: 80), evidence: [String(repeating: "x", count: 400)],
      hint: String(repeating: "hint ", count: 60))
    for width in [40, 80, 100] {
      let lines = TextReport(width: width).render(report([long])).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width }, "\(lines.map(\.count).max() ?? 0) in \(width)")
    }
  }

  @Test func theFirstLineSaysTheVerdict() {
    let lines = TextReport().render(report([truncated.finding("x")])).split(separator: "\n")
    #expect(lines.first == "✕ bad: this backup can't be trusted: x")
  }

  @Test func everyVerdictHasItsExitCode() {
    #expect(Verdict.allCases.map { ExitCode($0).rawValue } == [0, 1, 2])
    #expect(ExitCode.usage.rawValue == 64)
  }
}
