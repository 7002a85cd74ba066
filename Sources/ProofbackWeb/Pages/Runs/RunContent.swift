import Foundation
import ProofbackCore
import ProofbackServer

/// What a run's page is made from.
struct RunMaterial: Sendable {
  var run: RunRecord
  var report: RunReport?
  var position: RunWatch.Position?
  /// Ended runs of the same restore test before it, the newest first.
  var past: [RunRecord]
  /// What it belongs to, while there is one.
  var schedule: Schedule?
  /// Who asked for it; nil: its schedule did.
  var asker: String?
  /// The pattern by which the file was found.
  var pattern: String?
  /// The last passed one of them.
  var proof: (run: RunRecord, report: RunReport)?
  /// It is among what needs somebody, and was asked for by hand.
  var canDismiss: Bool
  var now: Date
}

/// A run's page: the sentence, why, what next, and everything else.
struct RunContent: Sendable {
  struct Fact: Sendable {
    var name: String
    var value: String
  }

  var id: String
  var title: String
  /// Address of the schedule.
  var schedule: String?
  var state: String
  var mark: String
  var word: String
  var sentence: String
  var isLive: Bool
  var isRunning: Bool
  /// What can be done with one that has ended; on paper nothing can be pressed.
  var hasButtons: Bool
  var canDismiss: Bool
  var track: [TrackStep]
  var stage: String
  var left: String
  var started: String
  var expected: String
  var hasReport: Bool
  var causeFinding: FindingRow?
  var findings: [FindingRow]
  var hasFindings: Bool
  var ok: [FindingRow]
  var okText: String
  var hasOk: Bool
  var hasFindingList: Bool
  var stages: [StageRow]
  var hasStages: Bool
  var tables: [TableRow]
  var hasTables: Bool
  var tablesText: String
  var proof: Moment?
  var proofID: String
  var when: Moment
  /// Runs that try it again, or that it tries again.
  var again: String?
  var repeats: String?
  var facts: [Fact]
  var log: RunLogContent
  /// On paper nothing is folded.
  var isReport: Bool

  init(_ material: RunMaterial, log: RunLogContent, isReport: Bool = false) {
    let (run, report, now) = (material.run, material.report, material.now)
    let row = CurrentRow(run, position: material.position, past: material.past, now: now)
    id = run.id
    title = UntrustedText.line(run.title, limit: 120)
    schedule = material.schedule.map { "/schedules/\($0.id)" }
    state = run.state.rawValue
    let proof = ProofState(run)
    (mark, word) = (proof.mark, proof.word)
    (isLive, isRunning) = (run.state != .ended, run.state == .running)
    hasButtons = run.state == .ended && !isReport
    canDismiss = material.canDismiss
    self.isReport = isReport
    track = TrackStep.all(material.position)
    stage = run.state == .waiting && !row.stage.isEmpty ? "waits \(row.stage)" : row.stage
    (left, started, expected) = (row.left, row.started, row.expected)
    sentence = Self.sentence(run)
    hasReport = report != nil
    let all = report?.findings ?? []
    let cause = all.first { $0.code == report?.cause }
    causeFinding = cause.map { FindingRow($0) } ?? FindingRow(endOf: run)
    findings = FindingRow.byWeight(all.filter { $0 != cause })
    hasFindings = !findings.isEmpty
    ok = all.filter { $0.status == .ok }.map(FindingRow.init)
    okText = "\(Quantity.text(ok.count, "check")) found nothing wrong"
    hasOk = !ok.isEmpty
    hasFindingList = hasOk || hasFindings
    stages = StageRow.all(report?.stages ?? material.position?.done ?? [])
    hasStages = !stages.isEmpty
    tables = TableRow.all(report?.inventory, against: material.proof?.report.inventory)
    hasTables = !tables.isEmpty
    tablesText = Self.tablesText(report?.inventory)
    self.proof = material.proof.map { Moment($0.run.ended ?? $0.run.requested, now: now) }
    proofID = material.proof?.run.id ?? ""
    when = Moment(run.ended ?? run.started ?? run.requested, now: now)
    (again, repeats) = (run.again, run.repeats)
    facts = RunFacts.all(material, onPaper: isReport)
    self.log = log
  }

  private static func sentence(_ run: RunRecord) -> String {
    if let sentence = run.sentence {
      return sentence.prefix(1).uppercased() + sentence.dropFirst() + (sentence.hasSuffix(".") ? "" : ".")
    }
    return run.state == .waiting ? "This run waits for its turn." : "This backup is being restored."
  }

  private static func tablesText(_ inventory: Inventory?) -> String {
    guard let inventory else { return "" }
    let counts = [
      (inventory.tables.count, inventory.tableWord), (inventory.views.count, "view"),
      (inventory.routines.count, "routine"), (inventory.triggers.count, "trigger"), (inventory.events.count, "event"),
    ].filter { $0.0 > 0 }.map { Quantity.text($0.0, $0.1) }
    let rows =
      "\(Quantity.text(Int(clamping: inventory.rowsRead), inventory.rowWord)), \(Quantity.text(bytes: inventory.bytes))"
    let cut =
      inventory.tables.count > TableRow.most
      ? "; \(Quantity.text(count: UInt64(TableRow.most))) are shown, all are in the JSON" : ""
    return "\(counts.joined(separator: ", ")); \(rows)\(cut)"
  }
}
