import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// The rules where a scenario would need weeks or luck: learned tolerances, weekdays, small tables, names.
@Suite struct BaselineRulesTests {
  private static let morning = Date(timeIntervalSince1970: 1_773_457_200)  // 2026-03-14T03:00:00Z, a Saturday

  /// A table with `rowsByDay` rows on each day before `morning`, the newest day last.
  private static func table(_ rowsByDay: [Int], name: String = "t", from first: Int = 1) -> TableProfile {
    var sketch = TableSketch(
      ProfilePlan(
        Measuring(key: 9, asOf: morning),
        columns: [
          .init(kind: .number, isKey: true), .init(kind: .time, isKey: false), .init(kind: .text, isKey: false),
        ]))
    var number = first
    for (index, rows) in rowsByDay.enumerated() {
      let day = Int(morning.timeIntervalSince1970) / 86400 - rowsByDay.count + 1 + index
      for row in 0..<rows {
        let civil = Moment.civil(day)
        let time = "\(civil.year)-\(pad(civil.month))-\(pad(civil.date)) 00:\(pad(row % 60)):\(pad(number % 60))"
        for value in ["\(number)", time, "note \(number)"] {
          Array(value.utf8).withUnsafeBytes { sketch.add($0, length: value.utf8.count) }
        }
        sketch.endRow()
        number += 1
      }
    }
    return sketch.finish().named(database: "d", name: name, columns: ["id", "at", "note"])
  }

  private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func codes(
    _ before: [TableProfile], _ now: [TableProfile], days: Double = 1, steps: [BaselineStep] = [],
    volatile: [String] = []
  ) -> [String] {
    var then = DatabaseProfile()
    then.tables = before
    var there = DatabaseProfile()
    there.tables = now
    let run = PassedRun(runID: "r", asOf: morning, source: nil, dumpedAt: nil, profile: then)
    let context = BaselineContext(
      baseline: Baseline(key: 9, newest: run, steps: steps), profile: there, source: nil, dumpedAt: nil,
      asOf: morning.addingTimeInterval(days * 86400), volatileTables: volatile, tolerances: [:])
    return BaselineComparison.findings(context).map(\.code.rawValue)
  }

  @Test func `nobody works at weekends: a Friday's data on Sunday is no news`() {
    // The newest day is the Friday before `morning`, and of the weeks before only weekdays have rows.
    let weeks = (0..<6).flatMap { _ in [0, 12, 12, 12, 12, 12, 0] }.dropLast()
    let table = Self.table(Array(weeks) + [0])
    #expect(Self.codes([table], [table], days: 1.5) == ["baseline.held"])
    #expect(Self.codes([table], [table], days: 4).contains("baseline.stopped"))
  }

  @Test func `a table that was dead already may stay so`() {
    let old = Self.table([9, 9, 9, 9] + Array(repeating: 0, count: 20), name: "old")
    #expect(Self.codes([old], [old], days: 30) == ["baseline.held"])
  }

  @Test func `a table whose newest moment was still to come says nothing by standing still`() {
    let table = Self.table(Array(repeating: 12, count: 40) + [12])
    var ahead = table
    ahead.columns[1].newest = Self.morning.addingTimeInterval(23 * 3600)
    #expect(!Self.codes([ahead], [ahead]).contains("baseline.stopped"))
    #expect(Self.codes([table], [table]).contains("baseline.stopped"))
  }

  @Test func `moments that moved a year ahead are bad, although they moved by whole days`() {
    func moved(_ days: Int) -> TableProfile {
      var sketch = TableSketch(
        ProfilePlan(
          Measuring(key: 9, asOf: Self.morning),
          columns: [.init(kind: .number, isKey: true), .init(kind: .time, isKey: false)]))
      for row in 0..<200 {
        let seconds = Int(Self.morning.timeIntervalSince1970) - row * 90_061 + days * 86400
        let moment = Moment(secondsSince1970: seconds)
        let civil = Moment.civil(moment.day)
        let time =
          "\(civil.year)-\(Self.pad(civil.month))-\(Self.pad(civil.date)) \(Self.pad(moment.second / 3600)):\(Self.pad(moment.second / 60 % 60)):\(Self.pad(moment.second % 60))"
        for value in ["\(row)", time] {
          Array(value.utf8).withUnsafeBytes { sketch.add($0, length: value.utf8.count) }
        }
        sketch.endRow()
      }
      return sketch.finish().named(database: "d", name: "t", columns: ["id", "at"])
    }
    #expect(Self.codes([moved(0)], [moved(365)]).contains("baseline.moments-moved"))
    #expect(Self.codes([moved(-400)], [moved(-407)]).contains("baseline.moments-moved-days"))
  }

