import Foundation
import Testing

/// Checks of one's own of a restore test: set, proposed, accepted.
@Suite struct CheckStoryTests {
  private static func write(_ file: String, day: Int) throws {
    let rows = (1...(60 + day)).map { "(\($0),'2026-03-\(String(format: "%02d", 1 + $0 % (10 + day))) 10:00:00')" }
    let dump = """
      CREATE TABLE `flights` (`id` int PRIMARY KEY, `landed` datetime);
      INSERT INTO `flights` VALUES \(rows.joined(separator: ","));
      CREATE VIEW `latest` AS SELECT max(landed) AS landed FROM flights;

      """
    try dump.write(toFile: file, atomically: true, encoding: .utf8)
  }

  @Test func `three passed runs propose checks, which a click and a request take over`() async throws {
    let server = try await SharedServer.ready.value
    let file = server.backups + "/flights.sql"
    try Self.write(file, day: 1)
    let schedule = try await server.user.post("/schedules", ["name": "flights", "location": file])
    let path = "/schedules/\(schedule.id)"
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    func run() async throws -> Caller.Answer { try await server.ended(server.user.post(path + "/run").id) }
    func proposed() async throws -> [String] {
      try await server.user.get(path + "/proposed-checks").json["checks"] as? [String] ?? []
    }
    #expect(try await proposed().isEmpty)
    #expect(try await ben.get(path + "/checks").text.contains("It has passed 0 times since its baseline began."))
    for day in 1...3 {
      try Self.write(file, day: day)
      let ended = try await run()
      #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)")
    }
    let all = try await proposed()
    #expect(all.contains("rows of flights: rows of flights => >= 30"), "\(all)")
    #expect(all.contains { $0.contains("object view") && $0.contains("latest") }, "\(all)")

    // A click takes over what is ticked.
    let page = try await ben.get(path + "/checks").text
    #expect(page.contains("rows of flights") && page.contains("&gt;= 30"), "\(page)")
    _ = try await ben.post(
      path + "/checks", ["check-0": "rows of flights: rows of flights => >= 30", "check-9": "x: SELECT 1 => = 1"])
    var own = try await server.user.get(path).json["checks"] as? [String]
    #expect(own == ["rows of flights: rows of flights => >= 30"], "what is not proposed is not taken over")
    // A request takes over the rest, and refuses what nobody proposed.
    #expect(try await server.userReads.post(path + "/proposed-checks", ["checks": all]).status == 403)
    let refused = try await server.user.post(path + "/proposed-checks", ["checks": ["x: SELECT 1 => = 1"]])
    #expect(refused.facts == ["checks: 'x: SELECT 1 => = 1' is not proposed"], "\(refused.text)")
    let rest = try await server.user.post(path + "/proposed-checks", ["checks": try await proposed()])
    own = rest.json["checks"] as? [String]
    #expect(own.map(Set.init) == Set(all), "\(rest.text)")
    #expect(try await proposed().isEmpty)
    let passed = try await run()
    #expect(passed.json["verdict"] as? String == "passed", "\(passed.text)")

    // What they ask for is missed.
    let before = try await ben.get(path + "/edit").text
    #expect(before.contains("rows of flights: rows of flights =&gt; &gt;= 30"))
    let mine = "landed today: SELECT max(landed) FROM flights => newer than 24h"
    #expect(
      try await server.user.patch(path, ["checks": [mine]]).json["checks"] as? [String] == [
        "landed today: SELECT max(landed) FROM flights => newer than 1d"
      ])
    let failed = try await run()
    #expect(failed.json["cause"] as? String == "check.not-held", "\(failed.text)")
    #expect(try await server.user.patch(path, ["checks": NSNull()]).json["checks"] == nil)
    #expect(try await server.user.delete(path).status == 204)
  }

  @Test(arguments: [
    (["fresh"], "'fresh' is no check"), (["a: rows of x => > 0", "A: rows of y => > 0"], "two checks are named A"),
    (["a: SELECT 1; SELECT 2 => = 1"], "a: the query has more than one statement"),
  ])
  func `what is no check is refused, by the form and the API`(_ checks: [String], _ fact: String) async throws {
    let server = try await SharedServer.ready.value
    let fields: [String: any Sendable] = [
      "name": "unchecked", "location": server.backups + "/good.sql", "checks": checks,
    ]
    #expect(try await server.user.post("/schedules", fields).facts == ["checks: \(fact)"])
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    _ = try await ben.get("/schedules/new")
    let page = try await ben.post(
      "/schedules",
      [
        "name": "unchecked", "location": server.backups + "/good.sql", "frequency": "daily", "time": "3:00",
        "timeZone": "UTC", "repetition": "ever", "checks": checks.joined(separator: "\r\n"),
      ])
    #expect(page.status == 422 && page.text.contains(fact.replacing("'", with: "&#39;")), "\(page.text)")
  }
}
