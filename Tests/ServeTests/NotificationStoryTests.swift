import Foundation
import ProofbackTestSupport
import Testing

/// From a channel's form to the message in somebody's hands, over HTTP, with a real restoration and real receivers.
@Suite(.serialized) struct NotificationStoryTests {
  private static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3"

  private func prepared(_ kit: ServeKit) async throws -> Browser {
    let manager = try await Browser.manager(kit)
    try Self.dump.write(toFile: kit.folder + "/backups/bad.sql", atomically: true, encoding: .utf8)
    _ = try await manager.get("/settings")
    #expect(try await manager.post("/settings/paths", ["path": kit.folder + "/backups"]).status == 303)
    return manager
  }

  private static func mail(_ port: Int) -> [String: String] {
    [
      "kind": "mail", "name": "ops", "to": "ops@example.com", "from": "proofback@example.com", "host": "127.0.0.1",
      "port": String(port), "security": "none",
    ]
  }

  private func schedule(_ kit: ServeKit, _ more: [String: String] = [:]) -> [String: String] {
    let location = more["location"] ?? kit.folder + "/backups/bad.sql"
    // As if its form had come back with what the location holds.
    return [
      "location": location, "checked": "\n\(location)\n", "name": "nightly", "frequency": "daily", "time": "3:15",
      "timeZone": "UTC", "repetition": "ever",
    ].merging(more) { $1 }
  }

  /// The channel's id, from the page.
  private func channel(_ page: String) throws -> String {
    String(try #require(page.firstMatch(of: /\/notifications\/([a-z0-9]+)\/test/)).output.1)
  }

  @Test func `US9: a manager sets up a channel and tries it, and a run that fails is told by it`() async throws {
    let kit = try ServeKit()
    let manager = try await prepared(kit)
    let receiver = try await Receiver.mail()
    #expect(try await manager.get("/notifications").text.contains("Nobody is told when a backup is bad"))
    var wrong = Self.mail(receiver.port)
    wrong["host"] = "-x"
    let refused = try await manager.post("/notifications", wrong)
    #expect(refused.status == 422 && refused.text.contains("-x is no host"))
    #expect(refused.text.contains("value=\"ops@example.com\""))
    #expect(try await manager.post("/notifications", Self.mail(receiver.port)).status == 303)
    let page = try await manager.get("/notifications").text
    #expect(page.contains("to ops@example.com by 127.0.0.1:\(receiver.port)"))
    let tested = try await manager.post("/notifications/\(channel(page))/test", [:])
    #expect(tested.text.contains("The test of ops was sent: 127.0.0.1:\(receiver.port) took it."))
    #expect(receiver.items.map { $0["subject"] } == ["test: this is a test of the channel ops"])

    let user = try await Browser.user(kit, addedBy: manager)
    let path = try #require(try await user.post("/schedules", schedule(kit)).location)
    #expect(try await user.get(path).text.contains("by every channel"))
    let run = try #require(try await user.post(path + "/run", [:]).location)
    let mail = try #require(try await receiver.wait(for: 2).last)
    #expect(mail["subject"]?.hasPrefix("bad: bad.sql: ") == true)
    #expect(mail["plain"]?.contains(kit.origin + run) == true)
    #expect(try await manager.get("/notifications").text.contains("The channel works."))
  }

  @Test func `webhooks and heartbeats reach this machine's own network only when a manager allows it`() async throws {
    let kit = try ServeKit()
    let manager = try await prepared(kit)
    let receiver = try await Receiver.web()
    let address = "http://127.0.0.1:\(receiver.port)/in"
    let fields = ["kind": "webhook", "name": "hook", "address": address, "secret": "a secret of some length"]
    let refused = try await manager.post("/notifications", fields)
    #expect(refused.status == 422 && refused.text.contains("lies on this machine&#39;s own network"))
    #expect(refused.text.contains("value=\"\(address)\"") && !refused.text.contains("a secret of some length"))
    let beat = try await manager.post("/schedules", schedule(kit, ["tells": "1", "heartbeat": address]))
    #expect(beat.status == 422 && beat.text.contains("lies on this machine&#39;s own network"))
    #expect(try await manager.post("/settings/hosts", ["host": "127.0.0.1"]).status == 303)
    #expect(try await manager.post("/notifications", fields).status == 303)
    let id = try channel(try await manager.get("/notifications").text)
    #expect(try await manager.post("/notifications/\(id)/test", [:]).text.contains("answered 200"))
    let form = try await manager.get("/notifications?change=\(id)").text
    #expect(form.contains("value=\"\(address)\"") && !form.contains("a secret of some length"))
    try "CREATE TABLE `t` (`id` int);\nINSERT INTO `t` VALUES (1);\n".write(
      toFile: kit.folder + "/backups/good.sql", atomically: true, encoding: .utf8)
    let good = [
      "tells": "1", "tell-recovery": "on", "heartbeat": address, "location": kit.folder + "/backups/good.sql",
    ]
    let path = try #require(try await manager.post("/schedules", schedule(kit, good)).location)
    let edit = try await manager.get(path + "/edit").text
    #expect(edit.contains("name=\"tell-recovery\" checked") && !edit.contains("name=\"tell-failure\" checked"))
    _ = try await manager.post(path + "/run", [:])
    #expect(try await receiver.wait(for: 2).map { $0["method"] } == ["POST", "GET"])
    #expect(try await manager.post("/notifications/\(id)/delete", [:]).status == 303)
    #expect(try await manager.get("/notifications").text.contains("there is no channel yet"))
  }

  @Test(.enabled(if: TestAll.isOn, "waits for a second attempt: make test-all runs it"))
  func `a server that is killed loses no message`() async throws {
    let kit = try ServeKit()
    let manager = try await prepared(kit)
    let gone = try await Receiver.mail()
    await gone.stop()
    #expect(try await manager.post("/notifications", Self.mail(gone.port)).status == 303)
    let path = try #require(try await manager.post("/schedules", schedule(kit)).location)
    _ = try await manager.get("/")
    let run = try #require(try await manager.post(path + "/run", [:]).location)
    while try await !manager.get(run).text.contains("data-state=\"ended\"") {
      try await Task.sleep(for: .milliseconds(50))
    }
    kit.kill()
    let receiver = try await Receiver.mail(port: gone.port)
    try await kit.start()
    let mails = try await receiver.wait(for: 1, seconds: 300)
    #expect(mails.count == 1 && mails[0]["subject"]?.hasPrefix("bad: bad.sql: ") == true)
  }
}
