import Foundation
import GRDB
import ProofbackCore
import ProofbackTestSupport
import Synchronization
import Testing

@testable import ProofbackStore

/// No list reads the runs of the past: SQLite's own plan of each statement says so.
@Suite struct QueryPlanTests {
  private final class Statements: Sendable {
    let all = Mutex<[String]>([])
    func add(_ text: String) { all.withLock { $0.append(text) } }
  }

  /// Makes calls on a state, and gives back the plan's lines of all statements that they led to.
  private func plans(_ calls: (StateDatabase, StoreKit) throws -> Void) throws -> [(statement: String, plan: String)] {
    let kit = try StoreKit()
    let ada = try kit.manager()
    let schedule = try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/srv/shop"), ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"),
      .forEver, by: kit.actor(ada))
    _ = try kit.schedules.fireDue(now: try #require(schedule.next), limit: 10)
    let statements = Statements()
    let database = try StateDatabase(path: kit.folder + "/state.sqlite", trace: { statements.add($0) })
    statements.all.withLock { $0.removeAll() }
    try calls(database, kit)
    let wanted = statements.all.withLock { $0 }.filter { $0.contains(/^(SELECT|UPDATE|DELETE|INSERT)/) }
    #expect(!wanted.isEmpty)
    return try kit.database.pool.writeWithoutTransaction { database in
      try wanted.flatMap { statement in
        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)").map { (statement, $0["detail"] as String) }
      }
    }
  }

  /// What would read more of a table of runs than its answer needs.
  private func isTooMuch(_ plan: String) -> Bool {
    if plan.contains("USE TEMP B-TREE") || plan.hasPrefix("MULTI-INDEX OR") { return true }
    guard let table = plan.firstMatch(of: /^SCAN (\w+)(?! USING INDEX| VIRTUAL)/)?.output.1 else { return false }
    return ["run", "runLog", "runReport", "other", "each"].contains(table)
  }

  private func tooMuch(_ plans: [(statement: String, plan: String)]) -> [String] {
    plans.filter { isTooMuch($0.plan) }.map { "\($0.plan): \($0.statement)" }
  }

  private static let filters: [RunFilter] = {
    var filters = [RunFilter()]
    func add(_ change: (inout RunFilter) -> Void) {
      var filter = RunFilter()
      change(&filter)
      filters.append(filter)
    }
    add { $0.text = "shop" }
    add { $0.outcomes = [.failed] }
    add { $0.type = "mysql" }
    add { $0.restoreTest = "abc" }
    add {
      $0.from = Date(timeIntervalSince1970: 0)
      $0.until = Date()
    }
    add {
      $0.restoreTest = "abc"
      $0.from = Date(timeIntervalSince1970: 0)
    }
    add {
      $0.text = "shop"
      $0.outcomes = [.failed, .passed]
      $0.type = "mysql"
      $0.until = Date()
      $0.restoreTest = "abc"
    }
    return filters
  }()

  @Test func `pages of runs, with any filter and in both directions, read only what they show`() throws {
    let plans = try plans { database, _ in
      let runs = Runs(database)
      for filter in Self.filters {
        for position in [RunPosition.newest, .older(than: RunPlace(number: 9)), .newer(than: RunPlace(number: 9))] {
          _ = try runs.page(filter, position, limit: 50)
        }
        _ = try runs.count(filter, most: 10_001)
      }
    }
    #expect(tooMuch(plans).isEmpty)
  }

  @Test func `home, schedules, a run and its log do not read other runs`() throws {
    let plans = try plans { database, kit in
      let runs = Runs(database)
      _ = try runs.tally(provenSince: kit.noon, byHandSince: kit.noon)
      _ = try runs.schedules(skipping: 0, limit: 50)
      let first = try #require(try runs.schedules(after: nil, limit: 50).first)
      #expect(try runs.schedules(after: first.schedule.id, limit: 50).isEmpty)
      _ = try runs.unfinished(limit: 20)
      _ = try runs.newest(before: nil, limit: 10)
      _ = try runs.newest(of: "abc", limit: 100)
      _ = try runs.standing(of: "abc")
      let run = try #require(try runs.unfinished(limit: 1).first)
      #expect(try !runs.canDismiss(run.id, byHandSince: kit.noon))
      #expect(try !runs.dismiss(run.id, byHandSince: kit.noon, by: kit.actor(try #require(kit.people.all().first))))
      _ = try runs.statistics()
      _ = try runs.run("abc")
      _ = try runs.report("abc")
      _ = try runs.lines("abc", after: 0, limit: 500)
      _ = try Schedules(database).schedule("abc")
    }
    #expect(tooMuch(plans).isEmpty)
  }

  @Test func `a list of schedules and what is counted for metrics take as many statements for many as for one`()
    throws
  {
    func count(_ schedules: Int) throws -> [Int] {
      let kit = try StoreKit()
      let ada = try kit.manager()
      for number in 0..<schedules {
        _ = try kit.schedules.add(
          name: "shop \(number)", RestoreTestDefinition(location: "/srv/shop"),
          ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC"), .forEver, by: kit.actor(ada))
      }
      let statements = Statements()
      let database = try StateDatabase(path: kit.folder + "/state.sqlite", trace: { statements.add($0) })
      func statementsOf(_ work: (StateDatabase) throws -> Void) throws -> Int {
        statements.all.withLock { $0.removeAll() }
        try work(database)
        return statements.all.withLock { $0 }.count { $0.hasPrefix("SELECT") }
      }
      return [
        try statementsOf { database in
          let listed = try Runs(database).schedules(after: nil, limit: 50)
          #expect(listed.count == min(50, schedules))
        },
        try statementsOf { database in
          let counted = try Runs(database).statistics()
          #expect(counted.proofs.count == schedules)
        },
      ]
    }
    let (one, many) = (try count(1), try count(60))
    #expect(one.allSatisfy { $0 > 0 } && many == one)
  }

  @Test func `what needs somebody is sorted from the standings alone`() throws {
    let plans = try plans { database, kit in _ = try Runs(database).needing(byHandSince: kit.noon, limit: 20) }
    #expect(!plans.contains { $0.plan.hasPrefix("SCAN run") })
    #expect(plans.contains { $0.plan.hasPrefix("SEARCH run USING INDEX sqlite_autoindex_run_1") })
  }

  @Test func `scheduler and dispatcher look at what is due, waits and goes on only`() throws {
    let plans = try plans { database, kit in
      let (runs, schedules) = (Runs(database), Schedules(database))
      let due = try #require(try runs.schedules(after: nil, limit: 1)[0].schedule.next)
      #expect(try schedules.fireDue(now: due, limit: 10) == 1)
      for id in try runs.waiting(limit: 2) { _ = try runs.claim(id, by: "d", now: kit.noon) }
      _ = try runs.cancelled(of: "d")
      _ = try runs.endInterrupted(silence: 1, now: due)
      try runs.beat("d", waitingFor: "", now: kit.noon)
    }
    let others = plans.filter { !$0.statement.contains("FROM schedule") }
    #expect(tooMuch(others).isEmpty)
    #expect(plans.contains { $0.plan.contains("scheduleByNext") })
  }
}
