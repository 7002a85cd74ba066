import Foundation
import ProofbackStore
import ProofbackTestSupport
import Testing

/// What managers do on the pages, over the API.
@Suite struct ManagingAPITests {
  @Test func `the audit trail is read in parts, by person and by text, and by managers only`() async throws {
    let server = try await SharedServer.ready.value
    let added = try await server.manager.post(
      "/people", ["login": "fay", "name": "Fay", "password": Browser.password])
    #expect(try await server.manager.delete("/people/\(added.id)").status == 204)
    let page = try await server.manager.get("/audit?text=person.&limit=1")
    let removed = try #require(page.items.first)
    #expect(page.items.count == 1 && removed["at"] != nil && (removed["what"] as? String)?.hasPrefix("person.") == true)
    let seal = try #require(page.json["newest"] as? [String: Any])
    #expect((seal["hash"] as? String)?.count == 64)
    var lines: [[String: Any]] = []
    var next = page.json["next"] as? String
    while let cursor = next, lines.count < 1000 {
      let older = try await server.manager.get("/audit?text=person.&limit=50&cursor=\(cursor)")
      lines += older.items
      next = older.json["next"] as? String
    }
    let numbers = ([removed] + lines).compactMap { $0["number"] as? Int }
    #expect(numbers == numbers.sorted(by: >) && Set(numbers).count == numbers.count)
    let line = try #require(
      lines.first { $0["what"] as? String == "person.added" && $0["about"] as? String == added.id })
    #expect(line["name"] as? String == "Ada")
    let manager = try #require(line["who"] as? String)
    #expect(try await server.manager.get("/audit?person=\(manager)&limit=1").items.count == 1)
    #expect(try await server.manager.get("/audit?person=nobody").items.isEmpty)
    #expect(try await server.manager.get("/audit?text=").facts == ["text: it is empty"])
    #expect(try await server.user.get("/audit").status == 404)
  }

  @Test func `how long runs are kept is set, and refused by name`() async throws {
    let server = try await SharedServer.ready.value
    let before = try #require(try await server.manager.get("/settings").json["retention"] as? [String: Any])
    #expect(before["detailDays"] as? Int == 400 && before["runDays"] == nil)
    func put(_ fields: [String: any Sendable]) async throws -> Caller.Answer {
      try await server.manager.ask(
        "PUT", "/settings/retention", try JSONSerialization.data(withJSONObject: fields))
    }
    let kept = try await put(["detailDays": 30, "runDays": 60]).json["retention"] as? [String: Int]
    #expect(kept == ["detailDays": 30, "runDays": 60])
    #expect(try await put(["detailDays": 0]).facts == ["detailDays: 0 is no number of days"])
    #expect(try await put(["detailDays": 60, "runDays": 30]).facts.first?.hasPrefix("runDays: ") == true)
    #expect(try await put(["detailDays": 400, "runDays": NSNull()]).status == 200)
  }

  @Test func `somebody who lost the device gets in again, and the API says who has codes`() async throws {
    let server = try await SharedServer.ready.value
    let gil = try await server.manager.post("/people", ["login": "gil", "name": "Gil", "password": Browser.password])
    #expect(gil.json["secondFactor"] as? Bool == false)
    let path = "/people/\(gil.id)/second-factor"
    #expect(try await server.manager.delete(path).status == 404)
    let browser = Browser(server.kit)
    _ = try await browser.post("/login", ["login": "gil", "password": Browser.password])
    let caller = Caller(origin: server.kit.origin, token: try await browser.token("own", "read"))
    _ = try await browser.turnCodesOn()
    #expect(try await caller.get("/me").json["secondFactor"] as? Bool == true)
    let listed = try await server.manager.get("/people?limit=200").items.first { $0["id"] as? String == gil.id }
    #expect(listed?["secondFactor"] as? Bool == true)
    #expect(try await server.manager.delete(path).status == 204)
    #expect(try await caller.get("/me").json["secondFactor"] as? Bool == false)
    #expect(try await server.manager.delete("/people/\(gil.id)").status == 204)
  }

  @Test func `a key's file is stored in Base64, beside no other secret`() async throws {
    let server = try await SharedServer.ready.value
    func add(_ fields: [String: any Sendable]) async throws -> Caller.Answer {
      try await server.manager.post("/credentials", ["name": "as a file", "kind": "passphrase"].merging(fields) { $1 })
    }
    let file = Data("of a file".utf8).base64EncodedString()
    #expect(try await add(["file": file, "secret": "x"]).facts == ["file: there is a secret too"])
    #expect(try await add(["file": "***"]).facts == ["file: it is no Base64"])
    let added = try await add(["file": file])
    #expect(added.status == 201)
    #expect(try await add(["name": "again", "secret": "of a file"]).facts.first?.hasPrefix("secret: ") == true)
    #expect(try await server.manager.delete("/credentials/\(added.id)").status == 204)
  }

  @Test func `channels say their kinds, their trouble and what they could not bring; everybody sees alarms`()
    async throws
  {
    let kit = try ServeKit()
    let browser = try await Browser.manager(kit)
    let manager = Caller(origin: kit.origin, token: try await browser.token("all", "manage"))
    let reader = Caller(origin: kit.origin, token: try await browser.token("some", "read"))
    let kinds = try #require(try await manager.get("/channels/kinds").json["kinds"] as? [[String: Any]])
    let mail = try #require(kinds.first { $0["name"] as? String == "mail" })
    let options = try #require(mail["options"] as? [[String: Any]])
    #expect(options.contains { $0["name"] as? String == "password" && $0["form"] as? String == "secret" })
    var channels: [String] = []
    for name in ["one", "two", "three"] {
      let added = try await manager.post(
        "/channels",
        [
          "kind": "mail", "name": name,
          "options": ["to": "a@example.com", "from": "b@example.com", "host": "127.0.0.1", "port": "1"],
        ])
      #expect(added.status == 201 && added.json["trouble"] == nil, "\(added.text)")
      channels.append(added.id)
    }
    let database = try StateDatabase(path: kit.folder + "/state/state.sqlite")
    for (place, id) in channels.enumerated() {
      let at = Date(timeIntervalSinceNow: -100 + 10 * Double(place))
      try Alerts(database).raise(channel: id, since: at, detail: "refused", now: at)
    }
    var names: [String] = []
    var next: String? = ""
    while let cursor = next, names.count < 10 {
      let page = try await reader.get("/alerts?limit=2" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
      names += page.items.compactMap { $0["name"] as? String }
      next = page.json["next"] as? String
    }
    #expect(names == ["three", "two", "one"])
    #expect(try await reader.get("/alerts?cursor=cnone").facts.first?.hasPrefix("cursor: ") == true)
    let shown = try await manager.get("/channels/\(channels[0])")
    #expect((shown.json["trouble"] as? String)?.hasSuffix("refused") == true)
    #expect(try await manager.get("/channels/undelivered").items.isEmpty)
    let overview = try await reader.get("/overview").json
    #expect(overview["sentence"] as? String == "No backup has been tested yet." && overview["bad"] as? Int == 0)
  }
}
