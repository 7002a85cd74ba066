import Foundation
import ProofbackTestSupport
import Testing

/// Codes at login, made as another program makes them.
@Suite(.serialized) struct SecondFactorTests {
  private func pending(_ text: String) throws -> String {
    String(try #require(text.firstMatch(of: /name="pending" value="([^"]+)"/)).output.1)
  }

  @Test func `a login with codes needs both, takes no code twice, and a manager helps whoever lost the device`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    let (secret, on) = try await user.turnCodesOn()
    let recovery = String(try #require(on.firstMatch(of: /<code>([a-z0-9-]+)<\/code>/)).output.1)

    let login = ["login": "ben", "password": Browser.password]
    let other = Browser(kit)
    let asked = try await other.post("/login", login)
    #expect(asked.status == 200 && other.cookie == nil)
    let first = try pending(asked.text)
    #expect(try await other.post("/login/code", ["pending": first, "code": "000000"]).status == 422)
    #expect(try await other.get("/").location == "/login")
    let now = try DeviceCode.now(secret, step: 1)
    #expect(try await other.post("/login/code", ["pending": first, "code": now]).location == "/")
    #expect(try await other.get("/").status == 200)
    let third = Browser(kit)
    let again = try pending(try await third.post("/login", login).text)
    #expect(try await third.post("/login/code", ["pending": again, "code": now]).status == 422)
    #expect(try await third.post("/login/code", ["pending": first, "code": recovery]).location == "/login")
    #expect(try await third.post("/login/code", ["pending": again, "code": recovery]).location == "/")

    let people = try await manager.get("/people").text
    let off = String(try #require(people.firstMatch(of: /action="(\/people\/[a-z0-9]+\/codes\/off)"/)).output.1)
    #expect(try await user.post(off, [:]).status == 404)
    #expect(try await manager.post(off, [:]).status == 303)
    #expect(try await Browser(kit).post("/login", login).location == "/")
    let trail = try await manager.get("/audit").text
    #expect(trail.contains("turned codes at login off") && trail.contains("logged in with a recovery code"))
    #expect(trail.contains("ben, wrong code") && !trail.contains("wrong password"))
  }
}
