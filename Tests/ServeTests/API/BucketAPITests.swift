import Foundation
import ProofbackTestSupport
import Testing

/// Cloud keys and buckets over the API, with a real S3 service.
@Suite struct BucketAPITests {
  @Test func `US2.2: a cloud key is stored, a bucket is set up with it, and a backup in it is proven`() async throws {
    let server = try await SharedServer.ready.value
    try await S3Server.running { service in
      try await service.makeBucket("nights")
      try await service.put("nights/good.sql", file: server.backups + "/good.sql")
      let key: [String: any Sendable] = [
        "name": "cloud", "kind": "cloudKey", "accessKeyID": S3Server.key, "secret": S3Server.secret,
        "hosts": ["127.0.0.1/nights"],
      ]
      let stored = try await server.manager.post("/credentials", key)
      #expect(stored.status == 201 && stored.json["description"] as? String == "cloud key ending in T123")
      #expect(!stored.text.contains(S3Server.secret))
      let none = try await server.manager.post(
        "/credentials", ["name": "none", "kind": "cloudKey", "secret": "hello"])
      #expect(none.facts == ["secret: it is no cloud key: it holds no access key id with its secret access key"])
      let odd = try await server.manager.post(
        "/credentials", ["name": "odd", "kind": "passphrase", "secret": "hello", "accessKeyID": "AKIA"])
      #expect(odd.facts == ["accessKeyID: only a cloud key has one"])

      func bucket(_ address: String) async throws -> Caller.Answer {
        try await server.manager.post(
          "/servers", ["name": "bucket of nights", "address": address, "credential": stored.id])
      }
      #expect(try await bucket("s3://days?endpoint=\(service.endpoint)").facts.first?.hasPrefix("credential: ") == true)
      #expect(try await bucket("gopher://nights").facts == ["address: there is no kind gopher"])
      #expect(try await bucket("s3://nights/shop").facts == ["address: it has a path, which backups bring"])
      let made = try await bucket("s3://nights?endpoint=\(service.endpoint)")
      #expect(made.status == 201, "\(made.text)")
      let keys = try await server.manager.post(
        "/servers/host-keys",
        ["name": "n", "address": "s3://nights?endpoint=\(service.endpoint)", "credential": stored.id])
      #expect(keys.facts == ["address: it is known by no host keys"])
      #expect(try await server.manager.post("/servers/\(made.id)/check").json["found"] as? Bool == true)

      let run = try await server.user.post("/runs", ["server": made.id, "location": "good.sql"])
      #expect(run.status == 201, "\(run.text)")
      #expect(try await server.ended(run.id).json["verdict"] as? String == "passed")
      let none2 = try await server.ended(
        server.user.post("/runs", ["server": made.id, "location": "/", "file": "absent*"]).id)
      #expect(none2.json["cause"] as? String == "location.no-match")
      let schedule = try await server.user.post(
        "/schedules", ["name": "nightly in a bucket", "server": made.id, "location": "", "file": "go*"])
      #expect(schedule.status == 422 && schedule.facts == ["location: it is empty"])
      let whole = try await server.user.post(
        "/schedules", ["name": "nightly in a bucket", "server": made.id, "location": "/", "file": "go*"])
      #expect(whole.status == 201, "\(whole.text)")
      let started = try await server.user.post("/schedules/\(whole.id)/run")
      #expect(try await server.ended(started.id).json["verdict"] as? String == "passed")
      #expect(try await server.manager.delete("/servers/\(made.id)").status == 409)
      #expect(try await server.user.delete("/schedules/\(whole.id)").status == 204)
      #expect(try await server.manager.delete("/credentials/\(stored.id)").status == 409)
      #expect(try await server.manager.delete("/servers/\(made.id)").status == 204)
      #expect(try await server.manager.delete("/credentials/\(stored.id)").status == 204)
    }
  }
}
