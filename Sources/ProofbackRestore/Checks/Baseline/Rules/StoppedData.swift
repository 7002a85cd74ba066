import Foundation
import ProofbackCore

/// Sees data that stands still although it always moves: in the data itself, not in the file's date. What comes in a span of
/// time is learned from the same weekdays of the four weeks before, so that a quiet weekend is none. Outside of the corpus: a
/// logical replica whose slot was dropped, dumped every night since.
struct StoppedData: BaselineRule {
  /// So many rows must be sure to have come.
  static let fewestRows = 5.0
  private static let fewestRowsOfTable = 6.0

  func findings(_ context: BaselineContext) -> [Finding] {
    guard context.seconds > 3600 else { return [] }
    let pairs = context.pairs().filter { !$0.isVolatile }
    let alive = pairs.filter { Self.newest($0.before) != nil }
    let moved = alive.filter { Self.hasMoved($0) }
    let expected = Self.expectedRows(pairs, context)
    if moved.isEmpty, expected >= Self.fewestRows || Self.alwaysMoved(alive) {
      return [stopped(alive, expected, context)]
    }
    return alive.filter { !Self.hasMoved($0) }.compactMap { table($0, context) }
  }

  private func stopped(_ tables: [TablePair], _ expected: Double, _ context: BaselineContext) -> Finding {
    let newest = tables.compactMap { Self.newest($0.now) }.max().map { ", \($0.ISO8601Format())" } ?? ""
    return BaselineFindings.stopped.finding(
      "nothing in the data is newer than in the run of \(context.runText), although \(Quantity.text(seconds: context.seconds)) have passed",
      evidence: [
        "newest moment in \(Quantity.text(tables.count, context.tableWord))\(newest)",
        "in the same span of the weeks before came \(Int(expected.rounded())) \(context.rowWord)s or more",
      ])
  }

  private func table(_ table: TablePair, _ context: BaselineContext) -> Finding? {
    guard let before = Self.newest(table.before), let now = Self.newest(table.now), now == before else { return nil }
    let expected = Self.expectedRows(table, context)
    let always = table.steps.count >= 3 && table.steps.allSatisfy(\.hasMoved) && Self.isLongEnough(context)
    guard expected >= Self.fewestRowsOfTable || always else { return nil }
    return BaselineFindings.tableStopped.finding(
      "the newest moment in \(table.name) is still \(now.ISO8601Format()), while others moved on",
      evidence: [
        "held against the run of \(context.runText)",
        always
          ? "it moved in each of the last \(table.steps.count) runs"
          : "in the same span of the weeks before came \(Int(expected.rounded())) \(context.rowWord)s or more",
      ])
  }

  /// As long between both runs as between earlier ones.
  private static func isLongEnough(_ context: BaselineContext) -> Bool {
    context.seconds >= (context.baseline.steps.map(\.seconds).max() ?? 0) * 0.8
  }

  private static func alwaysMoved(_ tables: [TablePair]) -> Bool {
    let steps = tables.map(\.steps).filter { $0.count >= 3 }
    return steps.contains { $0.allSatisfy(\.hasMoved) }
  }

  static func newest(_ table: TableProfile) -> Date? { table.columns.compactMap(\.newest).max() }

  static func hasMoved(_ table: TablePair) -> Bool {
    guard let before = newest(table.before), let now = newest(table.now) else { return false }
    return now > before
  }

  static func expectedRows(_ tables: [TablePair], _ context: BaselineContext) -> Double {
    tables.filter { !$0.isVolatile }.reduce(0) { $0 + expectedRows($1, context) }
  }

  /// The fewest rows that came in the same span of one of the four weeks before, as far as the table's rows reach back; 0
  /// where it was not alive.
  static func expectedRows(_ table: TablePair, _ context: BaselineContext) -> Double {
    guard let newest = newest(table.before),
      let column = table.before.columns.first(where: { $0.newest == newest }),
      Self.wasAlive(newest, at: context.baseline.newest.asOf)
    else { return 0 }
    let days = min(28, context.seconds / 86400)
    let last = Int(newest.timeIntervalSince1970) / 86400
    let recent = column.days.values.reduce(0, +)
    let isAllRecent = recent >= column.months.values.reduce(0, +)
    // Of sessions there are none from before they expire.
    let first = isAllRecent ? column.days.keys.min() ?? 0 : Int.min
    return (1...4).filter { last + 1 - 7 * $0 - Int(days) > first }
      .map { week in span(column, from: last + 1 - 7 * week, days) }.min() ?? 0
  }

  /// Whether a table was written to lately. A moment that was still to come says nothing of when it was written; local times
  /// are up to 14 hours ahead of UTC.
  private static func wasAlive(_ newest: Date, at time: Date) -> Bool {
    let age = time.timeIntervalSince(newest)
    return age < 3 * 86400 && age > -15 * 3600
  }

  /// Rows of `days` days, part of the last one; whole weeks are shifted as one.
  private static func span(_ column: ColumnProfile, from first: Int, _ days: Double) -> Double {
    let whole = Int(days)
    let shift = max(0, (whole - 1) / 7 * 7)
    var sum = 0.0
    for day in 0..<whole { sum += Double(column.days[first - shift + day] ?? 0) }
    return sum + Double(column.days[first - shift + whole] ?? 0) * (days - Double(whole))
  }
}

/// Sees data that is older than it was. Outside of the corpus: a restore test's folder into which somebody copied last
/// quarter's archive, with today's date.
struct NewestRowsLost: TableRule {
  /// So many rows must have come after what is the newest now.
  private static let fewest: UInt64 = 3

  func findings(_ table: TablePair, _ context: BaselineContext) -> [Finding] {
    guard table.now.rows > 0, !table.livesBriefly(at: context.baseline.newest.asOf) else { return [] }
    for column in table.columns {
      guard let before = column.before.newest, let now = column.now.newest, before.timeIntervalSince(now) > 3600 else {
        continue
      }
      let day = Int(now.timeIntervalSince1970) / 86400
      let gone = column.before.days.reduce(UInt64(0)) { $1.key > day ? $0 + $1.value : $0 }
      // A day that is not over holds both.
      guard gone >= Self.fewest else { continue }
      return [
        BaselineFindings.newestLost.finding(
          "the newest moment in \(table.name).\(column.name) is \(now.ISO8601Format()), it was \(before.ISO8601Format())",
          evidence: [
            "\(Quantity.text(Int(clamping: gone), context.rowWord)) of the days after it are gone",
            "held against the run of \(context.runText)",
          ])
      ]
    }
    return []
  }
}
