import Foundation
import Testing

/// Workplaces on the pages and over the API: set up by managers, chosen by everybody. Nothing is started.
@Suite struct WorkplaceStoryTests {
  private static let options = ["regions": "eu-central-1", "image": "ami-0123456789abcdef0", "types": "t3.medium"]

  @Test func `US10: over the API a manager sets a workplace up, and a restore test names it`() async throws {
    let server = try await SharedServer.ready.value
    let kinds = try await server.manager.get("/workplaces/kinds")
    let names = (kinds.json["kinds"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    #expect(names == ["local", "ec2", "ecs"])
    func add(_ name: String, _ more: [String: String] = [:], limit: Int = 3) async throws -> Caller.Answer {
      try await server.manager.post(
        "/workplaces",
        [
          "kind": "ec2", "name": name, "limit": limit,
          "options": Self.options.merging(more) { $1 } as [String: any Sendable],
        ])
    }
    #expect(try await add("w", ["regions": "Frankfurt"]).facts == ["regions: Frankfurt is no region's name"])
    #expect(try await add("w", ["types": "p5.48xlarge"]).facts == ["types: p5.48xlarge is not known here"])
    #expect(try await add("w", ["subnet": "--profile x"]).facts == ["subnet: --profile x can't be one"])
    #expect(try await add("w", ["packages": "$(reboot)"]).facts == ["packages: $(reboot) can't be one"])
    for image in ["--privileged x", "Registry.example.org/Team/worker:1", "worker@sha256:12"] {
      let refused = try await add("w", ["containerImage": image])
      #expect(refused.facts == ["containerImage: \(image) can't be one"], "\(refused.text)")
    }
    #expect(
      try await add("w", ["regions": "eu-central-1 us-east-1"]).facts.first?.hasPrefix("regions: an image") == true)
    #expect(try await add("w", limit: 0).facts == ["limit: 0 is no such number"])
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let made = try await add("machines", ["containerImage": "registry.example.org:5000/team/worker@sha256:\(digest)"])
    #expect(made.status == 201 && made.json["description"] as? String == "eu-central-1", "\(made.text)")
    #expect(try await add("machines").facts == ["name: a workplace has this name already"])
    #expect(try await server.user.get("/workplaces").status == 404)
    #expect(try await server.user.get("/choices").text.contains("\"machines\""))

    let here = try await server.user.post(
      "/runs", ["location": server.backups + "/good.sql", "workplace": made.id])
    #expect(here.facts == ["workplace: a path on this machine can't be read from machines"])
    let gone = try await server.user.post("/runs", ["location": server.backups + "/good.sql", "workplace": "none"])
    #expect(gone.facts == ["workplace: this workplace is not set up any more"])

    let local = try await server.manager.post("/workplaces", ["kind": "local", "name": "apart", "limit": 1])
    let run = try await server.user.post("/runs", ["location": server.backups + "/good.sql", "workplace": local.id])
    #expect(run.status == 201, "\(run.text)")
    #expect(try await server.ended(run.id).json["verdict"] as? String == "passed")
    let schedule = try await server.user.post(
      "/schedules", ["name": "elsewhere", "location": server.backups + "/good.sql", "workplace": local.id])
    #expect(schedule.json["workplace"] as? String == local.id, "\(schedule.text)")
    #expect(try await server.manager.get("/workplaces/\(local.id)").json["usedBy"] as? [String] == ["elsewhere"])
    #expect(try await server.manager.delete("/workplaces/\(local.id)").status == 409)
    let moved = try await server.user.patch("/schedules/\(schedule.id)", ["workplace": ""])
    #expect(moved.status == 200 && moved.json["workplace"] == nil, "\(moved.text)")
    for id in [local.id, made.id] { #expect(try await server.manager.delete("/workplaces/\(id)").status == 204) }
  }

  @Test func `the page adds, changes and deletes one, and the forms offer it`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    #expect(try await manager.get("/workplaces").text.contains("All runs are carried out on this machine."))
    let fields = Self.options.merging(["kind": "ec2", "name": "machines", "limit": "x"]) { $1 }
    let refused = try await manager.post("/workplaces", fields)
    #expect(refused.status == 422 && refused.text.contains("x is no such number"))
    #expect(refused.text.contains("value=\"ami-0123456789abcdef0\""))
    #expect(try await manager.post("/workplaces", fields.merging(["limit": "4"]) { $1 }).status == 303)
    let page = try await manager.get("/workplaces").text
    #expect(page.contains("1 workplace, none in use.") && page.contains("4 runs"))
    let id = try String(#require(page.firstMatch(of: /\/workplaces\/([a-z0-9]+)\/delete/)).output.1)
    #expect(try await manager.get("/").text.contains("machines (eu-central-1)"))
    #expect(try await manager.get("/workplaces?change=\(id)").text.contains("value=\"t3.medium\""))
    #expect(try await manager.post("/workplaces/\(id)", fields.merging(["limit": "5"]) { $1 }).status == 303)
    #expect(try await manager.get("/workplaces").text.contains("5 runs"))
    #expect(try await manager.post("/workplaces/\(id)/delete", [:]).status == 303)
    let trail = try await manager.get("/audit").text
    for line in ["added a workplace", "changed a workplace", "deleted a workplace"] { #expect(trail.contains(line)) }
  }
}
