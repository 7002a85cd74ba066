import Foundation
import ProofbackTestSupport
import Testing

/// A stored credential is modified on its page.
@Suite struct CredentialPageTests {
  private func id(_ manager: Browser) async throws -> String {
    let page = try await manager.get("/credentials").text
    return try String(#require(page.firstMatch(of: /\/credentials\/([a-z0-9]+)\/edit/)).output.1)
  }

  @Test func `a key is renamed and gets a passphrase that opens it, and what is wrong stands beside its field`()
    async throws
  {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let key = try await LockedKeys.gpg("planted passphrase")
    let fields = ["name": "nightly", "kind": "decryptionKey", "keyPassphrase": "planted passphrase"]
    #expect(try await manager.upload("/credentials", fields, file: ("file", key)).status == 303)
    let path = "/credentials/\(try await id(manager))"
    let form = try await manager.get(path + "/edit").text
    #expect(form.contains("name=\"name\" value=\"nightly\"") && form.contains("GPG secret key, with its passphrase"))
    #expect(!form.contains("planted passphrase"))
    let wrong = try await manager.post(
      path, ["name": "", "hosts": "db1 <b>", "keyPassphrase": ""])
    #expect(wrong.status == 422 && wrong.text.contains("it is empty"))
    #expect(wrong.text.contains("value=\"db1 &lt;b&gt;\""))
    let other = try await manager.post(path, ["name": "weekly", "hosts": "", "keyPassphrase": "planted, but another"])
    #expect(other.status == 422 && other.text.contains("it does not open this key"))
    #expect(other.text.contains("value=\"weekly\"") && !other.text.contains("planted, but another"))
    let saved = try await manager.post(
      path, ["name": "weekly", "hosts": "db1", "keyPassphrase": "planted passphrase"])
    #expect(saved.status == 303 && saved.location == "/credentials")
    let list = try await manager.get("/credentials").text
    #expect(list.contains("weekly") && !list.contains("nightly") && list.contains("for db1"))
    #expect(try await manager.get("/audit").text.contains("changed a credential"))
  }

  @Test func `hosts that would lock a backup server out are told before, and what was typed stays`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let key = Data("AKIAIOSFODNN7EXAMPLE:a-secret-of-the-cloud".utf8)
    let fields = ["name": "cloud", "kind": "cloudKey", "hosts": "nights"]
    #expect(try await manager.upload("/credentials", fields, file: ("file", key)).status == 303)
    let id = try await id(manager)
    let token = try await manager.token("all", "manage")
    let server = try await Caller(origin: kit.origin, token: token).post(
      "/servers", ["name": "nights", "address": "s3://nights?region=eu-central-1", "credential": id])
    #expect(server.status == 201, "\(server.text)")
    let form = try await manager.get("/credentials/\(id)/edit")
    #expect(form.status == 200 && !form.text.contains("keyPassphrase"))
    let refused = try await manager.post("/credentials/\(id)", ["name": "cloud 2", "hosts": "days"])
    #expect(refused.status == 409)
    #expect(refused.text.contains("With these hosts it could not be used by backup server nights any more."))
    #expect(refused.text.contains("value=\"cloud 2\"") && refused.text.contains("value=\"days\""))
    #expect(try await manager.post("/credentials/\(id)", ["name": "cloud 2", "hosts": "days nights"]).status == 303)
  }
}
