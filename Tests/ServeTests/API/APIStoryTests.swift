import Foundation
import ProofbackTestSupport
import Testing

/// The stories over the API, each by its number, with real restorations.
@Suite struct APIStoryTests {
  @Test func `US1.1, US1.2: a manager adds somebody over the API, and removes them`() async throws {
    let server = try await SharedServer.ready.value
    let added = try await server.manager.post(
      "/people", ["login": "dora", "name": "Dora", "password": Browser.password])
    #expect(added.status == 201 && added.json["role"] as? String == "user")
    let dora = Browser(server.kit)
    #expect(try await dora.post("/login", ["login": "dora", "password": Browser.password]).status == 303)
    let listed = try await server.manager.get("/people").items.compactMap { $0["login"] as? String }
    #expect(listed.contains("dora"))
    #expect(try await server.manager.delete("/people/\(added.id)").status == 204)
    #expect(try await dora.get("/").location == "/login")
    #expect(try await !server.manager.get("/people").text.contains("dora"))
    let ada = try #require(try await server.manager.get("/people").items.first { $0["login"] as? String == "ada" })
    let last = try await server.manager.delete("/people/\(ada["id"] ?? "")")
    #expect(last.status == 409 && last.text.contains("the last manager can't be removed"))
  }

  @Test func `US2.2-2.6: keys are stored, listed without their secrets, and deleted when nothing uses them`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let secret = "a passphrase of the stories"
    let added = try await server.manager.post(
      "/credentials", ["name": "story", "kind": "passphrase", "secret": secret, "hosts": ["db1", "db2"]])
    #expect(added.status == 201)
    let usable = try await server.user.get("/choices")
    #expect(usable.text.contains("\"story\"") && !usable.text.contains(secret))
    let schedule = try await server.user.post(
      "/schedules", ["name": "uses a key", "location": server.backups + "/good.sql", "passphrase": added.id])
    #expect(schedule.status == 201, "\(schedule.text)")
    let shown = try await server.manager.get("/credentials/\(added.id)")
    #expect(shown.json["usedBy"] as? [String] == ["uses a key"] && shown.json["hosts"] as? [String] == ["db1", "db2"])
    #expect(!shown.text.contains(secret))
    let refused = try await server.manager.delete("/credentials/\(added.id)")
    #expect(refused.status == 409 && refused.text.contains("uses a key"))
    #expect(try await server.user.delete("/schedules/\(schedule.id)").status == 204)
    #expect(try await server.manager.delete("/credentials/\(added.id)").status == 204)
    #expect(try await server.manager.get("/credentials/\(added.id)").status == 404)
  }

  @Test func `US6-6.3, US8: a good backup is proven over the API, a bad one is not, and each says why`() async throws {
    let server = try await SharedServer.ready.value
    let asked = try await server.user.post("/runs", ["location": server.backups + "/good.sql"])
    #expect(asked.status == 201 && asked.headers["location"] == "/api/v1/runs/\(asked.id)")
    #expect(["waiting", "running"].contains(asked.json["state"] as? String))
    let good = try await server.ended(asked.id)
    #expect(good.json["verdict"] as? String == "passed", "\(good.text)")
    let report = try await server.user.get("/runs/\(asked.id)/report")
    #expect(report.text.contains("planets"))
    #expect(try await server.user.get("/runs/\(asked.id)/report.xml").text.contains("<testsuite"))
    let bad = try await server.ended(
      server.user.post("/runs", ["location": server.backups, "file": "bad.*"]).id)
    #expect(bad.json["verdict"] as? String == "failed" && bad.json["cause"] as? String == "dump.truncated")
    let findings = try await server.user.get("/runs/\(bad.id)/findings?limit=200").items
    let cause = try #require(findings.first { $0["code"] as? String == "dump.truncated" })
    #expect((cause["hint"] as? String)?.isEmpty == false)
    let log = try await server.user.get("/runs/\(bad.id)/log?limit=1")
    #expect(log.items.count == 1)
    let next = try #require(log.json["next"] as? String)
    #expect(try await server.user.get("/runs/\(bad.id)/log?cursor=\(next)").items.first?["number"] as? Int == 2)
    let again = try await server.user.post("/runs/\(asked.id)/again")
    #expect(again.status == 201 && again.id != asked.id)
    #expect(try await server.ended(again.id).json["verdict"] as? String == "passed")
    let check = try await server.user.post("/locations/check", ["location": server.backups, "file": "go*"])
    #expect(check.json["found"] as? Bool == true && check.json["file"] as? String == "good.sql")
  }

  @Test func `US6: the same request made twice with one key makes one run`() async throws {
    let server = try await SharedServer.ready.value
    let key = ["Idempotency-Key": UUID().uuidString]
    let fields = ["location": server.backups + "/good.sql"]
    let (first, second) = (
      try await server.user.post("/runs", fields, key), try await server.user.post("/runs", fields, key)
    )
    #expect(first.status == 201 && first.id == second.id)
    let other = try await server.user.post("/runs", ["location": server.backups + "/bad.sql"], key)
    #expect(other.status == 422 && other.facts.first?.hasPrefix("Idempotency-Key") == true)
    #expect(try await server.managerRuns.post("/runs", fields, key).id != first.id)
  }

  @Test func `US7-7.7: a schedule is made, run, changed, stopped, resumed and deleted over the API`() async throws {
    let server = try await SharedServer.ready.value
    let made = try await server.user.post(
      "/schedules",
      [
        "name": "weekly", "location": server.backups + "/good.sql", "frequency": "weekly", "weekday": 1,
        "time": "03:15", "timeZone": "Europe/Berlin", "maxAge": "26h",
      ])
    #expect(made.status == 201, "\(made.text)")
    let path = "/schedules/\(made.id)"
    #expect(made.json["when"] as? String == "every Monday at 3:15 Europe/Berlin")
    #expect((made.json["nextTimes"] as? [String])?.count == 5)
    let started = try await server.user.post(path + "/run")
    #expect(started.json["restoreTest"] as? String == made.json["restoreTest"] as? String)
    #expect(try await server.ended(started.id).json["verdict"] as? String == "passed")
    let shown = try await server.user.get(path)
    #expect((shown.json["lastRun"] as? [String: Any])?["run"] as? String == started.id)
    #expect(shown.json["lastProven"] != nil)
    let next = try await server.user.post(path + "/run")
    let waiting = try await server.user.get("/runs/\(next.id)")
    #expect((waiting.json["expectedSeconds"] as? Double ?? 0) > 0, "\(waiting.text)")
    #expect(try await server.ended(next.id).json["expectedSeconds"] == nil)
    let past = try await server.user.get("/runs?restoreTest=\(made.json["restoreTest"] ?? "")")
    #expect(past.items.map { $0["id"] as? String } == [next.id, started.id])
    let changed = try await server.user.patch(path, ["frequency": "daily", "maxAge": NSNull()])
    #expect(changed.json["when"] as? String == "every day at 3:15 Europe/Berlin")
    #expect(changed.json["maxAge"] == nil && changed.json["name"] as? String == "weekly")
    #expect(try await server.user.patch(path, ["location": "/etc/passwd"]).status == 422)
    #expect(try await server.user.post(path + "/pause").json["paused"] != nil)
    #expect(try await server.user.post(path + "/pause").json["next"] == nil)
    #expect(try await server.user.post(path + "/resume").json["next"] != nil)
    #expect(try await server.userReads.get("/schedules?limit=200").items.contains { $0["id"] as? String == made.id })
    #expect(try await server.user.delete(path).status == 204)
    #expect(try await server.user.get(path).status == 404)
    #expect(try await server.user.get("/runs/\(started.id)").status == 200)
  }

  @Test func `lists come in parts that neither repeat nor leave out`() async throws {
    let server = try await SharedServer.ready.value
    for _ in 0..<3 { _ = try await server.user.post("/runs", ["location": server.backups + "/vanished77.sql"]) }
    var seen: [String] = []
    var cursor: String? = ""
    while let now = cursor, seen.count < 1000 {
      let page = try await server.user.get("/runs?limit=2" + (now.isEmpty ? "" : "&cursor=\(now)"))
      #expect(page.items.count <= 2)
      seen += page.items.compactMap { $0["id"] as? String }
      cursor = page.json["next"] as? String
    }
    #expect(seen.count >= 3 && Set(seen).count == seen.count)
    let missing = try await server.user.get("/runs?q=vanished77*&limit=200").items
    #expect(missing.count == 3 && missing.allSatisfy { $0["title"] as? String == "vanished77.sql" })
    #expect(try await server.user.get("/runs?until=2001-01-01").items.isEmpty)
    #expect(try await server.user.get("/runs?state=perhaps").facts == ["state: there is no state perhaps"])
  }

  @Test func `metrics count runs and need a token; names are escaped`() async throws {
    let server = try await SharedServer.ready.value
    let made = try await server.user.post(
      "/schedules", ["name": "quo\"te", "location": server.backups + "/good.sql"])
    _ = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
    let text = try await server.userReads.get("/metrics").text
    #expect(text.contains("name=\"quo\\\"te\"} "))
    #expect(text.contains(/proofback_runs_total\{verdict="passed"\} [1-9]/))
    #expect(text.contains(/proofback_stage_seconds_total\{stage="import"\} [0-9.]+/))
    #expect(text.contains("proofback_longest_wait_seconds "))
    #expect(try await server.outsider.get("/metrics").status == 401)
    #expect(try await server.user.delete("/schedules/\(made.id)").status == 204)
  }
}
