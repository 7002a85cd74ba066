import Foundation
import ProofbackTestSupport
import Testing

/// From the key to the restored backup over the API, with a real OpenSSH server.
@Suite struct BackupServerAPIStoryTests {
  @Test
  func `US2.2: a backup server is set up over the API with its host key compared, and backups on it are restored`()
    async throws
  {
    try await SSHServer.running { sshd in
      let server = try await SharedServer.ready.value
      let manager = server.manager
      let key = try String(contentsOfFile: sshd.folder.path + "/user-key", encoding: .utf8)
      let credential = try await manager.post(
        "/credentials", ["name": "fetches over the API", "kind": "sshKey", "secret": key, "hosts": ["127.0.0.1"]])
      #expect(credential.status == 201, "\(credential.text)")
      var fields = [
        "name": "db1", "address": "\(sshd.user)@127.0.0.1:\(sshd.port)", "credential": credential.id,
      ]
      let shown = try await manager.post("/servers/host-keys", fields)
      let fingerprint = try await sshd.fingerprint()
      let keys = shown.json["keys"] as? [[String: String]] ?? []
      #expect(keys.contains { $0["fingerprint"] == fingerprint }, "\(shown.text)")
      #expect(try await manager.post("/servers", fields).facts == ["fingerprint: no host key is confirmed"])
      fields["fingerprint"] = try await sshd.fingerprint("other-host-key")
      #expect(try await manager.post("/servers", fields).status == 422)
      fields["fingerprint"] = fingerprint
      let added = try await manager.post("/servers", fields)
      #expect(added.status == 201 && added.json["name"] as? String == "db1", "\(added.text)")
      let path = "/servers/\(added.id)"
      #expect(try await manager.post(path + "/check").json["found"] as? Bool == true)

      let backup = ["server": added.id, "location": server.backups, "file": "go*.sql"]
      let check = try await server.user.post("/locations/check", backup)
      #expect(check.json["file"] as? String == "good.sql", "\(check.text)")
      let reading = try await server.userReads.get(
        "/locations/reading?server=\(added.id)&location=\(server.backups)&file=go*.sql")
      #expect((reading.json["understood"] as? String)?.contains("127.0.0.1") == true, "\(reading.text)")
      let run = try await server.ended(server.user.post("/runs", backup).id)
      #expect(run.json["verdict"] as? String == "passed", "\(run.text)")

      let schedule = try await server.user.post("/schedules", backup.merging(["name": "on db1"]) { $1 })
      #expect(try await manager.get(path).json["usedBy"] as? [String] == ["on db1"])
      #expect(try await manager.delete(path).status == 409)
      fields["name"] = "db one"
      let changed = try await manager.ask("PUT", path, try JSONSerialization.data(withJSONObject: fields))
      #expect(changed.json["name"] as? String == "db one", "\(changed.text)")
      #expect(try await server.user.get(path).status == 404)
      #expect(try await server.user.delete("/schedules/\(schedule.id)").status == 204)
      #expect(try await manager.delete("/credentials/\(credential.id)").status == 409)
      #expect(try await manager.delete(path).status == 204)
      #expect(try await manager.delete("/credentials/\(credential.id)").status == 204)
    }
  }
}
