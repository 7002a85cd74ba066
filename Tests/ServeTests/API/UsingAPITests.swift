import Foundation
import Testing

/// What users do on the pages beside the stories, over the API.
@Suite struct UsingAPITests {
  @Test func `a rule says when it runs, and a location what it is understood as, before anything is saved`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let preview = try await server.userReads.post(
      "/schedules/preview", ["frequency": "monthly", "monthday": 31, "time": "3:15", "repetition": "times", "times": 2])
    #expect(preview.json["when"] as? String == "on day 31 of every month, or its last, at 3:15 UTC", "\(preview.text)")
    let times = try #require(preview.json["nextTimes"] as? [String])
    #expect(times.count == 2 && times.allSatisfy { $0.hasSuffix("T03:15:00Z") })
    #expect(
      try await server.userReads.post("/schedules/preview", ["timeZone": "Nowhere"]).facts
        == ["timeZone: there is no time zone Nowhere"])
    let reading = try await server.userReads.get("/locations/reading?location=/srv/backups&file=shop-*.gz")
    #expect((reading.json["understood"] as? String)?.contains("/srv/backups") == true, "\(reading.text)")
    #expect(try await server.userReads.get("/locations/reading?location=ssh://-o/x").facts.first != nil)
  }

  @Test func `a log is searched, and taken along as text`() async throws {
    let server = try await SharedServer.ready.value
    let run = try await server.ended(server.user.post("/runs", ["location": server.backups + "/bad.sql"]).id)
    let all = try await server.user.get("/runs/\(run.id)/log?limit=200").items.compactMap { $0["text"] as? String }
    let word = String(try #require(all.last?.firstMatch(of: /[A-Za-z]{4,}/)).output)
    let wanted = all.filter { $0.localizedCaseInsensitiveContains(word) }
    let found = try await server.user.get("/runs/\(run.id)/log?limit=200&find=\(word.uppercased())").items
    #expect(found.compactMap { $0["text"] as? String } == wanted && !wanted.isEmpty)
    #expect(try await server.user.get("/runs/\(run.id)/log?find=zzzz").items.isEmpty)
    let long = String(repeating: "a", count: 201)
    #expect(try await server.user.get("/runs/\(run.id)/log?find=\(long)").facts == ["find: it has 201 characters"])
    let text = try await server.user.get("/runs/\(run.id)/log.txt")
    #expect(text.headers["content-type"]?.hasPrefix("text/plain") == true)
    #expect(text.text.split(separator: "\n").count == all.count)
    #expect(try await server.user.get("/runs/nosuchid/log.txt").status == 404)
    let overview = try await server.userReads.get("/overview")
    #expect(overview.text.contains(run.id))
  }

  @Test func `a schedule goes with its results when told so`() async throws {
    let server = try await SharedServer.ready.value
    let schedule = try await server.user.post(
      "/schedules", ["name": "goes with all", "location": server.backups + "/good.sql"])
    let run = try await server.ended(server.user.post("/schedules/\(schedule.id)/run").id)
    #expect(try await server.user.delete("/schedules/\(schedule.id)?results=perhaps").status == 422)
    #expect(try await server.user.delete("/schedules/\(schedule.id)?results=delete").status == 204)
    #expect(try await server.user.get("/runs/\(run.id)").status == 404)
  }

  @Test(arguments: ["keep", "delete"])
  func `a schedule that is deleted while it is tested takes that run along`(results: String) async throws {
    let server = try await SharedServer.ready.value
    let name = "deleted while running, \(results)"
    let file = server.backups + "/large-\(results).sql"
    try RunStoryTests.writeBig(file)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let schedule = try await server.user.post("/schedules", ["name": name, "location": file])
    let run = try await server.user.post("/schedules/\(schedule.id)/run").id
    while try await server.user.get("/runs/\(run)").json["state"] as? String == "waiting" {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await server.user.get("/runs/\(run)").json["state"] as? String == "running")
    #expect(try await server.user.delete("/schedules/\(schedule.id)?results=\(results)").status == 204)
    #expect(try await server.user.get("/runs/\(run)/events").text.contains("event: ended"))
    let left = try await server.user.get("/runs/\(run)")
    if results == "delete" {
      #expect(left.status == 404)
      return
    }
    #expect(left.json["cause"] as? String == "run.cancelled", "\(left.text)")
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    #expect(try await ben.get("/runs/\(run)").text.contains("<dt>Schedule</dt><dd>was deleted</dd>"))
    #expect(try await !server.userReads.get("/overview").text.contains(run))
  }

  @Test func `several keys are kept: by the API, by the pages' forms, and when something else is changed`() async throws
  {
    let server = try await SharedServer.ready.value
    let location = server.backups + "/sealed.sql.age"
    var keys: [String] = []
    for name in ["of last year", "of this year"] {
      let key = try AgeKey()
      try key.write(SharedServer.dump, to: location)
      let added = try await server.manager.post(
        "/credentials", ["name": name, "kind": "decryptionKey", "secret": key.identity])
      #expect(added.status == 201, "\(added.text)")
      keys.append(added.id)
    }
    let made = try await server.user.post(
      "/schedules", ["name": "two keys", "location": location, "decryptionKeys": keys])
    #expect(made.status == 201 && made.json["decryptionKeys"] as? [String] == keys, "\(made.text)")
    let changed = try await server.user.patch("/schedules/\(made.id)", ["maxAge": "2d"])
    #expect(changed.json["decryptionKeys"] as? [String] == keys)
    let run = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
    #expect(run.json["verdict"] as? String == "passed", "\(run.text)")
    let browser = Browser(server.kit)
    _ = try await browser.post("/login", ["login": "ben", "password": Browser.password])
    let form = try await browser.get("/schedules/\(made.id)/edit").text
    #expect(keys.allSatisfy { form.contains("name=\"key-\($0)\" checked") })
    var fields = ["name": "two keys", "location": location, "frequency": "daily", "time": "3:00"]
    fields.merge(["timeZone": "UTC", "repetition": "ever", "checked": "\n\(location)\n"]) { $1 }
    for key in keys { fields["key-\(key)"] = "on" }
    #expect(try await browser.post("/schedules/\(made.id)", fields).status == 303)
    let saved = try await server.user.get("/schedules/\(made.id)")
    #expect(Set(saved.json["decryptionKeys"] as? [String] ?? []) == Set(keys) && saved.json["maxAge"] == nil)
    let one = try await server.user.patch("/schedules/\(made.id)", ["decryptionKeys": [keys[1]]])
    #expect(one.json["decryptionKeys"] as? [String] == [keys[1]])
    #expect(try await server.manager.delete("/credentials/\(keys[0])").status == 204)
    let gone = try await server.user.patch("/schedules/\(made.id)", ["decryptionKeys": keys])
    #expect(gone.facts == ["decryptionKeys: this credential is not stored any more"])
    #expect(try await server.user.delete("/schedules/\(made.id)").status == 204)
    #expect(try await server.manager.delete("/credentials/\(keys[1])").status == 204)
  }

  @Test func `what is demanded of encryption is kept, shown in the form, and decides a run`() async throws {
    let server = try await SharedServer.ready.value
    let location = server.backups + "/good.sql"
    let recipients = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@host", "b@x.example",
    ]
    let made = try await server.user.post(
      "/schedules",
      ["name": "demanding", "location": location, "recipients": recipients, "opensslCipher": "AES256"])
    #expect(made.status == 201, "\(made.text)")
    let spelled = [String(recipients[0].dropLast(" me@host".count)), recipients[1]]
    #expect(made.json["recipients"] as? [String] == spelled && made.json["opensslCipher"] as? String == "aes-256-cbc")
    #expect(made.json["requireEncryption"] as? Bool == true, "naming recipients demands encryption")
    let run = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
    #expect(run.json["cause"] as? String == "decrypt.encryption-required", "\(run.text)")
    let browser = Browser(server.kit)
    _ = try await browser.post("/login", ["login": "ben", "password": Browser.password])
    let form = try await browser.get("/schedules/\(made.id)/edit").text
    #expect(form.contains("name=\"requireEncryption\" aria-describedby=\"requireEncryption-hint\" checked"), "\(form)")
    #expect(form.contains("b@x.example</textarea>") && form.contains("<option value=\"aes-256-cbc\" selected>"))
    var fields = ["name": "demanding", "location": location, "frequency": "daily", "time": "3:00"]
    fields.merge(["timeZone": "UTC", "repetition": "ever", "checked": "\n\(location)\n"]) { $1 }
    let wrong = try await browser.post(
      "/schedules/\(made.id)", fields.merging(["recipients": "c@x.example\r\n-x"]) { $1 })
    #expect(wrong.status == 422 && wrong.text.contains("-x is no recipient") && wrong.text.contains("c@x.example"))
    let two = fields.merging(["requireEncryption": "on", "recipients": "c@x.example\r\n\r\nd@x.example\r\n"]) { $1 }
    #expect(try await browser.post("/schedules/\(made.id)", two).status == 303)
    let saved = try await server.user.get("/schedules/\(made.id)").json
    #expect(saved["recipients"] as? [String] == ["c@x.example", "d@x.example"] && saved["opensslCipher"] == nil)
    let none = try await server.user.patch(
      "/schedules/\(made.id)", ["recipients": [String](), "requireEncryption": false])
    #expect(none.json["recipients"] == nil && none.json["requireEncryption"] == nil, "\(none.text)")
    let proven = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
    #expect(proven.json["verdict"] as? String == "passed", "\(proven.text)")
    #expect(try await server.user.delete("/schedules/\(made.id)").status == 204)
  }
}
