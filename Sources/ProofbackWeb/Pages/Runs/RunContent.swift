import Foundation
import ProofbackCore
import ProofbackServer

/// A run's page: the sentence, why, what next, and everything else.
struct RunContent: Sendable {
  struct FindingRow: Sendable {
    var code: String
    var message: String
    var status: String
    var mark: String
    var hint: String?
    var evidence: [String]
    var hasEvidence: Bool

    init(_ finding: Finding) {
      code = finding.code.rawValue
      message = finding.message
      (status, mark) =
        switch finding.status {
        case .ok: ("ok", "proven")
        case .warning: ("warning", "unsure")
        case .failed: ("failed", "bad")
        case .skipped: ("could not check", "unsure")
        }
      hint = finding.hint.isEmpty ? nil : finding.hint
      evidence = finding.evidence
      hasEvidence = !finding.evidence.isEmpty
    }
  }

  struct StageRow: Sendable {
    var name: String
    var time: String
    var bytes: String
  }

  struct TableRow: Sendable {
    var name: String
    var rows: String
    var claimed: String
    var size: String
  }

  struct Fact: Sendable {
    var name: String
    var value: String
  }

  var id: String
  var title: String
  var state: String
  var mark: String
  var word: String
  var sentence: String
  var isLive: Bool
  var isEnded: Bool
  var stage: String
  var hasReport: Bool
  var causeFinding: FindingRow?
  var findings: [FindingRow]
  var hasFindings: Bool
  var ok: [FindingRow]
  var okText: String
  var hasOk: Bool
  var stages: [StageRow]
  var hasStages: Bool
  var tables: [TableRow]
  var hasTables: Bool
  var facts: [Fact]
  var log: String
  var hasLog: Bool

  init(_ run: RunRecord, report: RunReport?, position: RunWatch.Position?, log lines: [LogLine], now: Date) {
    id = run.id
    title = run.title
    state = run.state.rawValue
    let proof = ProofState(run)
    (mark, word) = (proof.mark, proof.word)
    isLive = run.state != .ended
    isEnded = run.state == .ended
    stage = position?.stage?.rawValue ?? run.waitsFor.map { "waits \($0)" } ?? "starts"
    sentence = Self.sentence(run)
    hasReport = report != nil
    let all = report?.findings ?? []
    let cause = all.first { $0.code == report?.cause }
    causeFinding = cause.map(FindingRow.init)
    findings = all.filter { $0.status != .ok && $0 != cause }.map(FindingRow.init)
    hasFindings = !findings.isEmpty
    ok = all.filter { $0.status == .ok }.map(FindingRow.init)
    okText = "\(Quantity.text(ok.count, "check")) found nothing wrong"
    hasOk = !ok.isEmpty
    stages = (report?.stages ?? position?.done ?? []).map(Self.stage)
    hasStages = !stages.isEmpty
    tables = (report?.inventory?.tables ?? []).prefix(1000).map(Self.table)
    hasTables = !tables.isEmpty
    facts = Self.facts(run, report, now)
    log = lines.map { "\($0.at.formatted(.iso8601.time(includingFractionalSeconds: false)))  \($0.text)" }
      .joined(separator: "\n")
    hasLog = !lines.isEmpty
  }

  private static func sentence(_ run: RunRecord) -> String {
    if let sentence = run.sentence { return sentence.prefix(1).uppercased() + sentence.dropFirst() + "." }
    return run.state == .waiting ? "This run waits for its turn." : "This backup is being restored."
  }

  private static func stage(_ record: StageRecord) -> StageRow {
    StageRow(
      name: record.name.rawValue, time: Quantity.text(seconds: record.seconds),
      bytes: Quantity.text(bytes: record.bytes))
  }

  private static func table(_ table: TableInventory) -> TableRow {
    TableRow(
      name: "\(table.database).\(table.name)",
      rows: (table.rows ?? table.sampledRows).map { Quantity.text(count: $0) } ?? "",
      claimed: table.claimedRows.map { Quantity.text(count: $0) } ?? "", size: Quantity.text(bytes: table.bytes))
  }

  private static func facts(_ run: RunRecord, _ report: RunReport?, _ now: Date) -> [Fact] {
    var facts = [Fact(name: "Location", value: run.location)]
    if let source = report?.source {
      facts.append(Fact(name: "File", value: source.name + (source.size.map { ", \(Quantity.text(bytes: $0))" } ?? "")))
      if let modified = source.modified { facts.append(Fact(name: "Written", value: Ago.text(modified, now: now))) }
      if let hash = source.sha256 { facts.append(Fact(name: "SHA-256", value: hash)) }
    }
    if let engine = report?.engine {
      facts.append(Fact(name: "Restored into", value: "\(engine.product) \(engine.version)"))
    }
    if let report { facts.append(Fact(name: "Took", value: Quantity.text(seconds: report.seconds))) }
    if let late = run.lateness {
      facts.append(Fact(name: "Late", value: "it began \(Quantity.text(seconds: late)) after its time"))
    }
    facts.append(
      Fact(name: "Asked for", value: "\(Ago.text(run.requested, now: now)) (\(run.requested.ISO8601Format()))"))
    return facts
  }
}
