import ProofbackCore
import ProofbackRestore
import Testing

/// DESIGN's table from cause to verdict, as the judgement applies it.
@Suite struct JudgementTests {
  private func judged(_ findings: [Finding], stopped: Finding? = nil, inventory: Inventory? = Inventory()) -> Judgement
  {
    Judgement(findings: findings, inventory: inventory, depth: .full, stopped: stopped)
  }
  private let truncated = CommonFindings.truncated.finding("the dump ends inside table x")
  private let unreachable = SourceFindings.unreachable.finding("no answer")
  private let cancelled = RunFindings.cancelled.finding("cancelled")

  @Test func withoutBadNewsABackupPasses() {
    let warning = CommonFindings.olderServer.finding("older")
    #expect(judged([warning]).verdict == .passed)
    #expect(judged([warning]).cause == nil)
  }

  @Test func nothingVerifiedIsNeverAPass() {
    #expect(judged([], inventory: nil).verdict == .inconclusive)
  }

  @Test func failedWinsOverInconclusive() {
    let judgement = judged([RunFindings.serverMissing.finding("needs x"), truncated])
    #expect(judgement.verdict == .failed)
    #expect(judgement.cause?.code == CommonFindings.truncated.code)
    #expect(judgement.findings.first == judgement.cause)
  }

  @Test func whatACutStreamShowsSaysNothing() {
    let lost = SourceFindings.connectionLost.finding("gone after 3 MB")
    #expect(judged([lost, truncated]).verdict == .inconclusive)
    #expect(judged([truncated], stopped: cancelled).verdict == .inconclusive)
    #expect(judged([truncated, cancelled], stopped: cancelled).cause?.code == RunFindings.cancelled.code)
  }

  @Test func aForeignStatementStandsAlsoWhenTheRunWasStopped() {
    let foreign = MySQLFindings.foreignStatement.finding("line 3: a command for the client program")
    #expect(judged([foreign, truncated, cancelled], stopped: cancelled).verdict == .failed)
    #expect(judged([foreign, truncated, cancelled], stopped: cancelled).cause == foreign)
  }

  @Test func theOutermostCauseIsTheOne() {
    let flipped = FindingCatalogue.all.first { $0.code.rawValue == "decompress.corrupt" }!.finding(
      "the zstd stream is damaged")
    #expect(judged([flipped, truncated]).cause == flipped)
  }
}
