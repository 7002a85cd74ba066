import Foundation
import ProofbackCore

/// A run and what it is held against.
struct BaselineContext {
  var baseline: Baseline
  var profile: DatabaseProfile
  var source: SourceObject?
  var dumpedAt: Date?
  var asOf: Date
  var volatileTables: [String]
  var tolerances: [Tolerance: Double]
  /// What the DBMS calls a table and what is in it.
  var tableWord = "table"
  var rowWord = "row"

  var before: DatabaseProfile { baseline.newest.profile }
  /// Between both runs.
  var seconds: Double { asOf.timeIntervalSince(baseline.newest.asOf) }

  func tolerance(_ tolerance: Tolerance) -> Double { tolerances[tolerance] ?? tolerance.byDefault }

  /// The line that says how far it may go, and how to let it go further.
  func evidence(_ tolerance: Tolerance, _ value: Double? = nil) -> String {
    let value = value ?? self.tolerance(tolerance)
    return "tolerated: \(Share.text(value)) (\(tolerance.rawValue)); held against the run of \(runText)"
  }

  var runText: String { baseline.newest.asOf.ISO8601Format() }

  func isVolatile(_ table: TableProfile) -> Bool {
    NamePattern.any(of: volatileTables, matches: table.name, or: table.text)
  }

  /// The same with the profile's database called as it was in the baseline, when both have only one: dumps without a name
  /// go to a database of our own.
  var aligned: BaselineContext {
    guard before.databases.count == 1, profile.databases.count == 1, let then = before.databases.first,
      let now = profile.databases.first, then != now
    else { return self }
    func renamed(_ name: String) -> String {
      if now.isEmpty { return name.isEmpty ? then : "\(then).\(name)" }
      guard name == now || name.hasPrefix(now + ".") else { return name }
      let rest = name.dropFirst(now.count + (name == now ? 0 : 1))
      return then.isEmpty || rest.isEmpty ? then + rest : "\(then).\(rest)"
    }
    var result = self
    for index in profile.tables.indices {
      result.profile.tables[index].database = renamed(profile.tables[index].database)
    }
    for index in profile.objects.indices {
      result.profile.objects[index].name = renamed(profile.objects[index].name)
      result.profile.objects[index].table = profile.objects[index].table.map(renamed)
    }
    return result
  }

  /// Tables that are in both, in the order of the baseline.
  func pairs() -> [TablePair] {
    let now = Dictionary(profile.tables.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    return before.tables.compactMap { table in
      now[table.text].map { there in
        TablePair(
          before: table, now: there, steps: baseline.steps.compactMap { $0.tables[table.text] },
          isVolatile: isVolatile(table))
      }
    }
  }
}

/// Shares as people read them.
enum Share {
  static func text(_ share: Double) -> String {
    let percent = share * 100
    if percent > 0, percent < 1 { return "\((percent * 10).rounded() / 10) %" }
    return "\(Int(percent.rounded())) %"
  }
}
