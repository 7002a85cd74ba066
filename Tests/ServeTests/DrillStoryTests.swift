import Foundation
import ProofbackTestSupport
import Testing

/// A restore test is drilled on a real server: by its button, over the API, by the command line.
@Suite struct DrillStoryTests {
  private static let planted = "Zwingli-planted-78"
  /// Small, and of the type that is restored fastest.
  private static let dump =
    "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE planets(id INTEGER PRIMARY KEY, name TEXT);\n"
    + (1...40).map { "INSERT INTO 'planets' VALUES(\($0),'\(planted) \($0)');\n" }.joined() + "COMMIT;\n"

  private struct Place {
    let kit: ServeKit
    let manager: Browser
    let user: Browser
    let calls: Caller
    let reads: Caller
    let file: String
    /// The schedule's path.
    let path: String

    init(_ content: String) async throws {
      kit = try ServeKit()
      manager = try await Browser.manager(kit)
      user = try await Browser.user(kit, addedBy: manager)
      file = kit.folder + "/backups/<i>planets.sql"
      try content.write(toFile: file, atomically: true, encoding: .utf8)
      _ = try await manager.get("/settings")
      _ = try await manager.post("/settings/paths", ["path": kit.folder + "/backups"])
      calls = Caller(origin: kit.origin, token: try await user.token("runs", "run"))
      reads = Caller(origin: kit.origin, token: try await user.token("reads", "read"))
      let made = try await calls.post("/schedules", ["name": "<b>planets</b>", "location": file])
      path = "/schedules/\(made.id)"
    }

    func ended(_ drill: String) async throws -> Caller.Answer {
      let deadline = Date(timeIntervalSinceNow: 240)
      while Date() < deadline {
        let answer = try await calls.get(drill)
        if answer.json["ended"] != nil { return answer }
        try await Task.sleep(for: .milliseconds(200))
      }
      throw URLError(.timedOut)
    }
  }

  @Test func `the button damages the backup in many ways, and the page says what its checks catch`() async throws {
    let place = try await Place(Self.dump)
    let schedule = try await place.user.get(place.path).text
    #expect(schedule.contains("action=\"\(place.path)/drill\""))
    let drill = try #require(try await place.user.post(place.path + "/drill", [:]).location)
    #expect(drill.hasPrefix("/drills/"))
    // Pressed again it leads to the same, and over the API it is a conflict.
    #expect(try await place.user.post(place.path + "/drill", [:]).location == drill)
    #expect(try await place.calls.post(place.path + "/drills").status == 409)
    let live = try await place.user.get(drill).text
    #expect(live.contains("Reload this page to see how it goes on.") && live.contains("/cancel\""))

    let ended = try await place.ended(drill)
    #expect(ended.json["state"] as? String == "ended" && ended.json["stopped"] == nil, "\(ended.text)")
    let results = try #require(ended.json["results"] as? [[String: Any]])
    #expect(results.count > 20 && ended.json["tried"] as? Int == results.count)
    func outcome(_ damage: String) -> String {
      results.first { $0["damage"] as? String == damage }?["outcome"] as? String ?? "?"
    }
    #expect(outcome("only half of it arrived") == "caught", "\(ended.text)")
    #expect(outcome("nothing is in it") == "caught")
    #expect(outcome("one line of it was lost") == "missed")
    #expect(outcome("all rows of the only table, planets, were left out") == "not applicable")
    #expect(outcome("no newer backup came for a month") == "missed")
    let page = try await place.user.get(drill).text
    #expect(page.contains("Of ") && page.contains(" ways to damage this backup the checks catch "))
    #expect(
      page.contains("What to do") && page.contains("there is no baseline yet")
        || page.contains("There is no baseline yet"))
    #expect(page.contains("“Not older than” 26h") && page.contains("Drill again"))
    #expect(page.contains("&lt;b&gt;planets&lt;/b&gt;") && !page.contains("<b>planets"))

