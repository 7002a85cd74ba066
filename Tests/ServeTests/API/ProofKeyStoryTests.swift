import Foundation
import ProofbackClient
import ProofbackCore
import ProofbackTestSupport
import Testing

/// Proofs beside backups that a server tests.
@Suite struct ProofKeyStoryTests {
  private static let shared = "a shared key of proofs, planted, 40 bytes"
  /// RFC 8032, section 7.1, test 1.
  private static let signing =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"

  /// A good dump with a proof beside it, sealed with `key`.
  private func stamp(_ path: String, _ key: String, _ folder: TemporaryFolder) async throws {
    try SharedServer.dump.write(toFile: path, atomically: true, encoding: .utf8)
    try key.write(toFile: folder.path + "/key", atomically: true, encoding: .utf8)
    let ended = try await ClientProgram.run(
      ["stamp", "--output", path + ".proof.json", "--key", folder.path + "/key", "--file", path],
      config: folder.path + "/c")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  private func codes(_ server: SharedServer, _ run: Caller.Answer) async throws -> [String] {
    let report = try await server.user.get("/runs/\(run.id)/report")
    let findings = report.json["findings"] as? [[String: Any]] ?? []
    return findings.compactMap { $0["code"] as? String }.filter { $0.hasPrefix("proof.") }.sorted()
  }

  @Test func `a restore test checks seals with a stored key, and a backup without a proof is bad then`() async throws {
    let server = try await SharedServer.ready.value
    try await TemporaryFolder.with("proofs") { folder in
      for (name, key) in [("shared", Self.shared), ("pair", Self.signing)] {
        let location = server.backups + "/stamped-\(name).sql"
        try await stamp(location, key, folder)
        let open = try await server.ended(server.user.post("/runs", ["location": location]).id)
        #expect(try await codes(server, open) == ["proof.holds", "proof.seal-unchecked"])
        let added = try await server.manager.post(
          "/credentials", ["name": "proofs, \(name)", "kind": "proofKey", "secret": key + "\r\n"])
        #expect(added.status == 201, "\(added.text)")
        #expect(!added.text.contains("planted") && !added.text.contains("MC4CAQ"))
        let what = added.json["description"] as? String ?? ""
        #expect(what.hasPrefix(name == "pair" ? "Ed25519 public key for proofs" : "shared key for proofs"), "\(what)")
        let made = try await server.user.post(
          "/schedules", ["name": "proofs, \(name)", "location": location, "proofKey": added.id])
        #expect(made.status == 201 && made.json["proofKey"] as? String == added.id, "\(made.text)")
        let run = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
        #expect(run.json["verdict"] as? String == "passed", "\(run.text)")
        #expect(try await codes(server, run) == ["proof.holds", "proof.sealed"])
        #expect(try await server.manager.delete("/credentials/\(added.id)").status == 409)

        try FileManager.default.removeItem(atPath: location + ".proof.json")
        let without = try await server.ended(server.user.post("/schedules/\(made.id)/run").id)
        #expect(without.json["cause"] as? String == "proof.missing", "\(without.text)")
        let report = try await server.user.get("/runs/\(without.id)/report").text
        #expect(!report.contains("planted") && !report.contains("MC4CAQ"))
        #expect(try await server.user.delete("/schedules/\(made.id)").status == 204)
        #expect(try await server.manager.delete("/credentials/\(added.id)").status == 204)
      }
    }
  }

  @Test func `a proof key is chosen in the form, on the command line and in files, and is no other kind of key`()
    async throws
  {
    let server = try await SharedServer.ready.value
    let location = server.backups + "/good.sql"
    let short = try await server.manager.post(
      "/credentials", ["name": "too short", "kind": "proofKey", "secret": "planted"])
    #expect(short.facts.first?.contains("a shared key of 7 bytes is too short") == true, "\(short.text)")
    let key = try await server.manager.post(
      "/credentials", ["name": "of the form", "kind": "proofKey", "secret": Self.shared + " 2"]
    ).id
    let other = try await server.manager.post(
      "/credentials", ["name": "no proof key", "kind": "passphrase", "secret": "some passphrase"]
    ).id
    let wrong = try await server.user.post("/runs", ["location": location, "proofKey": other])
    #expect(wrong.facts == ["proofKey: this credential is not stored any more"])

    let browser = Browser(server.kit)
    _ = try await browser.post("/login", ["login": "ben", "password": Browser.password])
    _ = try await browser.get("/schedules/new")
    var fields = ["name": "by form", "location": location, "frequency": "daily", "time": "3:00", "proofKey": key]
    fields.merge(["timeZone": "UTC", "repetition": "ever", "checked": "\n\(location)\n"]) { $1 }
    #expect(try await browser.post("/schedules", fields).status == 303)
    let schedule = try #require(
      try await server.user.get("/schedules?limit=200").items.first { $0["name"] as? String == "by form" })
    #expect(schedule["proofKey"] as? String == key)
    let id = schedule["id"] as? String ?? ""
    let form = try await browser.get("/schedules/\(id)/edit").text
    #expect(form.contains("<option value=\"\(key)\" selected>of the form (shared key for proofs"), "\(form)")
    // Something else is changed, and it stays.
    #expect(try await server.user.patch("/schedules/\(id)", ["maxAge": "2d"]).json["proofKey"] as? String == key)

    try await TemporaryFolder.with("client") { folder in
      let config = folder.path + "/client.json"
      let token = try #require(server.user.token)
      _ = try await ClientProgram.run(["login", server.kit.origin], config: config, input: token + "\n")
      let run = try await ClientProgram.run(
        ["runs", "start", location, "--proof-key", "of the form", "--wait"], config: config)
      #expect(run.status == 1 && run.output.contains("there is no proof beside the backup"), "\(run)")
      let file = folder.path + "/schedules.yaml"
      try "schedules:\n  - {name: by form, location: \(location), maxAge: 2d, proofKey: of the form}\n".write(
        toFile: file, atomically: true, encoding: .utf8)
      let same = try await ClientProgram.run(["apply", file, "--dry-run"], config: config)
      #expect(same.output.contains("0 to add, 0 to change"), "\(same)")
    }
    #expect(try await server.user.patch("/schedules/\(id)", ["proofKey": NSNull()]).json["proofKey"] == nil)
    #expect(try await server.user.delete("/schedules/\(id)").status == 204)
    for one in [key, other] { #expect(try await server.manager.delete("/credentials/\(one)").status == 204) }
  }
}
