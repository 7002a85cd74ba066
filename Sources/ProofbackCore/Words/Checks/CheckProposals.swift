import Foundation

/// Checks that earlier passed runs of a restore test suggest: floors for rows, ages of columns that move, objects.
public struct CheckProposals {
  /// So many passed runs must be known.
  public static let runsNeeded = 3
  private static let mostFloors = 10
  private static let mostAges = 5
  private static let mostObjects = 20
  /// Smaller tables go up and down by their nature.
  private static let fewestRows: UInt64 = 10

  private let baseline: Baseline
  private let volatileTables: [String]

  public init(_ baseline: Baseline, volatileTables: [String]) {
    self.baseline = baseline
    self.volatileTables = volatileTables
  }

  /// Passed runs that it was made from.
  public var runs: Int { baseline.steps.count + 1 }

  /// - Parameter existing: what they ask already is not proposed again.
  public func checks(beside existing: [Check]) -> [Check] {
    guard runs >= Self.runsNeeded else { return [] }
    let asked = Set(existing.map(\.question.text))
    var names = Set(existing.map { $0.name.lowercased() })
    return (floors + ages + objects).filter { check in
      !asked.contains(check.question.text) && names.insert(check.name.lowercased()).inserted
    }
  }

  /// Tables that were there in all those runs, the largest first.
  private var tables: [(table: TableProfile, steps: [TableStep])] {
    baseline.newest.profile.tables.compactMap { table in
      let steps = baseline.steps.compactMap { $0.tables[table.text] }
      let isVolatile = NamePattern.any(of: volatileTables, matches: table.name, or: table.text)
      return steps.count == baseline.steps.count && !isVolatile ? (table, steps) : nil
    }.sorted { ($1.table.rows, $0.table.text) < ($0.table.rows, $1.table.text) }
  }

  /// A dump of one database may be restored under any name.
  private func name(_ table: TableProfile) -> String {
    baseline.newest.profile.databases.count > 1 ? table.text : table.name
  }

  /// Half of the fewest rows that a passed run had, rounded down.
  private var floors: [Check] {
    tables.compactMap { table, steps in
      let fewest = steps.reduce(table.rows) { min($0, $1.rowsBefore, $1.rowsAfter) }
      guard fewest >= Self.fewestRows else { return nil }
      return Self.check("rows of \(name(table))", .rows(table: name(table)), ">= \(Self.rounded(fewest / 2))")
    }.prefix(Self.mostFloors).map(\.self)
  }

  /// Two digits are enough for a floor.
  private static func rounded(_ number: UInt64) -> UInt64 {
    var unit: UInt64 = 1
    while number / unit >= 100 { unit *= 10 }
    return number / unit * unit
  }

  /// Twice as old as the newest moment may have become between two runs, in whole days.
  private var ages: [Check] {
    let longest = baseline.steps.map(\.seconds).max() ?? 0
    return tables.compactMap { table, steps in
      guard steps.allSatisfy(\.hasMoved),
        let (column, newest) = table.columns.compactMap({ column in column.newest.map { (column, $0) } })
          .max(by: { $0.1 < $1.1 })
      else { return nil }
      let age = max(baseline.newest.asOf.timeIntervalSince(newest), 0)
      let days = max(1, (2 * (age + longest) / 86_400).rounded(.up))
      // Rows that are as old as this tell by their age nothing of the backup.
      guard days <= 60 else { return nil }
      return Self.check(
        "newest of \(name(table))", .newest(column: "\(name(table)).\(column.name)"), "newer than \(Int(days))d")
    }.prefix(Self.mostAges).map(\.self)
  }

  private static let kinds: Set = ["view", "materialized view", "routine", "function", "procedure", "trigger", "event"]

  private var objects: [Check] {
    baseline.newest.profile.objects.filter { Self.kinds.contains($0.kind) }.prefix(Self.mostObjects).compactMap {
      Self.check("\($0.kind) \($0.name)", .object(kind: $0.kind, name: $0.name), "exists")
    }
  }

  /// Nil where a name can't stand in a check: it has a line feed, say.
  private static func check(_ name: String, _ question: CheckQuestion, _ expectation: String) -> Check? {
    guard let expectation = try? CheckExpectation(expectation) else { return nil }
    let plain = name.replacing(": ", with: " ").replacing("@", with: " ")
    let check = Check(
      plain.count > Check.longestName ? "…" + plain.suffix(Check.longestName - 1) : plain, question, expectation)
    return (try? Check(check.text)) == check ? check : nil
  }
}
