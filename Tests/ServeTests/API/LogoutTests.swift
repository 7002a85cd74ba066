import Foundation
import ProofbackTestSupport
import Testing

/// `proofback logout` ends the token where it holds, and says when it could not.
@Suite struct LogoutTests {
  /// A login with a token of its own, made by somebody on their account page.
  private func withLogin(
    _ name: String, _ work: (_ caller: Caller, _ browser: Browser, _ config: String) async throws -> Void
  ) async throws {
    let server = try await SharedServer.ready.value
    let ben = Browser(server.kit)
    _ = try await ben.post("/login", ["login": "ben", "password": Browser.password])
    let caller = Caller(origin: server.kit.origin, token: try await ben.token(name, "read"))
    try await TemporaryFolder.with("logout") { folder in
      let config = folder.path + "/client.json"
      let login = try await ClientProgram.run(
        ["login", server.kit.origin], config: config, input: (caller.token ?? "") + "\n")
      #expect(login.status == 0, "\(login.errors)")
      try await work(caller, ben, config)
    }
  }

  private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func `the token is revoked at the server and forgotten here`() async throws {
    try await withLogin("of a laptop") { caller, ben, config in
      #expect(try await caller.get("/me").status == 200)
      let ended = try await ClientProgram.run(["logout"], config: config)
      #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended)")
      #expect(
        ended.output
          == "logged out: the token of a laptop was revoked at \(caller.origin), and is forgotten here\n")
      #expect(try await caller.get("/me").status == 401)
      #expect(!isThere(config))
      #expect(try await !ben.get("/account").text.contains("of a laptop"))
      let again = try await ClientProgram.run(["logout"], config: config)
      #expect(again.status == 0 && again.output == "you are not logged in at a server\n", "\(again)")
    }
  }

  @Test func `a token that was revoked before is forgotten, and that is no trouble`() async throws {
    try await withLogin("of an old laptop") { caller, _, config in
      let id = try #require((try await caller.get("/me").json["token"] as? [String: Any])?["id"] as? String)
      #expect(try await caller.delete("/me/tokens/\(id)").status == 204)
      let ended = try await ClientProgram.run(["logout"], config: config)
      #expect(ended.status == 0 && ended.output.contains("knew the token no more"), "\(ended)")
      #expect(!isThere(config))
    }
  }

  @Test func `when the server does not answer, the token is forgotten here, and it is said that it still holds`()
    async throws
  {
    try await TemporaryFolder.with("logout") { folder in
      let config = folder.path + "/client.json"
      try folder.write("client.json", "{\"server\": \"http://127.0.0.1:1\", \"token\": \"proofback_planted\"}")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: config)
      let away = try await ClientProgram.run(["logout"], config: config)
      #expect(away.status == 2 && away.output.isEmpty, "\(away)")
      #expect(
        away.errors == """
          the token is forgotten here, and still holds at http://127.0.0.1:1: http://127.0.0.1:1 does not answer: \
          connection refused
          next: revoke it on the account page of http://127.0.0.1:1

          """)
      #expect(!isThere(config) && !away.errors.contains("planted"))
      try folder.write("client.json", "no JSON")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: config)
      let damaged = try await ClientProgram.run(["logout"], config: config)
      #expect(damaged.status == 2 && damaged.errors.contains("still holds at the server"), "\(damaged)")
      #expect(!isThere(config))
    }
  }
}
