import Foundation
import Testing

@testable import ProofbackWeb

/// Bad input: each answer names what is wrong, as problem details.
@Suite struct ProblemTests {
  private func refused(_ answer: Caller.Answer, _ fact: String, line: Int = #line) {
    #expect(answer.status == 422, "line \(line): \(answer.text)")
    #expect(answer.headers["content-type"] == "application/problem+json", "line \(line)")
    #expect(answer.facts.contains { $0.hasPrefix(fact) }, "line \(line): \(answer.facts)")
  }

  @Test func `fields of schedules and runs are refused by name`() async throws {
    let server = try await SharedServer.ready.value
    let good: [String: any Sendable] = ["name": "x", "location": server.backups + "/good.sql"]
    func schedule(_ fields: [String: any Sendable]) async throws -> Caller.Answer {
      try await server.user.post("/schedules", good.merging(fields) { $1 })
    }
    refused(try await schedule(["frequency": "cron", "cron": "61 * * * *"]), "cron: its minute is 61")
    refused(try await schedule(["timeZone": "Europe/Nowhere"]), "timeZone: there is no time zone Europe/Nowhere")
    refused(try await schedule(["type": "oracle"]), "type: there is no type oracle")
    refused(try await schedule(["time": "25:00"]), "time: 25:00 is no time")
    refused(try await schedule(["weekday": "monday"]), "weekday: it is no whole number")
    refused(try await schedule(["recipients": ["-oProxyCommand=x"]]), "recipients: -oProxyCommand=x is no recipient")
    refused(try await schedule(["recipients": ["b@x.example", "DEADBEEF"]]), "recipients: DEADBEEF has 8 digits")
    refused(try await schedule(["recipients": "b@x.example"]), "recipients: it is no list of lines")
    refused(try await schedule(["recipients": ["a\nb"]]), "recipients: it is no list of lines")
    let many = (0..<60).map { "b\($0)@x.example" }
    refused(try await schedule(["recipients": many]), "recipients: they are 60")
    refused(try await schedule(["requireEncryption": "yes"]), "requireEncryption: it is neither true nor false")
    refused(
      try await schedule(["opensslCipher": "-aes-256-cbc"]), "opensslCipher: there is no cipher -aes-256-cbc here")
    refused(try await schedule(["maxAge": "old"]), "maxAge: old is no time")
    let wrong = try await schedule([
      "type": "dbase", "minSize": "x", "depth": "y", "memory": "1kB", "options": ["database": "a/b", "what": "z"],
    ])
    let fields = (wrong.json["errors"] as? [[String: Any]] ?? []).compactMap { $0["field"] as? String }
    #expect(fields.sorted() == ["depth", "memory", "minSize", "option-database", "options", "type"])
    refused(try await schedule(["locaton": "/x"]), "locaton: there is no such field")
    refused(try await schedule(["name": "a\u{7}b"]), "name: it holds a control character")
    refused(try await schedule(["name": String(repeating: "n", count: 101)]), "name: it has 101 characters")
    refused(try await server.user.post("/runs", ["location": "/etc/passwd"]), "location: /etc/passwd lies in none")
    refused(try await server.user.post("/runs", ["location": "ssh://-oProxyCommand=x/y"]), "location: ")
    refused(try await server.user.post("/runs", [:]), "location: it is empty")
    let long = "/" + String(repeating: "a", count: 5000)
    refused(try await server.user.post("/runs", ["location": long]), "location: it has 5001 bytes")
    refused(try await server.user.get("/runs?limit=0"), "limit: it is no number from 1 to 200")
    refused(try await server.user.get("/runs?cursor=x"), "cursor: ")
    refused(try await server.user.get("/runs?verdikt=failed"), "verdikt: there is no such parameter here")
    // Several at once: each is named.
    let several = try await schedule(["time": "x", "name": "a\u{7}b"])
    #expect(several.facts.count == 2, "\(several.facts)")
    let times = try await schedule(["time": "x", "timeZone": "Nowhere", "until": "2027-02-31", "repetition": "until"])
    #expect(times.facts.count == 3, "\(times.facts)")
  }

  @Test func `keys, people and folders are refused by name`() async throws {
    let server = try await SharedServer.ready.value
    func key(_ fields: [String: any Sendable]) async throws -> Caller.Answer {
      let good: [String: any Sendable] = ["name": "k", "kind": "passphrase", "secret": "s"]
      return try await server.manager.post("/credentials", good.merging(fields) { $1 })
    }
    let noKey = try await key(["kind": "decryptionKey", "secret": "-----BEGIN CERTIFICATE-----\nx\n"])
    refused(noKey, "secret: ")
    refused(try await key(["kind": "password"]), "kind: there is no kind password")
    #expect(try await key(["name": "the first", "secret": "one and the same"]).status == 201)
    refused(try await key(["name": "The First", "secret": "other"]), "name: a credential has this name already")
    refused(try await key(["name": "other", "secret": "one and the same"]), "secret: this secret is stored already")
    func person(_ fields: [String: any Sendable]) async throws -> Caller.Answer {
      let good: [String: any Sendable] = ["login": "new", "name": "New", "password": Browser.password]
      return try await server.manager.post("/people", good.merging(fields) { $1 })
    }
    refused(try await person(["password": "short"]), "password: it has 5 characters")
    refused(try await person(["login": "ben"]), "login: somebody has the login ben already")
    refused(try await person(["role": "king"]), "role: there is no role king")
    refused(
      try await server.manager.post("/settings/allowed-paths", ["path": "relative"]),
      "path: relative is no absolute path")
  }

  @Test func `what is no request of ours gets a problem of its own kind`() async throws {
    let server = try await SharedServer.ready.value
    func status(_ answer: Caller.Answer) -> Int {
      #expect(answer.headers["content-type"] == "application/problem+json")
      #expect(answer.json["status"] as? Int == answer.status && answer.json["title"] != nil)
      return answer.status
    }
    let json = Data("{\"location\": \"/x\"".utf8)
    #expect(status(try await server.user.ask("POST", "/runs", json)) == 400)
    #expect(status(try await server.user.ask("POST", "/runs", Data("[1]".utf8))) == 400)
    #expect(status(try await server.user.ask("POST", "/runs", json, ["Content-Type": "text/xml"])) == 415)
    #expect(status(try await server.user.ask("POST", "/runs", Data(count: (1 << 20) + 1))) == 413)
    #expect(status(try await server.user.get("/runs/nosuchid")) == 404)
    #expect(status(try await server.user.get("/nothing")) == 404)
    let wrong = try await server.user.ask("PUT", "/runs")
    #expect(status(wrong) == 405)
    #expect(wrong.headers["allow"] == "GET, HEAD, POST")
  }

  @Test func `wrong tokens are slowed by address, right ones are not`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let right = Caller(origin: kit.origin, token: try await manager.token("t", "read"))
    let wrong = Caller(origin: kit.origin, token: "proofback_guess")
    var last = try await wrong.get("/me")
    for _ in 0..<20 where last.status == 401 { last = try await wrong.get("/me") }
    #expect(last.status == 429)
    #expect(Int(last.headers["retry-after"] ?? "") != nil)
    #expect(try await right.get("/me").status == 200)
  }
}
