import Foundation
import ProofbackTestSupport
import Testing

/// From the cloud key to the restored backup, with a real S3 service, on the pages.
@Suite(.serialized) struct BucketStoryTests {
  private static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"

  private func id(_ page: String, _ kind: String) throws -> String {
    try String(#require(try page.firstMatch(of: Regex("/\(kind)/([a-z0-9]+)/delete"))).output[1].substring ?? "")
  }

  @Test func `a bucket is set up with its cloud key, and backups in it are restored`() async throws {
    try await S3Server.running { service in
      let kit = try ServeKit()
      let manager = try await Browser.manager(kit)
      let user = try await Browser.user(kit, addedBy: manager)
      for bucket in ["nights", "days"] { try await service.makeBucket(bucket) }
      let file = kit.folder + "/a 1.sql"
      try Self.dump.write(toFile: file, atomically: true, encoding: .utf8)
      try await service.put("nights/shop/a 1.sql", file: file)

      let fields = [
        "name": "aws", "kind": "cloudKey", "accessKeyID": S3Server.key, "secret": S3Server.secret, "hosts": "nights",
      ]
      #expect(try await manager.post("/credentials", fields.merging(["secret": "short"]) { $1 }).status == 422)
      #expect(try await manager.post("/credentials", fields).status == 303)
      let page = try await manager.get("/credentials").text
      #expect(page.contains("cloud key ending in T123") && page.contains("for nights"))
      #expect(!page.contains(S3Server.secret) && !page.contains(S3Server.key))
      // The same key in another form is the same key.
      let file2 = "[default]\naws_access_key_id=\(S3Server.key)\naws_secret_access_key=\(S3Server.secret)\n"
      let twice = try await manager.post("/credentials", ["name": "b", "kind": "cloudKey", "secret": file2])
      #expect(twice.text.contains("this secret is stored already"))
      let credential = try id(page, "credentials")

      let empty = try await manager.get("/servers/new?kind=s3").text
      #expect(empty.contains("Cloud key") && empty.contains("name=\"endpoint\"") && !empty.contains("SSH key"))
      var server = [
        "kind": "s3", "name": "aws nights", "bucket": "days", "endpoint": service.endpoint, "credential": credential,
      ]
      let bound = try await manager.post("/servers", server)
      #expect(bound.status == 422 && bound.text.contains("aws may not be used for 127.0.0.1/days"))
      #expect(bound.text.contains("value=\"\(service.endpoint)\""))
      server["bucket"] = "nights"
      server["region"] = "NOWHERE!"
      #expect(try await manager.post("/servers", server).text.contains("the region is no region&#39;s name: NOWHERE!"))
      server["region"] = "eu-central-1"
      let saved = try await manager.post("/servers", server)
      #expect(saved.text.contains("the server lets this key in"), "\(saved.text)")
      #expect(saved.text.contains("the bucket nights at 127.0.0.1:\(service.port), without TLS"))
      let id = try id(saved.text, "servers")
      #expect(try await manager.get("/servers/\(id)/edit").text.contains("value=\"eu-central-1\""))

      let form = ["server": id, "location": "shop", "file": "a*.sql"]
      let check = try await user.post("/runs", form.merging(["do": "check"]) { $1 })
      #expect(check.text.contains("a 1.sql, 77 bytes, written"), "\(check.text)")
      let run = try #require(try await user.post("/runs", form).location)
      _ = try await user.get(run + "/events")
      let result = try await user.get(run).text
      #expect(result.contains("1 table with 3 rows came back"))
      #expect(!result.contains(S3Server.secret))
      #expect(try await user.get("/servers").status == 404)
      let raw = try await user.post("/runs", ["location": service.location("nights/shop/a 1.sql")])
      #expect(raw.status == 422 && raw.text.contains("hosts are reached as backup servers only"))
      let inUse = try await manager.post("/credentials/\(credential)/delete", [:])
      #expect(inUse.status == 409 && inUse.text.contains("backup server aws nights"))
    }
  }

  @Test func `a bucket that does not answer as one is kept, and said not to be reached`() async throws {
    try await S3Server.running { service in
      let kit = try ServeKit()
      let manager = try await Browser.manager(kit)
      _ = try await manager.post(
        "/credentials",
        ["name": "aws", "kind": "cloudKey", "accessKeyID": S3Server.key, "secret": "not/the+secret1"])
      let credential = try id(try await manager.get("/credentials").text, "credentials")
      let server = [
        "kind": "s3", "name": "x", "bucket": "nights", "endpoint": service.endpoint, "credential": credential,
      ]
      let saved = try await manager.post("/servers", server)
      #expect(saved.text.contains("could not tell") && saved.text.contains("refuses the secret"))
      let key = try #require(kit.folder.isEmpty ? nil : credential)
      let ssh = try await manager.post("/servers", ["name": "y", "address": "a@db1", "credential": key])
      #expect(ssh.status == 422 && ssh.text.contains("no SSH key is chosen"))
    }
  }
}
