import Foundation
import ProofbackTestSupport
import Testing

/// What managers do with credentials over the API.
@Suite struct CredentialAPITests {
  private static let passphrase = "planted passphrase of the API"

  private func add(_ name: String, _ kind: String, _ secret: Data, _ more: [String: any Sendable] = [:]) async throws
    -> Caller.Answer
  {
    let fields: [String: any Sendable] = ["name": name, "kind": kind, "file": secret.base64EncodedString()]
    return try await SharedServer.ready.value.manager.post("/credentials", fields.merging(more) { $1 })
  }

  @Test func `a locked key is stored with the passphrase that opens it, and a wrong one is refused by name`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let keys = [
      ("locked ssh", "sshKey", try await LockedKeys.ssh(Self.passphrase), "OpenSSH private key, with its passphrase"),
      ("locked gpg", "decryptionKey", try await LockedKeys.gpg(Self.passphrase), "GPG secret key, with its passphrase"),
    ]
    for (name, kind, key, description) in keys {
      let without = try await add(name, kind, key)
      #expect(without.status == 422)
      #expect(without.facts == ["keyPassphrase: the key is locked with a passphrase of its own"])
      let wrong = try await add(name, kind, key, ["keyPassphrase": "not this one"])
      #expect(wrong.status == 422 && wrong.facts == ["keyPassphrase: it does not open this key"])
      #expect(!wrong.text.contains("not this one"))
      let right = try await add(name, kind, key, ["keyPassphrase": Self.passphrase])
      #expect(right.status == 201 && right.json["description"] as? String == description, "\(right.text)")
      #expect(!right.text.contains(Self.passphrase))
      #expect(try await server.manager.delete("/credentials/\(right.id)").status == 204)
    }
  }

  @Test func `US2.7: a manager renames a key, binds it, and replaces its passphrase, which is never shown`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let manager = server.manager
    let key = try await LockedKeys.ssh(Self.passphrase)
    let id = try await add("to be renamed", "sshKey", key, ["keyPassphrase": Self.passphrase]).id
    let renamed = try await manager.patch("/credentials/\(id)", ["name": " renamed ", "hosts": ["DB1", "db2"]])
    #expect(renamed.status == 200 && renamed.json["name"] as? String == "renamed", "\(renamed.text)")
    #expect(renamed.json["hosts"] as? [String] == ["db1", "db2"])
    let wrong = try await manager.patch("/credentials/\(id)", ["name": "half done", "keyPassphrase": "another one"])
    #expect(wrong.status == 422 && wrong.facts == ["keyPassphrase: it does not open this key"])
    let right = try await manager.patch("/credentials/\(id)", ["keyPassphrase": Self.passphrase, "hosts": NSNull()])
    #expect(right.status == 200 && !right.text.contains(Self.passphrase))
    let shown = try await manager.get("/credentials/\(id)").json
    #expect(shown["name"] as? String == "renamed" && shown["hosts"] as? [String] == [])
    #expect(shown["description"] as? String == "OpenSSH private key, with its passphrase")
    let lines = try await manager.get("/audit?text=credential.changed&limit=200").items.filter {
      $0["about"] as? String == id
    }
    #expect(
      lines.compactMap { $0["details"] as? String } == [
        "renamed, for all hosts, a new passphrase", "renamed, was to be renamed, for db1 db2",
      ], "\(lines)")
    #expect(try await manager.delete("/credentials/\(id)").status == 204)
  }

  @Test func `a change that is none of a credential is refused by name, and to others there is nothing`() async throws {
    let server = try await SharedServer.ready.value
    let id = try await add("kept as it is", "passphrase", Data("kept secret as it is".utf8)).id
    let other = try await add("taken name", "passphrase", Data("another kept secret".utf8)).id
    func facts(_ fields: [String: any Sendable]) async throws -> [String] {
      let answer = try await server.manager.patch("/credentials/\(id)", fields)
      #expect(answer.status == 422)
      return answer.facts
    }
    #expect(try await facts(["name": "Taken Name"]) == ["name: a credential has this name already"])
    #expect(try await facts(["name": NSNull()]) == ["name: it is empty"])
    #expect(
      try await facts(["name": "a\u{202E}b", "keyPassphrase": "two\nlines", "hosts": ["a\u{7}"]]) == [
        "name: it holds a control character",
        "keyPassphrase: it is no passphrase: it is one line of at most 1024 bytes",
        "hosts: they are not all hosts' names",
      ])
    #expect(
      try await facts(["name": String(repeating: "n", count: 101)]) == ["name: it has 101 characters"])
    #expect(try await facts(["keyPassphrase": "x"]) == ["keyPassphrase: only a key has one of its own"])
    #expect(try await facts(["secret": "x"]) == ["secret: there is no such field"])
    let shown = try await server.manager.get("/credentials/\(id)")
    #expect(shown.json["name"] as? String == "kept as it is" && !shown.text.contains("kept secret"))
    #expect(try await server.manager.patch("/credentials/nosuchid", ["name": "n"]).status == 404)
    #expect(try await server.managerRuns.patch("/credentials/\(id)", ["name": "n"]).status == 403)
    #expect(try await server.user.patch("/credentials/\(id)", ["name": "n"]).status == 404)
    for one in [id, other] { #expect(try await server.manager.delete("/credentials/\(one)").status == 204) }
  }

  @Test func `a binding that would lock out what uses it is a conflict that names it`() async throws {
    let server = try await SharedServer.ready.value
    let manager = server.manager
    let cloud = try await add("nightly cloud", "cloudKey", Data("AKIAIOSFODNN7BINDING:a-secret-of-the-cloud".utf8)).id
    let age = try await add("nightly age", "decryptionKey", Data(AgeKey().identity.utf8)).id
    let place = try await manager.post(
      "/servers", ["name": "nightly", "address": "s3://nightly?region=eu-central-1", "credential": cloud])
    #expect(place.status == 201, "\(place.text)")
    let backup: [String: any Sendable] = ["server": place.id, "location": "/shop.age", "decryptionKeys": [age]]
    let schedule = try await manager.post("/schedules", backup.merging(["name": "nightly shop"]) { $1 })
    #expect(schedule.status == 201, "\(schedule.text)")
    func bind(_ credential: String, _ hosts: [String]) async throws -> Caller.Answer {
      try await manager.patch("/credentials/\(credential)", ["hosts": hosts])
    }
    let locked = try await bind(cloud, ["elsewhere"])
    #expect(locked.status == 409)
    #expect(
      locked.json["detail"] as? String == "with these hosts it could not be used by backup server nightly any more")
    #expect((try await bind(age, ["elsewhere"]).json["detail"] as? String)?.contains("by nightly shop any") == true)
    #expect(try await bind(cloud, ["nightly"]).status == 200)
    #expect(try await bind(age, ["elsewhere", "nightly"]).status == 200)
    #expect(try await manager.delete("/schedules/\(schedule.id)").status == 204)
    // Nothing uses it any more: it may be bound elsewhere, and is not let out where it is not bound.
    #expect(try await bind(age, ["elsewhere"]).status == 200)
    let refused = try await manager.post("/runs", backup)
    #expect(
      refused.facts.first?.hasPrefix("decryptionKeys: nightly age may not be used for ") == true, "\(refused.text)")
    #expect(try await manager.delete("/servers/\(place.id)").status == 204)
    for one in [cloud, age] { #expect(try await manager.delete("/credentials/\(one)").status == 204) }
  }

  @Test func `a restore test with two locked keys opens what is encrypted to either`() async throws {
    let server = try await SharedServer.ready.value
    var ids: [String] = []
    for name in ["bob", "dora"] {
      let passphrase = "planted passphrase of \(name)"
      let key = try await LockedKeys.gpg(passphrase, of: "\(name)@example.org")
      ids.append(try await add("key of \(name)", "decryptionKey", key, ["keyPassphrase": passphrase]).id)
      try await LockedKeys.write(SharedServer.dump, to: server.backups + "/\(name).sql.gpg", for: key)
    }
    for name in ["bob", "dora"] {
      let backup: [String: any Sendable] = ["location": server.backups + "/\(name).sql.gpg", "decryptionKeys": ids]
      let run = try await server.ended(server.user.post("/runs", backup).id)
      #expect(run.json["verdict"] as? String == "passed", "\(run.text)")
    }
    for id in ids { #expect(try await server.manager.delete("/credentials/\(id)").status == 204) }
  }
}
