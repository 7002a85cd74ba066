import Foundation
import ProofbackTestSupport
import Testing

/// Codes at login, made as another program makes them.
@Suite(.serialized) struct SecondFactorTests {
  /// RFC 6238 in Python's own words.
  private static let program = """
    import base64, hmac, struct, sys, time
    key = base64.b32decode(sys.argv[1] + '=' * (-len(sys.argv[1]) % 8))
    step = int(time.time()) // 30 + int(sys.argv[2])
    digest = hmac.new(key, struct.pack('>Q', step), 'sha1').digest()
    at = digest[19] & 15
    print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000))
    """

  private func code(_ secret: String, step: Int) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", Self.program, secret, "\(step)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func pending(_ text: String) throws -> String {
    String(try #require(text.firstMatch(of: /name="pending" value="([^"]+)"/)).output.1)
  }

  @Test func `a login with codes needs both, takes no code twice, and a manager helps whoever lost the device`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let user = try await Browser.user(kit, addedBy: manager)
    _ = try await user.get("/account/codes")
    #expect(try await user.post("/account/codes", [:]).status == 303)
    let page = try await user.get("/account/codes").text
    let secret = String(try #require(page.firstMatch(of: /secret=([A-Z2-7]{32})/)).output.1)
    #expect(page.contains("otpauth://totp/Proofback%3Aben"))
    #expect(try await user.post("/account/codes/confirm", ["code": "000000"]).status == 422)
    // The step before still counts, and leaves those of now and after for the logins.
    let on = try await user.post("/account/codes/confirm", ["code": try code(secret, step: -1)]).text
    let recovery = String(try #require(on.firstMatch(of: /<code>([a-z0-9-]+)<\/code>/)).output.1)

    let login = ["login": "ben", "password": Browser.password]
    let other = Browser(kit)
    let asked = try await other.post("/login", login)
    #expect(asked.status == 200 && other.cookie == nil)
    let first = try pending(asked.text)
    #expect(try await other.post("/login/code", ["pending": first, "code": "000000"]).status == 422)
    #expect(try await other.get("/").location == "/login")
    let now = try code(secret, step: 1)
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
