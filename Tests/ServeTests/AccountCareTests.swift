import Foundation
import Testing

/// What managers, and whoever has the machine, do for those who can't log in any more.
@Suite(.serialized) struct AccountCareTests {
  private let new = "a password on a slip"

  private func path(_ login: String, _ manager: Browser) async throws -> String {
    let people = try await manager.get("/people").text
    let row = try #require(
      people.components(separatedBy: "<tr>").first { $0.contains("data-label=\"Login\">\(login)<") })
    return String(try #require(row.firstMatch(of: /href="(\/people\/[a-z0-9]+)"/)).output.1)
  }

  @Test func `a manager sets a new password for somebody else, and changes roles; both hold at once`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    let token = Caller(origin: kit.origin, token: try await user.token("t", "run"))
    let (ben, ada) = (try await path("ben", manager), try await path("ada", manager))
    _ = try await manager.get(ben)
    let weak = try await manager.post(ben + "/password", ["password": "short"])
    #expect(weak.status == 422 && weak.text.contains("at least 12 are needed"))
    #expect(try await user.get("/").status == 200)
    let set = try await manager.post(ben + "/password", ["password": new])
    #expect(set.status == 200 && set.text.contains("Sessions and API tokens of before have ended."))
    #expect(!set.text.contains(new))
    #expect(try await user.get("/").location == "/login")
    #expect(try await token.get("/me").status == 401)
    #expect(try await user.post("/login", ["login": "ben", "password": Browser.password]).status == 422)
    #expect(try await user.post("/login", ["login": "ben", "password": new]).location == "/")
    #expect(try await user.get("/people").status == 404)
    #expect(try await manager.post(ben + "/role", ["role": "king"]).status == 422)
    #expect(try await manager.post(ben + "/role", ["role": "manager"]).text.contains("The role is changed."))
    #expect(try await user.get("/people").status == 200)
    let own = try await manager.post(ada + "/password", ["password": new])
    #expect(own.status == 409 && own.text.contains("Your own password is changed on your account page."))
    #expect(try await !manager.get(ada).text.contains("Set a new password"))
    _ = try await user.get("/people")
    #expect(try await user.post(ada + "/role", ["role": "user"]).status == 200)
    #expect(try await manager.get("/people").status == 404)
    let last = try await user.post(ben + "/role", ["role": "user"])
    #expect(last.status == 409 && last.text.contains("The last manager stays one."))
    let trail = try await user.get("/audit").text
    #expect(trail.contains("set a new password for somebody") && trail.contains("ben, user to manager"))
  }

  @Test func `US1.3: over the API a manager does the same, and turns codes off`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    let api = Caller(origin: kit.origin, token: try await manager.token("care", "manage"))
    let people = try await api.get("/people").items
    func id(_ login: String) throws -> String {
      try #require(people.first { $0["login"] as? String == login }?["id"] as? String)
    }
    let (ada, ben) = (try id("ada"), try id("ben"))
    let changed = try await api.patch("/people/\(ben)", ["role": "manager"])
    #expect(changed.status == 200 && changed.json["role"] as? String == "manager")
    #expect(changed.json["secondFactor"] as? Bool == false)
    #expect(try await user.get("/people").status == 200)
    #expect(try await api.patch("/people/\(ben)", ["role": "user"]).status == 200)
    let last = try await api.patch("/people/\(ada)", ["role": "user"])
    #expect(last.status == 409 && last.text.contains("the last manager stays one"))
    func reset(_ id: String, _ password: String) async throws -> Caller.Answer {
      let body = try JSONSerialization.data(withJSONObject: ["password": password])
      return try await api.ask("PUT", "/people/\(id)/password", body)
    }
    #expect(try await reset(ben, "short").facts == ["password: it has 5 characters"])
    #expect(try await reset("nosuchid", new).status == 404)
    #expect(try await reset(ada, new).status == 409)
    #expect(try await reset(ben, new).status == 204)
    #expect(try await user.get("/").location == "/login")
    #expect(try await user.post("/login", ["login": "ben", "password": new]).location == "/")
    #expect(try await api.delete("/people/\(ben)/second-factor").status == 404)
    _ = try await user.get("/account/codes")
    #expect(try await user.post("/account/codes", [:]).status == 303)
    #expect(try await api.delete("/people/\(ben)/second-factor").status == 204)
    #expect(try await user.get("/audit").status == 404)
  }

  @Test func `guessing leaves one line a minute for each account and address, and none for logins of nobody`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let guesser = Browser(kit)
    for login in ["ada", "ADA", "nobody", "ada"] {
      #expect(try await guesser.post("/login", ["login": login, "password": "guessed badly"]).status == 422)
    }
    // What is written later is written before this.
    _ = try await Browser.user(kit, addedBy: manager)
    let trail = try await manager.get("/audit").text
    #expect(trail.components(separatedBy: "refused a login").count == 2)
    #expect(trail.contains("ada, wrong password") && !trail.contains("nobody"))
    let rows = trail.components(separatedBy: "<tr>").filter { $0.contains("became the first manager") }
    #expect(rows.count == 1 && rows[0].contains("127.0.0.1"))
  }

  @Test func `on the machine itself a manager who forgot it gets in again, while the server runs`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let state = ["--state-folder", kit.folder + "/state"]
    func password(_ arguments: [String], _ input: String) async throws -> ClientProgram.Ended {
      try await ClientProgram.run(["password"] + arguments + state, config: kit.folder + "/client.json", input: input)
    }
    let weak = try await password(["ada"], "short\n")
    #expect(weak.status == 1 && weak.errors.contains("it has 5 characters") && !weak.errors.contains("Usage"))
    let nobody = try await password(["eve"], new + "\n")
    #expect(nobody.status == 1 && nobody.errors.contains("managers are: ada"))
    #expect(try await password(["ada"], "").errors.contains("no new password was given"))
    #expect(try await manager.get("/").status == 200)
    let set = try await password(["ADA", "--turn-off-codes"], new + "\n")
    #expect(set.status == 0, "\(set.errors)")
    #expect(!set.output.contains(new) && set.output.contains("their login asked for no code before"))
    #expect(try await manager.get("/").location == "/login")
    #expect(try await manager.post("/login", ["login": "ada", "password": new]).location == "/")
    let trail = try await manager.get("/audit").text
    #expect(trail.contains("set a new password for somebody") && trail.contains("on the machine itself"))
  }
}