    // It is no run: the restore test stands as it stood, and nothing counts it.
    #expect(try await place.user.get(place.path).text.contains("was never proven restorable"))
    #expect(try await place.calls.get("/runs").items.isEmpty)
    #expect(try await place.calls.get(place.path).json["baseline"] == nil)
    let metrics = try await place.reads.get("/metrics").text
    #expect(!metrics.contains(/(?m)^proofback_runs_total\{[^}]*\} [1-9]/))
    // No row of the backup is in the state.
    let state = try Self.bytes(below: place.kit.folder + "/state")
    #expect(state.range(of: Data(Self.planted.utf8)) == nil)
    #expect(try await place.manager.get("/audit").text.contains("asked for a drill"))
  }

  @Test func `a bad backup is not damaged, and the command line says so`() async throws {
    let place = try await Place(String(Self.dump.dropLast(60)))
    try await TemporaryFolder.with("drill-client") { folder in
      let config = folder.path + "/client.json"
      let token = try #require(place.calls.token)
      _ = try await ClientProgram.run(["login", place.kit.origin], config: config, input: token + "\n")
      let none = try await ClientProgram.run(["schedules", "drill", "<b>planets</b>", "--last"], config: config)
      #expect(none.status == 2 && none.errors.contains("it was never drilled"), "\(none)")
      let bad = try await ClientProgram.run(["schedules", "drill", "<b>planets</b>"], config: config)
      #expect(bad.status == 1 && bad.errors.contains("the drill was stopped: the backup as it is: "), "\(bad)")
      let again = try await ClientProgram.run(
        ["schedules", "drill", "<b>planets</b>", "--last", "--format", "json"], config: config)
      #expect(again.status == 1 && again.output == "[\n\n]\n", "\(again)")
      let cancelled = try await ClientProgram.run(
        ["schedules", "drill", "<b>planets</b>", "--cancel"], config: config)
      #expect(cancelled.status == 2 && cancelled.errors.contains("it is not being drilled"), "\(cancelled)")
    }
    let drill = try #require(try await place.calls.get(place.path + "/drills").items.first)
    #expect(drill["verdict"] as? String == "failed")
    let page = try await place.user.get("/drills/\(drill["id"] as? String ?? "")").text
    #expect(page.contains("Nothing was damaged: this drill was stopped."))
  }

  @Test func `US7.8: over the API whoever may run it may drill it, also over a crash of the server, and cancel it`()
    async throws
  {
    let place = try await Place(Self.dump)
    #expect(try await place.reads.post(place.path + "/drills").status == 403)
    #expect(try await Caller(origin: place.kit.origin, token: nil).post(place.path + "/drills").status == 401)
    #expect(try await Browser(place.kit).post(place.path + "/drill", [:]).status == 403)
    let made = try await place.calls.post(place.path + "/drills")
    #expect(made.status == 201 && made.headers["location"] == "/api/v1/drills/\(made.id)", "\(made.text)")
    func tried() async throws -> Int {
      try await place.calls.get("/drills/\(made.id)").json["tried"] as? Int ?? 0
    }
    while try await tried() < 2 { try await Task.sleep(for: .milliseconds(50)) }
    place.kit.kill()
    try await place.kit.start()
    let before = try await tried()
    #expect(before >= 2)
    let deadline = Date(timeIntervalSinceNow: 120)
    while try await tried() <= before, Date() < deadline { try await Task.sleep(for: .milliseconds(100)) }
    #expect(try await tried() > before)
    #expect(try await place.ended("/drills/\(made.id)").json["state"] as? String == "ended")
    // A manager may end one, too.
    let other = try await place.calls.post(place.path + "/drills")
    _ = try await place.manager.get("/drills/\(other.id)")
    #expect(try await place.manager.post("/drills/\(other.id)/cancel", [:]).location == "/drills/\(other.id)")
    let ended = try await place.ended("/drills/\(other.id)")
    #expect(ended.json["state"] as? String == "cancelled")
    #expect(try await place.calls.post("/drills/\(other.id)/cancel").status == 200)
    let page = try await place.user.get("/drills/\(other.id)").text
    #expect(page.contains("data-state=\"cancelled\""))
  }

  private static func bytes(below folder: String) throws -> Data {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.contains(".sqlite") }.reduce(Data()) {
      $0 + (FileManager.default.contents(atPath: folder + "/" + $1) ?? Data())
    }
  }
}
