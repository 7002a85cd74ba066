import Foundation
import ProofbackTestSupport
import Testing

/// Containers and their images, as managers and users choose them.
@Suite struct ImageStoryTests {
  private static let usual = "mysql = mysql:{major}.{minor}"

  @Test func `a manager says which image is for which backup`() async throws {
    let server = try await SharedServer.ready.value
    func choose(_ rules: [String]) async throws -> Caller.Answer {
      try await server.manager.put("/settings/images", ["images": rules])
    }
    func rules() async throws -> [String] {
      try await server.manager.get("/settings").json["images"] as? [String] ?? []
    }
    #expect(try await rules().contains(Self.usual))
    #expect(try await choose(["mysql 8"]).facts == ["images: line 1: mysql 8 has no ="])
    #expect(
      try await choose(["mysql = mysql:8", "mysql = --privileged"]).facts
        == ["images: line 2: --privileged is no image's name"])
    #expect(try await choose(["oracle = oracle:23"]).facts == ["images: there is no type oracle"])
    #expect(try await server.user.put("/settings/images", ["images": [String]()]).status == 404)
    let own = ["mysql 8.0 = registry.example/mysql:8.0", "mysql ? = mysql:9.7"]
    let set = try await choose(own)
    #expect(set.status == 200 && set.json["images"] as? [String] == own, "\(set.text)")
    #expect(try await rules() == own)
    #expect(try await choose([]).status == 200)
    #expect(try await rules().contains(Self.usual), "none of one's own: the makers'")
    #expect(try await server.manager.get("/audit").text.contains("images.set"))
  }

  @Test func `US7.9: over the API a restore test names a sandbox and an image, which must go together`() async throws {
    let server = try await SharedServer.ready.value
    func run(_ fields: [String: String]) async throws -> [String] {
      let body = fields.merging(["location": server.backups + "/good.sql"]) { $1 } as [String: any Sendable]
      return try await server.user.post("/runs", body).facts
    }
    #expect(try await run(["sandbox": "vm"]) == ["sandbox: there is no sandbox vm"])
    #expect(try await run(["image": "--network=host x"]) == ["image: --network=host x is no image's name"])
    #expect(
      try await run(["sandbox": "process", "image": "mysql:8.4"])
        == ["image: an image goes into a container, not into what is installed there"])
    let made = try await server.user.post(
      "/schedules", ["name": "contained", "location": server.backups + "/good.sql", "image": "mariadb:11.8"])
    #expect(made.status == 201 && made.json["image"] as? String == "mariadb:11.8", "\(made.text)")
    let changed = try await server.user.patch("/schedules/\(made.id)", ["sandbox": "docker", "image": ""])
    #expect(changed.json["sandbox"] as? String == "docker" && changed.json["image"] == nil, "\(changed.text)")
    #expect(try await server.user.delete("/schedules/\(made.id)").status == 204)
  }

  @Test func `the pages offer both, and show what was wrong`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    #expect(try await manager.get("/settings").text.contains(Self.usual))
    let refused = try await manager.post("/settings/images", ["images": "mysql = mysql:8\r\nmysql ="])
    #expect(refused.status == 422 && refused.text.contains("line 2:") && refused.text.contains("mysql = mysql:8"))
    #expect(try await manager.post("/settings/images", ["images": "mysql = mysql:8\r\n"]).status == 303)
    #expect(try await !manager.get("/settings").text.contains(Self.usual))
    let form = try await manager.get("/").text
    #expect(form.contains("<option value=\"docker\">a container (Docker)</option>"))
    try SharedServer.dump.write(toFile: kit.folder + "/backups/good.sql", atomically: true, encoding: .utf8)
    #expect(try await manager.post("/settings/paths", ["path": kit.folder + "/backups"]).status == 303)
    let fields = [
      "name": "nightly", "location": kit.folder + "/backups/good.sql", "frequency": "daily", "time": "03:00",
      "timeZone": "UTC",
      "repetition": "ever",
    ]
    let wrong = try await manager.post("/schedules", fields.merging(["image": "a b"]) { $1 })
    #expect(wrong.status == 422 && wrong.text.contains("a b is no image&#39;s name"), "\(wrong.text)")
    let caller = Caller(origin: kit.origin, token: try await manager.token("m", "manage"))
    let saved = try await caller.post("/schedules", fields.merging(["image": "mysql:8.4"]) { $1 })
    #expect(saved.status == 201, "\(saved.text)")
    let page = "/schedules/\(saved.id)/edit"
    let edit = try await manager.get(page).text
    #expect(edit.contains("<option value=\"docker\" selected>") && edit.contains("value=\"mysql:8.4\""), "\(edit)")
  }
}

/// The same with a Docker Engine.
@Suite(.enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"))
struct ContainedRunTests {
  @Test func `a run in a container that was found by the settings' rules is proven, and says which it was`()
    async throws
  {
    let image = try await DockerEngine.running().image("everything")
    let kit = try ServeKit()
    let ada = try await Browser.manager(kit)
    let manager = Caller(origin: kit.origin, token: try await ada.token("m", "manage"))
    try SharedServer.dump.write(toFile: kit.folder + "/backups/good.sql", atomically: true, encoding: .utf8)
    #expect(try await manager.post("/settings/allowed-paths", ["path": kit.folder + "/backups"]).status == 201)
    let rules = ["mysql ? = \(image)", "mariadb ? = \(image)"]
    #expect(try await manager.put("/settings/images", ["images": rules]).status == 200)
    let run = try await manager.post("/runs", ["location": kit.folder + "/backups/good.sql", "sandbox": "docker"])
    #expect(run.status == 201, "\(run.text)")
    let deadline = Date(timeIntervalSinceNow: 120)
    var ended = try await manager.get("/runs/\(run.id)")
    while ended.json["state"] as? String != "ended", Date() < deadline {
      try await Task.sleep(for: .milliseconds(200))
      ended = try await manager.get("/runs/\(run.id)")
    }
    let report = try await manager.get("/runs/\(run.id)/report").text
    #expect(ended.json["verdict"] as? String == "passed", "\(report)")
    #expect(report.contains("restored into the image \(image), by the rule"), "\(report)")
  }
}
