import Foundation
import ProofbackCore

/// A table as it was and as it came back.
struct TablePair {
  var before: TableProfile
  var now: TableProfile
  /// Of earlier passed runs.
  var steps: [TableStep]
  var isVolatile: Bool
  let drift: SampleDrift

  init(before: TableProfile, now: TableProfile, steps: [TableStep], isVolatile: Bool) {
    self.before = before
    self.now = now
    self.steps = steps
    self.isVolatile = isVolatile
    drift = SampleDrift(before, now)
  }

  var name: String { UntrustedText.line(now.text, limit: 120) }

  var columns: [ColumnPair] {
    let there = Dictionary(now.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return before.columns.compactMap { column in
      there[column.name].map { ColumnPair(before: column, now: $0, drift: drift.columns[column.name]) }
    }
  }

  /// Share of the rows that are fewer, 0 when there are not.
  var lostShare: Double {
    before.rows > now.rows ? Double(before.rows - now.rows) / Double(before.rows) : 0
  }

  /// The most that was lost from one passed run to the next.
  var learnedLoss: Double {
    steps.map { $0.rowsBefore > $0.rowsAfter ? Double($0.rowsBefore - $0.rowsAfter) / Double($0.rowsBefore) : 0 }.max()
      ?? 0
  }

  /// Whether rows come and go by their nature: no moment in any of its columns was older than two weeks, so that it is a
  /// queue, a cache, or what people are logged in with.
  func livesBriefly(at time: Date) -> Bool {
    let first = Int(time.timeIntervalSince1970) / 86400 - 15
    let moments = before.columns.filter { $0.newest != nil && !$0.months.isEmpty }
    return !moments.isEmpty
      && moments.allSatisfy { column in
        let recent = column.days.reduce(UInt64(0)) { $1.key >= first ? $0 + $1.value : $0 }
        return recent >= column.months.values.reduce(0, +)
      }
  }
}

/// A column as it was and as it came back.
struct ColumnPair {
  var before: ColumnProfile
  var now: ColumnProfile
  /// Nil where the table has no key.
  var drift: SampleDrift.Column?

  var name: String { UntrustedText.line(now.name, limit: 120) }
  var isComparable: Bool { before.kind == now.kind }
  /// Share of sampled rows that stayed whose value is another one.
  var changedShare: Double? { drift?.changedShare }
}
