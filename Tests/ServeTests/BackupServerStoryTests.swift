import Foundation
import ProofbackTestSupport
import Testing

/// From the key's file to the restored backup, with a real OpenSSH server.
@Suite(.serialized) struct BackupServerStoryTests {
  private static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"

  /// The id of the only thing that a page can delete.
  private func id(_ page: String, _ kind: String) throws -> String {
    try String(#require(try page.firstMatch(of: Regex("/\(kind)/([a-z0-9]+)/delete"))).output[1].substring ?? "")
  }

  private func locked(_ sshd: SSHServer, with passphrase: String) throws -> Data {
    let path = sshd.folder.path + "/user-key"
    let keygen = Process()
    keygen.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
    keygen.arguments = ["-q", "-p", "-P", "", "-N", passphrase, "-f", path]
    try keygen.run()
    keygen.waitUntilExit()
    return try Data(contentsOf: URL(filePath: path))
  }

  @Test func `a backup server is set up with its host key compared, and backups on it are restored`() async throws {
    try await SSHServer.running { sshd in
      let kit = try ServeKit()
      let manager = try await Browser.manager(kit)
      let user = try await Browser.user(kit, addedBy: manager)
      let key = try locked(sshd, with: "orange juice")
      let fields = ["name": "backup key", "kind": "sshKey", "secret": "", "keyPassphrase": "", "hosts": "127.0.0.1"]
      _ = try await manager.get("/credentials")
      let refused = try await manager.upload("/credentials", fields, file: ("file", key))
      #expect(refused.status == 422)
      #expect(refused.text.contains("the key is locked with a passphrase of its own"))
      let other = fields.merging(["keyPassphrase": "apple juice"]) { $1 }
      let notOpened = try await manager.upload("/credentials", other, file: ("file", key))
      #expect(notOpened.status == 422 && notOpened.text.contains("it does not open this key"), "\(notOpened.text)")
      #expect(!notOpened.text.contains("apple juice") && notOpened.text.contains("value=\"backup key\""))
      let unlocked = fields.merging(["keyPassphrase": "orange juice"]) { $1 }
      #expect(try await manager.upload("/credentials", unlocked, file: ("file", key)).status == 303)
      let credential = try id(try await manager.get("/credentials").text, "credentials")

      var server = ["name": "db1", "address": "\(sshd.user)@127.0.0.1:\(sshd.port)", "credential": credential]
      let proposed = try await manager.post("/servers", server)
      let fingerprint = try await sshd.fingerprint()
      #expect(proposed.text.contains("Is this 127.0.0.1?"))
      #expect(proposed.text.contains("value=\"\(fingerprint)\""))
      #expect(try await manager.get("/servers").text.contains("None is set up yet"))
      server["confirmedAddress"] = server["address"]
      server["confirmed"] = try await sshd.fingerprint("other-host-key")
      let wrong = try await manager.post("/servers", server)
      #expect(wrong.status == 422 && wrong.text.contains("does not show the key"))
      server["confirmed"] = fingerprint
      let saved = try await manager.post("/servers", server)
      #expect(saved.text.contains("the server lets this key in"))
      let id = try id(saved.text, "servers")

      try Self.dump.write(toFile: kit.folder + "/backups/a 1.sql", atomically: true, encoding: .utf8)
      let form = ["server": id, "location": kit.folder + "/backups", "file": "a*.sql"]
      let check = try await user.post("/runs", form.merging(["do": "check"]) { $1 })
      #expect(check.text.contains("a 1.sql, 77 bytes, written"))
      let none = try await user.post("/runs", form.merging(["do": "check", "file": "b*"]) { $1 })
      #expect(none.text.contains("not found"))
      let run = try #require(try await user.post("/runs", form).location)
      _ = try await user.get(run + "/events")
      let page = try await user.get(run).text
      #expect(page.contains("1 table with 3 rows came back"))
      #expect(page.contains("db1:\(kit.folder)/backups"))
      #expect(try await user.get("/servers").status == 404)
      let raw = try await user.post("/runs", ["location": sshd.location("/etc/passwd")])
      #expect(raw.status == 422 && raw.text.contains("hosts are reached as backup servers only"))
    }
  }

  @Test func `addresses that are none are refused beside their field, and nothing typed is lost`() async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    let wrong = [
      "": "it is empty", "db1": "it names no user", "a@-oProxyCommand=x": "the host is no host name",
      "a@db1/srv": "it has a path", "a:secret@db1": "the location has a password",
    ]
    for (address, fact) in wrong {
      let answer = try await manager.post("/servers", ["name": "n", "address": address, "credential": "x"])
      #expect(answer.status == 422)
      #expect(answer.text.contains(fact), "\(address)")
      #expect(answer.text.contains("no SSH key is chosen") && answer.text.contains("value=\"n\""))
    }
  }
}
