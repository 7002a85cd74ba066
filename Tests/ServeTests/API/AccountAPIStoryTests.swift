import Foundation
import Testing

/// Who one is, over the API: a token is a login, and its end is logging out.
@Suite struct AccountAPIStoryTests {
  @Test func `US3: a manager's token runs a test restoration and schedules one, as a user's does`() async throws {
    let server = try await SharedServer.ready.value
    for (number, manager) in [server.manager, server.managerRuns].enumerated() {
      let check = try await manager.post("/locations/check", ["location": server.backups + "/good.sql"])
      #expect(check.json["found"] as? Bool == true, "\(check.text)")
      let run = try await manager.post("/runs", ["location": server.backups + "/good.sql"])
      #expect(run.status == 201)
      #expect(try await server.ended(run.id).json["verdict"] as? String == "passed")
      let again = try await manager.post("/runs/\(run.id)/again")
      #expect(try await manager.post("/runs/\(again.id)/cancel").status == 200)
      let made = try await manager.post(
        "/schedules", ["name": "of a manager \(number)", "location": server.backups + "/good.sql"])
      #expect(made.status == 201, "\(made.text)")
      // What one made, another may change: restore tests belong to the team.
      let changed = try await server.user.patch("/schedules/\(made.id)", ["time": "4:00"])
      #expect(changed.json["time"] as? String == "04:00")
      #expect(try await manager.post("/schedules/\(made.id)/pause").json["paused"] != nil)
      #expect(try await manager.post("/schedules/\(made.id)/resume").json["next"] != nil)
      #expect(try await manager.delete("/schedules/\(made.id)").status == 204)
    }
  }

  @Test func `US4: somebody logs in, makes a token, and sees over the API how the backups are`() async throws {
    let server = try await SharedServer.ready.value
    let browser = Browser(server.kit)
    #expect(try await browser.post("/login", ["login": "ben", "password": "not the password"]).status == 422)
    #expect(try await browser.post("/login", ["login": "ben", "password": Browser.password]).location == "/")
    let caller = Caller(origin: server.kit.origin, token: try await browser.token("of US4", "read"))
    let me = try await caller.get("/me")
    #expect(me.json["login"] as? String == "ben" && me.json["role"] as? String == "user")
    #expect((me.json["token"] as? [String: Any])?["scope"] as? String == "read")
    // A pattern of its own: a newer run of the same backup, by another test, would stand for this one.
    let run = try await server.ended(server.user.post("/runs", ["location": server.backups, "file": "bad.s*"]).id)
    let overview = try await caller.get("/overview")
    #expect((overview.json["bad"] as? Int ?? 0) > 0)
    let attention = overview.json["attention"] as? [[String: Any]] ?? []
    #expect(attention.contains { $0["id"] as? String == run.id && $0["cause"] as? String == "dump.truncated" })
    #expect((overview.json["sentence"] as? String)?.contains("in the last 24 hours") == true)
  }

  /// With a server of its own: wrong tokens are slowed by address, and these are soon such.
  @Test func `US5: somebody logs out of the API, and it is closed; a token that only reads ends no other`() async throws
  {
    let kit = try ServeKit()
    let browser = try await Browser.manager(kit)
    let reads = Caller(origin: kit.origin, token: try await browser.token("reads", "read"))
    let runs = Caller(origin: kit.origin, token: try await browser.token("runs", "run"))
    let listed = try await reads.get("/me/tokens")
    #expect(!listed.text.contains("proofback_"))
    func id(_ name: String) throws -> String {
      try #require(listed.items.first { $0["name"] as? String == name }?["id"] as? String)
    }
    let refused = try await reads.delete("/me/tokens/\(id("runs"))")
    #expect(refused.status == 403 && refused.headers["www-authenticate"]?.contains("scope=\"run\"") == true)
    let own = try #require(try await reads.get("/me").json["token"] as? [String: Any])
    #expect(try own["id"] as? String == id("reads"))
    #expect(try await reads.delete("/me/tokens/\(id("reads"))").status == 204)
    for path in ["/me", "/overview"] {
      let answer = try await reads.get(path)
      #expect(answer.status == 401 && answer.headers["www-authenticate"]?.contains("invalid_token") == true, "\(path)")
    }
    #expect(try await runs.get("/me/tokens").items.compactMap { $0["name"] as? String } == ["runs"])
    let another = try await Browser.user(kit, addedBy: browser).token("of another", "run")
    let other = try await Caller(origin: kit.origin, token: another).delete("/me/tokens/\(id("runs"))")
    #expect(other.status == 404)
    #expect(try await runs.delete("/me/tokens/\(id("runs"))").status == 204)
    #expect(try await runs.post("/runs", ["location": "/x"]).status == 401)
    // The browser's login is another one, and goes on.
    #expect(try await browser.get("/").status == 200)
  }
}
