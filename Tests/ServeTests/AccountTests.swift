import Foundation
import Testing

/// The own account, over its page.
@Suite struct AccountTests {
  @Test func `a password is changed with the old one only, other sessions end, and guessing is slowed`() async throws {
    let kit = try ServeKit()
    let here = try await Browser.manager(kit)
    let there = Browser(kit)
    _ = try await there.post("/login", ["login": "ada", "password": Browser.password])
    let page = try await here.get("/account")
    #expect(page.text.contains("You are Ada.") && page.text.contains("127.0.0.1 (this one)"))
    #expect(page.text.contains("End all others"))
    let new = "another good password"
    let wrong = try await here.post("/account/password", ["old": "not it at all", "password": new])
    #expect(wrong.status == 422 && wrong.text.contains("this is not your password"))
    let weak = try await here.post("/account/password", ["old": Browser.password, "password": "short"])
    #expect(weak.status == 422 && weak.text.contains("at least 12 are needed"))
    let changed = try await here.post("/account/password", ["old": Browser.password, "password": new])
    #expect(changed.status == 200 && changed.text.contains("Your password is changed."))
    #expect(try await there.get("/").location == "/login")
    #expect(try await here.get("/").status == 200)
    #expect(try await Browser(kit).post("/login", ["login": "ada", "password": Browser.password]).status == 422)
    #expect(try await there.post("/login", ["login": "ada", "password": new]).status == 303)
    #expect(try await here.post("/account/sessions/end", [:]).status == 303)
    #expect(try await there.get("/").location == "/login")
    var last = 422
    for _ in 0..<12 where last == 422 {
      last = try await here.post("/account/password", ["old": "guess", "password": "yet another password"]).status
    }
    #expect(last == 429)
  }
}
