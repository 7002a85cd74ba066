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
        #expect(
          answers.0.status == 303
            && answers.0.location
              == (path == "/"
                ? "/login"
                : "/login?next=" + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "")),
          "\(path)")
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
    // The eighth failure is followed by eight seconds, in which also a busy machine asks once more.
    var statuses: [Int] = []
    while statuses.count(where: { $0 == 422 }) < 8, statuses.count < 100 {
      statuses.append(try await guesser.post("/login", ["login": "ada", "password": "wrong"]).status)
      if statuses.last == 429 { try await Task.sleep(for: .milliseconds(200)) }
    }
    #expect(statuses.contains(429) && Set(statuses) == [422, 429])
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

  @Test func `after the login one is where one was going, and nowhere else`() async throws {
    let kit = try ServeKit()
    _ = try await Browser.manager(kit)
    func logIn(_ next: String) async throws -> String? {
      try await Browser(kit).post(
        "/login", ["login": "ada", "password": Browser.password, "next": next]
      ).location
    }
    let sent = try await Browser(kit).get("/runs?state=failed&q=a%20b")
    #expect(sent.location == "/login?next=/runs%3Fstate%3Dfailed%26q%3Da%2520b")
    #expect(
      try await Browser(kit).get(try #require(sent.location)).text.contains(
        "name=\"next\" value=\"/runs?state=failed&amp;q=a%20b\""))
    #expect(try await logIn("/runs?state=failed") == "/runs?state=failed")
    for next in ["//evil.test/", "https://evil.test/", "/\\evil.test", "/a\nSet-Cookie: x", "javascript:1", "/login"] {
      #expect(try await logIn(next) == "/", "\(next)")
    }
  }

  @Test func `a form that comes too late, is too large or is none gets a page that says so`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let gone = try await Browser(kit).post("/runs", ["location": "/srv/<shop>.sql"])
    #expect(gone.status == 403 && gone.text.contains("You are logged out, and nothing was saved."))
    let stale = try await manager.post("/runs", ["location": "/srv/<shop>.sql", "formToken": "old"])
    #expect(stale.status == 403 && stale.text.contains("name=\"location\" value=\"/srv/&lt;shop&gt;.sql\""))
    let secret = try await manager.post("/credentials", ["secret": "swordfish", "formToken": "old"])
    #expect(secret.status == 403 && !secret.text.contains("swordfish"))
    let large = try await manager.upload("/credentials", [:], file: ("secretFile", Data(count: 3 << 20)))
    #expect(large.status == 413 && large.text.contains("and nothing was saved"))
    let json = try await manager.post("/runs", [:], headers: ["Content-Type": "application/json"])
    #expect(json.status == 400 && json.text.contains("What was sent is no form"))
    let nowhere = try await manager.post("/nothing", [:])
    #expect(nowhere.status == 404 && nowhere.text.contains("There is nothing at this address."))
  }

  @Test func `a closed page and one that is none look the same to a user`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    _ = try await manager.get("/people")
    _ = try await manager.post(
      "/people", ["login": "ben", "name": "Ben", "role": "user", "password": Browser.password])
    let user = Browser(kit)
    _ = try await user.post("/login", ["login": "ben", "password": Browser.password])
    #expect(try await user.get("/people").text == user.get("/nothing").text)
  }
}
