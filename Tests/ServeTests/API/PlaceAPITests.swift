import Foundation
import ProofbackTestSupport
import Testing

/// Web servers and repositories over the API, with real ones.
@Suite(.serialized) struct PlaceAPITests {
  @Test func `a web server is set up with its login and its authority, and a backup on it is proven`() async throws {
    let server = try await SharedServer.ready.value
    let web = try await WebServer.start(serving: server.backups)
    let login = try await server.manager.post(
      "/credentials", ["name": "web login", "kind": "login", "secret": WebServer.login])
    #expect(login.status == 201 && login.json["description"] as? String == "login of backup", "\(login.text)")
    let none = try await server.manager.post("/credentials", ["name": "no", "kind": "login", "secret": "a\nb"])
    #expect(
      none.facts == ["secret: it is no login: it has several lines: a login is name:password, or a token, on one"])
    var setup: [String: any Sendable] = [
      "name": "files", "address": "https://localhost:\(web.port)", "credential": login.id,
      "authority": String(decoding: web.authority, as: UTF8.self),
    ]
    let local = try await server.manager.post("/servers", setup)
    #expect(local.facts == ["address: localhost lies on this machine's own network"], "\(local.text)")
    #expect(try await server.manager.post("/settings/allowed-hosts", ["host": "localhost"]).status < 300)
    setup["authority"] = "-----BEGIN PRIVATE KEY-----"
    #expect(try await server.manager.post("/servers", setup).facts == ["authority: it is no certificate in PEM"])
    setup["authority"] = String(decoding: web.authority, as: UTF8.self)
    setup["password"] = login.id
    #expect(
      try await server.manager.post("/servers", setup).facts == ["password: a backup server of this kind has none"])
    setup["password"] = nil
    let made = try await server.manager.post("/servers", setup)
    #expect(made.status == 201 && made.json["credential"] as? String == login.id, "\(made.text)")
    #expect(try await server.manager.post("/servers/\(made.id)/check").json["found"] as? Bool == true)
    let run = try await server.user.post("/runs", ["server": made.id, "location": "/basic/good.sql"])
    #expect(run.status == 201, "\(run.text)")
    let ended = try await server.ended(run.id)
    #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)")
    let pattern = try await server.user.post("/runs", ["server": made.id, "location": "/basic", "file": "*.sql"])
    #expect(pattern.status == 422 && pattern.text.contains("there is no list of names"), "\(pattern.text)")
    // One without a login is kept, too.
    setup["credential"] = nil
    setup["name"] = "open files"
    let open = try await server.manager.post("/servers", setup)
    #expect(open.status == 201 && open.json["credential"] == nil, "\(open.text)")
    #expect(try await server.manager.delete("/servers/\(open.id)").status == 204)
    #expect(try await server.manager.delete("/credentials/\(login.id)").status == 409)
    #expect(try await server.manager.delete("/servers/\(made.id)").status == 204)
    await web.stop()
  }

  @Test(arguments: TestRepository.Program.allCases)
  func `a repository is set up with its password, and a file in it is proven`(
    _ program: TestRepository.Program
  ) async throws {
    let server = try await SharedServer.ready.value
    try await TemporaryFolder.with("repository") { folder in
      let repository = try await TestRepository.make(program, in: folder)
      try await repository.backUp([server.backups + "/good.sql"])
      let password = try await server.manager.post(
        "/credentials",
        ["name": "password of \(program)", "kind": "repositoryPassword", "secret": TestRepository.password])
      #expect(password.status == 201, "\(password.text)")
      let setup: [String: any Sendable] = [
        "name": "\(program) vault", "address": "\(program)://local?repository=\(repository.address)",
        "password": password.id,
      ]
      let made = try await server.manager.post("/servers", setup)
      #expect(made.status == 201, "\(made.text)")
      #expect(try await server.manager.post("/servers/\(made.id)/check").json["found"] as? Bool == true)
      let run = try await server.user.post("/runs", ["server": made.id, "location": server.backups + "/good.sql"])
      let ended = try await server.ended(run.id)
      #expect(ended.json["verdict"] as? String == "passed", "\(ended.text)")
      #expect(!ended.text.contains(TestRepository.password))
      #expect(try await server.manager.delete("/credentials/\(password.id)").status == 409)
      #expect(try await server.manager.delete("/servers/\(made.id)").status == 204)
      #expect(try await server.manager.delete("/credentials/\(password.id)").status == 204)
    }
  }
}
