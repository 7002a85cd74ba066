import Foundation
import Testing

/// Dismissing what somebody tested by hand, on home, on the run's page and over the API.
@Suite(.serialized) struct DismissalStoryTests {
  @Test func `a user dismisses bad runs by hand on home, on their page and over the API, and never a schedule's`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    let caller = Caller(origin: kit.origin, token: try await user.token("runs", "run"))
    _ = try await manager.get("/settings")
    #expect(try await manager.post("/settings/paths", ["path": kit.folder + "/backups"]).status == 303)
    func bad(_ name: String) async throws -> String {
      try "CREATE TABLE `p` (`id` int);\nINSERT INTO `p` VALUES (1".write(
        toFile: kit.folder + "/backups/\(name).sql", atomically: true, encoding: .utf8)
      let run = try await caller.post("/runs", ["location": "\(kit.folder)/backups/\(name).sql"])
      #expect(try await caller.get("/runs/\(run.id)/events").text.contains("event: ended"))
      return run.id
    }
    func overview() async throws -> (bad: Int?, attention: [String]) {
      let json = try await caller.get("/overview").json
      let attention = json["attention"] as? [[String: Any]] ?? []
      return (json["bad"] as? Int, attention.compactMap { $0["id"] as? String })
    }
    let (first, second, third) = (try await bad("one"), try await bad("two"), try await bad("three"))
    let schedule = try await caller.post(
      "/schedules", ["name": "nightly", "location": "\(kit.folder)/backups/one.sql"])
    let scheduled = try await caller.post("/schedules/\(schedule.id)/run").id
    #expect(try await caller.get("/runs/\(scheduled)/events").text.contains("event: ended"))
    #expect(try await overview() == (4, [scheduled, third, second, first]))

    let home = try await user.get("/").text
    #expect(home.contains("4 are bad.") && home.contains("action=\"/runs/\(first)/dismiss\""))
    #expect(!home.contains("action=\"/runs/\(scheduled)/dismiss\""))
    #expect(try await user.post("/runs/\(first)/dismiss", [:]).location == "/")
    #expect(try await user.get("/").text.contains("3 are bad."))

    #expect(try await user.get("/runs/\(second)").text.contains("action=\"/runs/\(second)/dismiss\""))
    #expect(try await user.post("/runs/\(second)/dismiss", ["from": "run"]).location == "/runs/\(second)")
    let page = try await user.get("/runs/\(second)").text
    #expect(!page.contains("/dismiss\"") && page.contains("<dt>Dismissed</dt>") && page.contains("be trusted"))

    let dismissed = try await caller.post("/runs/\(third)/dismiss")
    #expect(dismissed.status == 200 && dismissed.json["dismissed"] != nil)
    #expect(dismissed.json["verdict"] as? String == "failed")
    #expect(try await caller.post("/runs/\(third)/dismiss").status == 200)
    let refused = try await caller.post("/runs/\(scheduled)/dismiss")
    #expect(refused.status == 409 && refused.text.contains("stands until another run of it passes"), "\(refused.text)")
    #expect(try await !user.get("/runs/\(scheduled)").text.contains("/dismiss\""))
    #expect(try await overview() == (1, [scheduled]))
    #expect(try await caller.get("/runs?state=failed").items.count == 4)
    #expect(try await manager.get("/audit").text.contains("dismissed a run that needed somebody"))
    let reader = Caller(origin: kit.origin, token: try await user.token("reads", "read"))
    #expect(try await reader.post("/runs/\(third)/dismiss").status == 403)
  }
}
