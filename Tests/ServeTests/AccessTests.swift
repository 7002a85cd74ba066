import Foundation
import Testing

@testable import ProofbackWeb

/// Who gets what: every route is asked for by an outsider, a user and a manager.
@Suite(.serialized) struct AccessTests {
  @Test func `every route answers those that it is for, and nobody else`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    let outsider = Browser(kit)
    for route in Site.routes where route.method == .get {
      let path = route.path.description.replacing("{id}", with: "nosuchid")
      let answers = try await (outsider.get(path), user.get(path), manager.get(path))
      switch route.access {
      case .open: #expect(answers.0.status != 303 || path == "/login", "\(path)")
      case .person:
        #expect(answers.0.status == 303 && answers.0.location == "/login", "\(path)")
        #expect(answers.1.status == answers.2.status, "\(path)")
      case .manager:
        #expect(answers.0.status == 303, "\(path)")
        #expect(answers.1.status == 404, "\(path)")
        #expect(answers.2.status == (path.contains("nosuchid") ? 404 : 200), "\(path)")
      }
    }
  }

  @Test func `changes are refused without a login, from other sites, and with a form of another session`() async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    for route in Site.routes where route.method == .post && route.access != .open {
      let path = route.path.description.replacing("{id}", with: "nosuchid")
      let outsider = try await Browser(kit).post(path, [:])
      #expect(outsider.status == 403, "\(path)")
      let foreign = try await manager.post(path, [:], headers: ["Sec-Fetch-Site": "cross-site"])
      #expect(foreign.status == 403, "\(path)")
      let origin = try await manager.post(path, [:], headers: ["Origin": "https://evil.example"])
      #expect(origin.status == 403, "\(path)")
      let stale = try await manager.post(path, ["formToken": "another"])
      #expect(stale.status == 403, "\(path)")
      if route.access == .manager { #expect(try await user.post(path, [:]).status == 404, "\(path)") }
    }
  }

  @Test func `whoever is removed is out at once`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    #expect(try await user.get("/").status == 200)
    let people = try await manager.get("/people").text
    let id = try #require(people.firstMatch(of: /action="\/people\/([a-z0-9]+)\/remove"/)).output.1
    #expect(try await manager.post("/people/\(id)/remove", [:]).status == 303)
    #expect(try await user.get("/").location == "/login")
    #expect(try await Browser(kit).post("/login", ["login": "ben", "password": Browser.password]).status == 422)
  }

  @Test func `guessing is slowed, also for the right password`() async throws {
    let kit = try ServeKit()
    _ = try await Browser.manager(kit)
    let guesser = Browser(kit)
    var statuses: [Int] = []
    while statuses.last != 429, statuses.count < 20 {
      statuses.append(try await guesser.post("/login", ["login": "ada", "password": "wrong"]).status)
    }
    #expect(statuses.last == 429)
    #expect(statuses.dropLast().allSatisfy { $0 == 422 })
    #expect(try await guesser.post("/login", ["login": "ada", "password": Browser.password]).status == 429)
  }

  @Test func `no answer lets scripts of others in, and none is kept by caches`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let home = try await manager.get("/")
    let policy = try #require(home.headers["Content-Security-Policy"])
    #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
    #expect(home.headers["Cache-Control"] == "no-store")
    #expect(!home.text.contains("<script>") && !home.text.contains("style="))
    #expect(manager.cookie?.hasPrefix("proofback=") == true)
  }
}