  @Test func `files with text in them that became noise of another length are bad`() {
    func files(_ byte: (Int, Int) -> UInt8, _ length: Int) -> TableProfile {
      var sketch = TableSketch(
        ProfilePlan(
          Measuring(key: 9, asOf: Self.morning),
          columns: [.init(kind: .number, isKey: true), .init(kind: .bytes, isKey: false)]))
      for row in 0..<60 {
        Array("\(row)".utf8).withUnsafeBytes { sketch.add($0, length: $0.count) }
        (0..<length).map { byte(row, $0) }.withUnsafeBytes { sketch.add($0, length: $0.count) }
        sketch.endRow()
      }
      return sketch.finish().named(database: "d", name: "t", columns: ["id", "file"])
    }
    let text = Array("<< /Type /Page /Parent 3 0 R >> endobj ".utf8)
    let plain = files({ _, place in text[place % text.count] }, 600)
    var dice = Dice(state: 5)
    let noise = files({ _, _ in UInt8.random(in: 0...255, using: &dice) }, 608)
    #expect(Self.codes([plain], [noise]).contains("baseline.text-to-noise"))
  }

  @Test func `what was lost in earlier runs is tolerated again`() {
    let before = Self.table(Array(repeating: 10, count: 40))
    let now = Self.table(Array(repeating: 10, count: 16) + [30])
    let step = BaselineStep(
      asOf: Self.morning, seconds: 86400,
      tables: ["d.t": TableStep(rowsBefore: 400, rowsAfter: 180, goneShare: 0.5, changedShares: [:], hasMoved: true)])
    #expect(Self.codes([before], [now]).contains("baseline.rows-lost"))
    #expect(!Self.codes([before], [now], steps: [step]).contains("baseline.rows-lost"))
  }

  @Test func `a single database may have another name`() {
    var before = DatabaseProfile()
    before.databases = ["restored"]
    before.tables = [Self.table([5, 5])]
    before.tables[0].database = "restored"
    var now = before
    now.databases = ["shop_copy"]
    now.tables[0].database = "shop_copy"
    let run = PassedRun(runID: "r", asOf: Self.morning, source: nil, dumpedAt: nil, profile: before)
    let context = BaselineContext(
      baseline: Baseline(key: 9, newest: run), profile: now, source: nil, dumpedAt: nil, asOf: Self.morning,
      volatileTables: [], tolerances: [:])
    #expect(BaselineComparison.findings(context).map(\.code.rawValue) == ["baseline.held"])
  }

  @Test(arguments: [
    ("sessions", "sessions", true), ("app.sess*", "app.sessions", true), ("log_??", "log_12", true), ("*", "", true),
    ("log_??", "log_123", false), ("sess", "sessions", false), ("*a*b", "xxaxxb", true), ("*a*b", "xxaxx", false),
  ])
  func `names match patterns whole`(_ pattern: String, _ name: String, _ matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  @Test func `the next baseline keeps no hashes of values, and steps up to a number`() throws {
    let table = Self.table(Array(repeating: 3, count: 30))
    var profile = DatabaseProfile()
    profile.tables = [table]
    var baseline: Baseline?
    for day in 0..<40 {
      let run = PassedRun(
        runID: "r\(day)", asOf: Self.morning.addingTimeInterval(Double(day) * 86400), source: nil, dumpedAt: nil,
        profile: profile)
      baseline = Baseline.next(after: baseline, key: 9, run)
    }
    let made = try #require(baseline)
    #expect(made.steps.count == Baseline.mostSteps)
    #expect(made.newest.profile.tables[0].columns.allSatisfy { $0.leastHashes == nil })
    #expect(try JSONDecoder().decode(Baseline.self, from: JSONEncoder().encode(made)) == made)
  }

  @Test func `a reference that is declared nowhere is found, and its orphans are seen`() {
    let parents = Self.table(Array(repeating: 20, count: 10), name: "parents")
    var child = Self.table(Array(repeating: 20, count: 20), name: "children", from: 50_000)
    child.columns[2] = parents.columns[0]
    child.columns[2].name = "parent"
    child.columns[2].distinct = 150
    let found = References.found(in: [parents, child])
    #expect(found == [Reference(table: "d.children", column: "parent", parent: "d.parents", parentColumn: "id")])
    let fewer = Self.table(Array(repeating: 20, count: 8), name: "parents")
    let share = References.orphanShare(found[0], child, fewer)
    #expect((share?.share ?? 0) > 0.1)
  }

  @Test(arguments: [
    (["rows-lost=30%"], [Tolerance.rowsLost: 0.3]), (["future = 0.5"], [.future: 0.5]), ([], [:]),
  ])
  func `tolerances are read`(_ texts: [String], _ expected: [Tolerance: Double]) throws {
    #expect(try ToleranceText.parse(texts) == expected)
  }

  @Test(arguments: ["rows-lost", "rows-lost=", "rows-lost=130%", "rows-lost=-1", "rows=3%", "rows-lost=nan"])
  func `what is no tolerance is refused`(_ text: String) {
    #expect(throws: ToleranceText.Problem.self) { try ToleranceText.parse([text]) }
  }
}
