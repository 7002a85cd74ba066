import Foundation
public import ProofbackCore

extension Baseline {
  /// The baseline that a passed run leaves: itself as the newest, and what moved since the one before as a step.
  public static func next(after baseline: Baseline?, key: UInt64, _ run: PassedRun) -> Baseline {
    var run = run
    run.profile.references = References.found(in: run.profile.tables)
    for table in run.profile.tables.indices {
      for column in run.profile.tables[table].columns.indices {
        run.profile.tables[table].columns[column].leastHashes = nil
      }
    }
    guard let baseline, baseline.key == key else { return Baseline(key: key, newest: run) }
    return Baseline(key: key, newest: run, steps: Array((baseline.steps + [baseline.step(to: run)]).suffix(mostSteps)))
  }

  private func step(to run: PassedRun) -> BaselineStep {
    let before = Dictionary(newest.profile.tables.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    var tables: [String: TableStep] = [:]
    for now in run.profile.tables {
      guard let then = before[now.text] else { continue }
      let pair = TablePair(before: then, now: now, steps: [], isVolatile: false)
      tables[now.text] = TableStep(
        rowsBefore: then.rows, rowsAfter: now.rows, goneShare: pair.drift.goneShare,
        changedShares: pair.drift.columns.mapValues(\.changedShare).filter { $0.value > 0 },
        hasMoved: StoppedData.hasMoved(pair))
    }
    return BaselineStep(asOf: run.asOf, seconds: run.asOf.timeIntervalSince(newest.asOf), tables: tables)
  }
}
