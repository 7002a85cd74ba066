import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// The list of all runs: filters, words and pages.
@Suite struct RunPageTests {
  private func end(
    _ kit: StoreKit, _ location: String, _ definition: FindingDefinition, _ message: String, at: Date, by: Person
  ) throws -> String {
    var wanted = RestoreTestDefinition(location: location)
    wanted.type = DatabaseType(rawValue: location.hasSuffix(".archive") ? "mongodb" : "mariadb")
    let title = String(location.split(separator: "/").last ?? "")
    let run = try kit.runs.request(
      wanted, title: title, restoreTest: nil, by: Actor(person: by.id, at: at, address: ""))
    _ = try kit.runs.claim(run.id, by: "d", now: at)
    try kit.runs.end(run.id, because: definition.finding(message), now: at)
    return run.id
  }

  private func titles(_ kit: StoreKit, _ change: (inout RunFilter) -> Void) throws -> [String] {
    var filter = RunFilter()
    change(&filter)
    let runs = try kit.runs.page(filter, .newest, limit: 50).runs
    #expect(try kit.runs.count(filter, most: 100) == runs.count)
    return runs.map(\.title)
  }

  private func prepared() throws -> StoreKit {
    let kit = try StoreKit()
    let ada = try kit.manager()
    for (day, location) in ["/srv/shop.sql.gz", "/srv/Börse.sql", "/mnt/logs.archive"].enumerated() {
      _ = try end(
        kit, location, ServerFindings.internalError, day == 1 ? "the disk is full" : "no worker",
        at: kit.noon.addingTimeInterval(Double(day) * 86_400), by: ada)
    }
    _ = try kit.runs.request(
      RestoreTestDefinition(location: "/srv/waits.sql"), title: "waits.sql", restoreTest: nil, by: kit.actor(ada))
    return kit
  }

  @Test func `words find runs by name, location, sentence and cause, in any case and with any accent`() throws {
    let kit = try prepared()
    #expect(try titles(kit) { $0.text = "SHOP" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "shop.sql" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "sql.shop" }.isEmpty)
    #expect(try titles(kit) { $0.text = "borse" } == ["Börse.sql"])
    #expect(try titles(kit) { $0.text = "disk srv" } == ["Börse.sql"])
    #expect(try titles(kit) { $0.text = "server.internal-error mnt" } == ["logs.archive"])
    #expect(try titles(kit) { $0.text = "sho*" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "sho" }.isEmpty)
  }

  @Test func `beginnings find the words that begin so, also when those are many`() throws {
    let kit = try prepared()
    let every = ["waits.sql", "logs.archive", "Börse.sql", "shop.sql.gz"]
    #expect(try titles(kit) { $0.text = "SHO*" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "Bör*" } == ["Börse.sql"])
    #expect(try titles(kit) { $0.text = "BOR*" } == ["Börse.sql"])
    #expect(try titles(kit) { $0.text = "shop.sq*" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "sql* sho*" } == ["shop.sql.gz"])
    #expect(try titles(kit) { $0.text = "sql* nothin*" }.isEmpty)
    // Words that only the filters know, and a word behind which the index has no other.
    #expect(try titles(kit) { $0.text = "sinc* tmar*" }.isEmpty)
    #expect(try titles(kit) { $0.text = "zzz*" }.isEmpty)
    for number in 1000..<1060 {
      _ = try kit.runs.request(
        RestoreTestDefinition(location: "/mnt/many\(number)"), title: "many\(number)", restoreTest: nil,
        by: kit.actor(try #require(try kit.people.all().first)))
    }
    #expect(
      try kit.runs.count(
        {
          var filter = RunFilter()
          filter.text = "man*"
          return filter
        }(), most: 100) == 60)
    #expect(try titles(kit) { $0.text = "many105*" }.count == 10)
    #expect(try titles(kit) { $0.text = "many1030*" } == ["many1030"])
    #expect(Set(try titles(kit) { $0.text = "srv*" }) == Set(every.filter { $0 != "logs.archive" }))
  }

  @Test func `filters hold together`() throws {
    let kit = try prepared()
    #expect(try titles(kit) { $0.outcomes = [.waiting] } == ["waits.sql"])
    #expect(try titles(kit) { $0.outcomes = [.passed] }.isEmpty)
    #expect(
      try titles(kit) {
        $0.outcomes = [.inconclusive]
        $0.type = "mongodb"
      } == ["logs.archive"])
    #expect(try titles(kit) { $0.from = kit.noon.addingTimeInterval(86_400) } == ["logs.archive", "Börse.sql"])
    #expect(
      try titles(kit) {
        $0.from = kit.noon.addingTimeInterval(1)
        $0.until = kit.noon.addingTimeInterval(100_000)
        $0.text = "srv"
      } == ["Börse.sql"])
    #expect(
      try titles(kit) {
        $0.restoreTest = "none"
        $0.text = "srv"
      }.isEmpty)
  }

  @Test func `whatever is typed is only ever words`() throws {
    let kit = try prepared()
    for text in [
      "\"", "\" OR *", "NOT mnt shop", "a AND", "facets : sinconclusive", "sinconclusive", "*", "^shop", "NEAR(",
      "title:shop", "{", "(", "shop\0", "-", "'; DROP TABLE run; --", "+", "\\", "tmariadb",
      String(repeating: "a b ", count: 5000),
    ] {
      let found = try titles(kit) { $0.text = text }
      #expect(found.isEmpty || ["^shop", "shop\0"].contains(text) && found == ["shop.sql.gz"], "\(text)")
    }
  }

  @Test func `pages follow one another there and back, also when many runs came in one moment and new ones come`()
    throws
  {
    let kit = try StoreKit()
    let ada = try kit.manager()
    func request(_ count: Int) throws {
      for number in 0..<count {
        _ = try kit.runs.request(
          RestoreTestDefinition(location: "/srv/\(number)"), title: "x", restoreTest: nil, by: kit.actor(ada))
      }
    }
    try request(25)
    for text in ["", "srv"] {
      var filter = RunFilter()
      filter.text = text
      let all = try kit.runs.page(filter, .newest, limit: 100)
      #expect(Set(all.runs.map(\.id)).count == all.runs.count && all.older == nil && all.newer == nil)
      let first = try kit.runs.page(filter, .newest, limit: 10)
      #expect(first.newer == nil)
      try request(1)
      let second = try kit.runs.page(filter, .older(than: #require(first.older)), limit: 10)
      let third = try kit.runs.page(filter, .older(than: #require(second.older)), limit: 10)
      #expect(third.older == nil)
      #expect((first.runs + second.runs + third.runs).map(\.id) == all.runs.map(\.id))
      let back = try kit.runs.page(filter, .newer(than: #require(third.newer)), limit: 10)
      #expect(back.runs == second.runs && back.newer != nil && back.older != nil)
    }
  }

  @Test func `a count stops at its limit`() throws {
    let kit = try prepared()
    #expect(try kit.runs.count(RunFilter(), most: 3) == 3)
    #expect(try kit.runs.count(RunFilter(), most: 30) == 4)
  }

  @Test func `a waiting run says why it waits, without a word written to it`() throws {
    let kit = try prepared()
    #expect(try kit.runs.unfinished(limit: 10).map(\.waitsFor) == ["for a server that starts it"])
    try kit.runs.beat("d", waitingFor: "for one of 2 runs", now: kit.noon)
    #expect(try kit.runs.unfinished(limit: 10).map(\.waitsFor) == ["for one of 2 runs"])
  }
}
