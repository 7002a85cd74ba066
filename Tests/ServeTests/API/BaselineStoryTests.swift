import Foundation
import Testing

/// Runs of a restore test are held against its last passed one.
@Suite struct BaselineStoryTests {
  private static let planted = "Zwingli-planted-77"

  private static func write(_ file: String, moons: Bool) throws {
    let planets = (1...20).map { "(\($0),'\(planted) \($0)')" }.joined(separator: ",")
    let rows = (1...20).map { "(\($0))" }.joined(separator: ",")
    let dump = """
      CREATE TABLE `planets` (`id` int PRIMARY KEY, `name` text);
      CREATE TABLE `moons` (`id` int PRIMARY KEY);
      INSERT INTO `planets` VALUES \(planets);
      \(moons ? "INSERT INTO `moons` VALUES \(rows);" : "")

      """
    try dump.write(toFile: file, atomically: true, encoding: .utf8)
  }

  @Test func `a table that was emptied is bad, until somebody says that it was meant`() async throws {
    let server = try await SharedServer.ready.value
    let file = server.backups + "/baseline.sql"
    try Self.write(file, moons: true)
    let schedule = try await server.user.post("/schedules", ["name": "held against", "location": file])
    let path = "/schedules/\(schedule.id)"
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    func run() async throws -> Caller.Answer { try await server.ended(server.user.post(path + "/run").id) }
    #expect(try await ben.get(path).text.contains("no baseline yet: the next passed run begins one"))

    let first = try await run()
    #expect(first.json["verdict"] as? String == "passed", "\(first.text)")
    let baseline = try await server.user.get(path).json["baseline"] as? [String: Any]
    #expect(baseline?["run"] as? String == first.id && baseline?["tables"] as? Int == 2)
    let page = try await ben.get(path).text
    #expect(page.contains("<a href=\"/runs/\(first.id)\">the run that passed</a>") && page.contains("2 tables"))

    try Self.write(file, moons: false)
    #expect(try await run().json["cause"] as? String == "baseline.emptied")
    let kept = try await server.user.get(path).json["baseline"] as? [String: Any]
    #expect(kept?["run"] as? String == first.id, "a bad run leaves nothing")

    // Nobody without a login may, and no token that only reads.
    #expect(try await Browser(server.kit).post(path + "/baseline", [:]).status == 403)
    #expect(try await server.outsider.delete(path + "/baseline").status == 401)
    #expect(try await server.userReads.delete(path + "/baseline").status == 403)
    _ = try await ben.get(path)
    #expect(try await ben.post(path + "/baseline", [:]).location == path)
    #expect(try await server.user.get(path).json["baseline"] == nil)
    let last = try await run()
    #expect(last.json["verdict"] as? String == "passed", "\(last.text)")
    // A colleague may, as may whoever made it; and where there is none it stays so.
    for _ in 0..<2 { #expect(try await server.managerRuns.delete(path + "/baseline").status == 204) }
    #expect(try await server.user.delete("/schedules/nosuchid/baseline").status == 404)
    let audit = try await server.manager.get("/audit?limit=50").text
    #expect(audit.contains("schedule.new-baseline") || audit.contains("began a new baseline"))
    #expect(try Self.holding(Self.planted, server.kit.folder).isEmpty)
    #expect(try await server.user.delete(path).status == 204)
  }

  /// Files of the state that hold a text.
  private static func holding(_ text: String, _ folder: String) throws -> [String] {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let ofState = files.filter { $0.contains(".sqlite") }
    #expect(!ofState.isEmpty)
    return ofState.filter { name in
      FileManager.default.contents(atPath: folder + "/" + name)?.range(of: Data(text.utf8)) != nil
    }
  }

  @Test func `volatile tables and tolerances are set, shown and refused`() async throws {
    let server = try await SharedServer.ready.value
    let made = try await server.user.post(
      "/schedules",
      [
        "name": "tolerant", "location": server.backups + "/good.sql", "volatileTables": "sessions cache_*,sessions",
        "tolerances": "future=0.05, rows-lost = 30 %",
      ])
    #expect(made.json["volatileTables"] as? String == "sessions, cache_*", "\(made.text)")
    #expect(made.json["tolerances"] as? String == "rows-lost=30%, future=5%")
    let path = "/schedules/\(made.id)"
    let many = (0...50).map { "t\($0)" }.joined(separator: " ")
    for (field, value, fact) in [
      ("volatileTables", many, "they are 51"),
      ("volatileTables", String(repeating: "a", count: 201), "a name has 201 characters"),
      ("tolerances", "rows-lost=130%", "'rows-lost=130%' is no share between 0 % and 100 %"),
    ] {
      #expect(try await server.user.patch(path, [field: value]).facts == ["\(field): \(fact)"])
    }
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    #expect(try await ben.get(path + "/edit").text.contains("name=\"tolerances\" value=\"rows-lost=30%, future=5%\""))
    #expect(try await server.user.delete(path).status == 204)
  }
}
