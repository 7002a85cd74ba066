import Foundation
import ProofbackTestSupport
import Testing

/// From a channel to the mail in somebody's hands, over the API, with a real restoration and a real SMTP server.
@Suite struct NotificationAPIStoryTests {
  @Test func `US9: a channel is added and tried over the API, and tells of a bad restore and of the proof after it`()
    async throws
  {
    let kit = try ServeKit()
    let browser = try await Browser.manager(kit)
    let manager = Caller(origin: kit.origin, token: try await browser.token("manages", "manage"))
    let user = Caller(
      origin: kit.origin, token: try await Browser.user(kit, addedBy: browser).token("runs", "run"))
    let file = kit.folder + "/backups/shop.sql"
    try String(SharedServer.dump.dropLast(12)).write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try await manager.post("/settings/allowed-paths", ["path": kit.folder + "/backups"]).status == 201)

    let receiver = try await Receiver.mail(tls: "starttls", login: ("proofback", "a secret of the mail server"))
    var options = [
      "to": "ops@example.com", "from": "proofback@example.com", "host": "localhost", "port": "\(receiver.port)",
      "security": "starttls", "login": "proofback", "authority": receiver.certificate,
    ]
    func put(_ id: String) async throws -> Caller.Answer {
      let fields: [String: any Sendable] = ["name": "ops", "options": options]
      return try await manager.ask("PUT", "/channels/\(id)", try JSONSerialization.data(withJSONObject: fields))
    }
    options["password"] = "not the secret"
    let channel = try await manager.post("/channels", ["kind": "mail", "name": "ops", "options": options])
    #expect(channel.status == 201, "\(channel.text)")
    let refused = try await manager.post("/channels/\(channel.id)/test")
    #expect(refused.json["delivered"] as? Bool == false && refused.json["message"] != nil, "\(refused.text)")
    options["password"] = "a secret of the mail server"
    #expect(try await put(channel.id).status == 200)
    // Left out it stays.
    options["password"] = nil
    #expect(try await !put(channel.id).text.contains("secret"))
    let tested = try await manager.post("/channels/\(channel.id)/test")
    #expect(tested.json["delivered"] as? Bool == true, "\(tested.text)")
    #expect(receiver.items.map { $0["subject"] } == ["test: this is a test of the channel ops"])

    let choices = try await user.get("/choices").json["channels"] as? [[String: String]]
    #expect(choices == [["id": channel.id, "name": "ops"]])
    let wrong = try await user.post("/schedules", ["name": "x", "location": file, "tellOf": ["doom"]])
    #expect(wrong.facts == ["tellOf: there is no reason doom"])
    let schedule = try await user.post(
      "/schedules",
      ["name": "nightly", "location": file, "tellOf": ["failure", "recovery"], "channels": [channel.id]])
    #expect(schedule.json["tellOf"] as? [String] == ["failure", "recovery"], "\(schedule.text)")
    let bad = try await user.post("/schedules/\(schedule.id)/run")
    let told = try #require(try await receiver.wait(for: 2).last)
    #expect(told["subject"]?.hasPrefix("bad: shop.sql: ") == true)
    #expect(told["plain"]?.contains("\(kit.origin)/runs/\(bad.id)") == true)
    try SharedServer.dump.write(toFile: file, atomically: true, encoding: .utf8)
    let good = try await user.post("/schedules/\(schedule.id)/run")
    let recovered = try #require(try await receiver.wait(for: 3).last)
    #expect(recovered["subject"]?.hasPrefix("proven: shop.sql: restorable again: ") == true)
    #expect(recovered["plain"]?.contains("\(kit.origin)/runs/\(good.id)") == true)
    #expect(try await manager.get("/channels/undelivered").items.isEmpty)
    #expect(try await user.get("/channels").status == 404)
  }
}
