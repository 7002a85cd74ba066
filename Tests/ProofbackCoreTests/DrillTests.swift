import Foundation
import ProofbackCore
import Testing

/// What a drill does, and what it makes of the runs.
@Suite struct DrillTests {
  private static let specification = RunSpecification(runID: "r", location: "/b", stateFolder: "/s")

  private static func report(
    _ verdict: Verdict, _ findings: [Finding] = [], source: SourceObject? = SourceObject(name: "shop.sql", path: "p")
  ) -> RunReport {
    RunReport(
      runID: "r", verdict: verdict, cause: verdict == .passed ? nil : findings.first?.code, sentence: "s",
      findings: findings, stages: [StageRecord(name: .fetch, seconds: 1, bytes: 1000)], inventory: nil, engine: nil,
      sandbox: nil, source: source, layers: [], depth: .full, started: Date(), seconds: 1.5)
  }

  private static func finding(_ code: String, _ consequence: Consequence) -> Finding {
    Finding(code: FindingCode(code), consequence: consequence, message: "m")
  }

  @Test(arguments: [
    (report(.failed, [finding("dump.truncated", .failed)]), DrillResult.Outcome.caught, "dump.truncated" as String?),
    (report(.inconclusive, [finding("location.unreachable", .inconclusive)]), .untold, "location.unreachable"),
    (report(.passed), .missed, nil),
    (report(.passed, [finding("new.warning", .warning)]), .warned, "new.warning"),
    (report(.passed, [finding("old.warning", .warning)]), .missed, nil),
    (report(.passed, [finding("drill.without-effect", .none)]), .notApplicable, nil),
  ])
  func `an outcome is what the damaged run says beyond what the undamaged one said`(
    _ report: RunReport, _ outcome: DrillResult.Outcome, _ code: String?
  ) {
    let whole = Self.report(.passed, [Self.finding("old.warning", .warning)])
    let basis = DrillBasis(whole, of: Self.specification)
    let result = DrillResult(DrillCase(what: "w", change: .none, otherwise: "o"), report, basis: basis)
    #expect(result.outcome == outcome)
    #expect(result.code == code)
    #expect((result.otherwise != nil) == (outcome == .missed || outcome == .warned))
    #expect(result.seconds == 1.5)
  }

  @Test func `there are more than twenty damages, and each says what to do when it is missed`() {
    let cases = DrillPlan(Self.report(.passed), of: Self.specification, on: .server).cases
    #expect(cases.count > 20 && Set(cases.map(\.what)).count == cases.count)
    #expect(cases.allSatisfy { !$0.otherwise.isEmpty })
    #expect(cases.contains { $0.otherwise.contains("there is no baseline yet: run it once") })
  }

  @Test func `an encrypted backup is also tried without its keys, and only those are taken away`() throws {
    var encrypted = Self.report(.passed)
    encrypted.layers = ["gpg", "zstd"]
    let cases = DrillPlan(encrypted, of: Self.specification, on: .commandLine).cases
    let lost = try #require(cases.first { $0.change == .keysLost })
    var assignment = Assignment(specification: Self.specification, secrets: RunSecrets())
    let key = NamedSecret(name: "k", content: Data([1]))
    assignment.secrets.decryptionKeys = [key]
    (assignment.secrets.passphrase, assignment.secrets.sshKey, assignment.secrets.proofKey) = (key, key, key)
    lost.change.apply(to: &assignment)
    #expect(assignment.secrets.decryptionKeys.isEmpty && assignment.secrets.passphrase == nil)
    #expect(assignment.secrets.sshKey != nil && assignment.secrets.proofKey != nil)
    #expect(
      !DrillPlan(Self.report(.passed), of: Self.specification, on: .server).cases.contains { $0.change == .keysLost })
  }

  @Test func `a drill stays with its file, and notices another one`() {
    let basis = DrillBasis(
      Self.report(.passed, source: SourceObject(name: "shop-1.sql", path: "p", size: 5)), of: Self.specification)
    var specification = Self.specification
    basis.pin(&specification)
    #expect(specification.filePattern == nil)
    specification.filePattern = "shop-*"
    basis.pin(&specification)
    #expect(specification.filePattern == "shop-1.sql")
    #expect(!basis.isOther(Self.report(.failed, source: nil)))
    #expect(!basis.isOther(Self.report(.passed, source: SourceObject(name: "shop-1.sql", path: "p", size: 5))))
    #expect(basis.isOther(Self.report(.passed, source: SourceObject(name: "shop-1.sql", path: "p", size: 6))))
    let odd = DrillBasis(Self.report(.passed, source: SourceObject(name: "a[1]*.sql", path: "p")), of: specification)
    specification.filePattern = "a*"
    odd.pin(&specification)
    #expect(specification.filePattern == "a*")
  }

  @Test(arguments: [
    ([DrillResult.Outcome.caught, .caught], "The checks catch all 2 ways to damage this backup."),
    (
      [.caught, .missed, .missed, .notApplicable],
      "Of 3 ways to damage this backup the checks catch 1; 2 are missed."
    ),
    (
      [.caught, .untold, .warned, .missed],
      "Of 4 ways to damage this backup the checks catch 1; 1 ends as “could not tell”, 1 gives a warning only, 1 is missed."
    ),
    ([], "No damage was tried."),
  ])
  func `the sum is one sentence`(_ outcomes: [DrillResult.Outcome], _ sentence: String) {
    #expect(DrillTally(outcomes.map(Self.result)).sentence == sentence)
  }

  private static func result(_ outcome: DrillResult.Outcome) -> DrillResult {
    var result = DrillResult(damage: "d")
    result.outcome = outcome
    return result
  }

  @Test func `hostile names stay on their line, and no line is too long`() {
    var result = Self.result(.missed)
    result.damage = "all rows of \u{1B}[31m" + String(repeating: "w", count: 100)
    result.otherwise = "o\u{7}"
    let text = DrillReport([result]).text()
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
