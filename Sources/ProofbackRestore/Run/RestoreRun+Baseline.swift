import Foundation
import ProofbackCore

extension RestoreRun {
  /// What came back, held against earlier passed runs.
  func holdAgainstBaseline(_ verification: Verification) {
    guard let profile = verification.profile, control.stopped == nil else { return }
    let before = specification.baseline?.newest.profile.tables ?? []
    for finding in DigestFindings.findings(profile.tables, before: before) { ledger.add(finding) }
    guard specification.profileKey != nil else { return }
    ledger.set(profile: profile)
    guard let baseline = specification.baseline else {
      return ledger.add(
        BaselineFindings.none.finding(
          "no earlier passed run to hold this one against: what changed before the dump can't be seen"))
    }
    let context = BaselineContext(
      baseline: baseline, profile: profile, source: ledger.source, dumpedAt: verification.inventory.dumpedAt,
      asOf: asOf,
      volatileTables: specification.volatileTables, tolerances: specification.tolerances,
      tableWord: verification.inventory.tableWord, rowWord: verification.inventory.rowWord)
    for finding in BaselineComparison.findings(context) { ledger.add(finding) }
  }

  /// A passed run is what the next ones are held against.
  func tellNextBaseline(_ report: RunReport) {
    guard report.verdict == .passed, var profile = ledger.profile, let key = specification.profileKey else { return }
    for table in profile.tables.indices {
      profile.tables[table].sum = nil
      for column in profile.tables[table].columns.indices { profile.tables[table].columns[column].sum = nil }
    }
    var run = PassedRun(
      runID: specification.runID, asOf: asOf, source: ledger.source, dumpedAt: report.inventory?.dumpedAt,
      profile: profile)
    run.answers = ledger.answers.isEmpty ? nil : ledger.answers
    ledger.events.send(.measured(Baseline.next(after: specification.baseline, key: key, run)))
  }

  /// The clock that ages are judged by.
  var asOf: Date { specification.asOf ?? ledger.started }
}
