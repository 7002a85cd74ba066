import Foundation
import ProofbackCore
import Testing

@testable import ProofbackWeb

/// Who gets what from the API: every line of its list is asked for with tokens of every kind.
@Suite struct APIAccessTests {
  private func path(_ route: APIRoute) -> String { route.path.replacing("{id}", with: "nosuchid") }

  @Test func `every line answers the tokens that it is for, and no others`() async throws {
    let server = try await SharedServer.ready.value
    for route in API.routes {
      guard case .token(let scope) = route.access else { continue }
      let name = "\(route.method) \(route.path)"
      func status(_ caller: Caller) async throws -> Int {
        try await caller.ask(route.method.rawValue, path(route)).status
      }
      let missing = try await server.outsider.ask(route.method.rawValue, path(route))
      #expect(missing.status == 401 && missing.headers["www-authenticate"] != nil, "\(name)")
      for (caller, held) in [
        (server.managerReads, TokenScope.read), (server.managerRuns, .run), (server.manager, .manage),
      ] {
        let answer = try await status(caller)
        if held.includes(scope) {
          #expect(![401, 403].contains(answer), "\(name) \(held) \(answer)")
        } else {
          #expect(answer == 403, "\(name) \(held)")
        }
      }
      for (caller, held) in [(server.userReads, TokenScope.read), (server.user, .run)] {
        let answer = try await status(caller)
        switch scope {
        case .manage: #expect(answer == 404, "\(name) \(held)")
        default: #expect((answer == 403) == !held.includes(scope), "\(name) \(held) \(answer)")
        }
      }
    }
  }

  @Test func `a token that was revoked, or whose person is removed, is worth nothing at once`() async throws {
    let server = try await SharedServer.ready.value
    let added = try await server.manager.post(
      "/people", ["login": "cleo", "name": "Cleo", "password": Browser.password, "role": "user"])
    #expect(added.status == 201)
    let cleo = Browser(server.kit)
    _ = try await cleo.post("/login", ["login": "cleo", "password": Browser.password])
    let first = Caller(origin: server.kit.origin, token: try await cleo.token("first", "run"))
    let second = Caller(origin: server.kit.origin, token: try await cleo.token("second", "run"))
    #expect(try await first.get("/me").json["login"] as? String == "cleo")
    let page = try await cleo.get("/account").text
    let id = try #require(page.firstMatch(of: /tokens\/([a-z0-9]+)\/revoke/)).output.1
    #expect(try await cleo.post("/account/tokens/\(id)/revoke", [:]).status == 303)
    #expect(try await first.get("/me").status == 401)
    #expect(try await second.get("/me").status == 200)
    #expect(try await server.manager.delete("/people/\(added.id)").status == 204)
    #expect(try await second.get("/me").status == 401)
    #expect(try await server.manager.delete("/people/\(added.id)").status == 404)
  }

  @Test func `a browser's cookie is no token, and a token opens no page`() async throws {
    let server = try await SharedServer.ready.value
    let cleo = Browser(server.kit)
    _ = try await cleo.post("/login", ["login": "ada", "password": Browser.password])
    #expect(cleo.cookie != nil)
    #expect(try await cleo.get("/api/v1/me").status == 401)
    let page = try await server.manager.ask("GET", "/api/../people")
    #expect(!page.text.contains("Add somebody"))
  }

  @Test func `only managers can make tokens that manage, and names are taken once`() async throws {
    let server = try await SharedServer.ready.value
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    _ = try await ben.get("/account")
    let manage = try await ben.post("/account/tokens", ["name": "x", "scope": "manage"])
    #expect(manage.status == 422 && manage.text.contains("only managers may have a token that manages"))
    let twice = try await ben.post("/account/tokens", ["name": "run of the tests", "scope": "run"])
    #expect(twice.status == 422 && twice.text.contains("another of your tokens is named"))
    #expect(!twice.text.contains("proofback_"))
  }
}
