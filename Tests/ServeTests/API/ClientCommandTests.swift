import Foundation
import ProofbackTestSupport
import Testing

/// The command line against a real server.
@Suite(.serialized) struct ClientCommandTests {
  private func proofback(
    _ arguments: [String], config: String, input: String = ""
  ) async throws -> ClientProgram.Ended {
    try await ClientProgram.run(arguments, config: config, input: input)
  }

  /// Logged in with a token, in a folder of its own.
  private func with(
    _ caller: (SharedServer) -> Caller, _ work: (SharedServer, TemporaryFolder, String) async throws -> Void
  ) async throws {
    let server = try await SharedServer.ready.value
    try await TemporaryFolder.with("client") { folder in
      let config = folder.path + "/config/client.json"
      try FileManager.default.createDirectory(atPath: folder.path + "/config", withIntermediateDirectories: true)
      let token = try #require(caller(server).token)
      let ended = try await proofback(["login", server.kit.origin], config: config, input: token + "\n")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.output.hasPrefix("logged in at \(server.kit.origin) as "))
      #expect(!ended.output.contains(token) && !ended.errors.contains(token))
      let mode = try FileManager.default.attributesOfItem(atPath: config)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      try await work(server, folder, config)
    }
  }

  @Test func `a run is started, waited for, and ends the command as proofback run would`() async throws {
    try await with(\.user) { server, _, config in
      let good = try await proofback(["runs", "start", server.backups + "/good.sql", "--wait"], config: config)
      #expect(good.status == 0, "\(good.errors)")
      #expect(good.output.contains("this backup was restored"))
      let bad = try await proofback(
        ["runs", "start", server.backups, "--file", "bad.*", "--wait", "--format", "json"], config: config)
      #expect(bad.status == 1)
      #expect(bad.output.contains("\"cause\" : \"dump.truncated\""))
      let junit = try await proofback(
        ["runs", "start", server.backups + "/good.sql", "--wait", "--format", "junit"], config: config)
      #expect(junit.status == 0 && junit.output.hasPrefix("<?xml") && junit.output.contains("<testsuite"))
      #expect(try await proofback(["runs", "start", "/x", "--format", "junit"], config: config).status == 64)
      let none = try await proofback(["runs", "start", server.backups + "/none.sql", "--wait"], config: config)
      #expect(none.status == 1)
      let list = try await proofback(["runs", "list"], config: config)
      #expect(list.output.hasPrefix("ID ") && list.output.contains("proven") && list.output.contains("dump.truncated"))
      let bads = try await proofback(["runs", "list", "--state", "failed", "--text", "bad.sql"], config: config)
      #expect(bads.output.contains("dump.truncated") && !bads.output.contains("proven"))
      let refused = try await proofback(["runs", "start", "/etc/passwd"], config: config)
      #expect(refused.status == 64)
      #expect(refused.errors.contains("location: /etc/passwd lies in none of the allowed folders"))
      let age = try await proofback(["runs", "start", server.backups, "--max-age", "zz"], config: config)
      #expect(age.status == 64 && age.errors == "--max-age: zz is no time (write 30m, 26h or 7d)\n", "\(age.errors)")
      let demanding = try await proofback(
        [
          "runs", "start", server.backups + "/good.sql", "--require-encryption", "--recipient", "b@x.example", "--wait",
        ],
        config: config)
      #expect(demanding.status == 1 && demanding.output.contains("is not encrypted"), "\(demanding)")
      let nobody = try await proofback(["runs", "start", server.backups, "--recipient", "DEADBEEF"], config: config)
      #expect(nobody.status == 64 && nobody.errors.hasPrefix("--recipient: DEADBEEF has 8 digits"), "\(nobody.errors)")
      let away = try await proofback(["runs", "start", server.backups, "--server", "db9"], config: config)
      #expect(away.status == 64 && away.errors.hasPrefix("--server: there is no backup server db9 (there "), "\(away)")
      let id = try await proofback(["runs", "start", server.backups + "/good.sql"], config: config).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try await proofback(["runs", "cancel", id], config: config).status == 0)
      let left = try await proofback(["runs", "dismiss", id], config: config)
      #expect(left.status == 2 && left.errors.contains("not among what needs somebody"), "\(left)")
      #expect(try await proofback(["runs", "show", id], config: config).status == 0)
      let ended = try #require(list.output.split(separator: "\n").first { $0.contains("proven") }?.prefix { $0 != " " })
      let log = try await proofback(["runs", "log", String(ended)], config: config)
      #expect(log.status == 0 && log.output.contains(/^20[0-9-]+T[0-9:]+Z +[a-zA-Z]/), "\(log)")
    }
  }

  @Test func `schedules are added, listed, stopped, run and deleted by name`() async throws {
    try await with(\.user) { server, _, config in
      let added = try await proofback(
        [
          "schedules", "add", "by hand", server.backups + "/good.sql", "--cron", "15 3 * * mon-fri", "--time-zone",
          "Asia/Tokyo",
        ],
        config: config)
      #expect(added.status == 0, "\(added.errors)")
      #expect(added.output.contains("15 3 * * mon-fri"))
      let listed = try await proofback(["tests", "list"], config: config)
      #expect(listed.output.contains("by hand") && listed.output.contains("never tested"))
      #expect(listed.output.contains(/NEXT +ZONE +PLACE/) && listed.output.contains(/20[0-9-]+ 03:15  Asia\/Tokyo/))
      #expect(try await proofback(["tests", "pause", "By Hand"], config: config).status == 0)
      #expect(try await proofback(["tests", "list"], config: config).output.contains("stopped"))
      #expect(try await proofback(["tests", "resume", "by hand"], config: config).status == 0)
      #expect(try await proofback(["tests", "run", "by hand", "--wait"], config: config).status == 0)
      let shown = try await proofback(["tests", "show", "by hand"], config: config).output
      #expect(shown.contains(/lastRun +proven, 20/) && shown.contains(/place +.*good\.sql/), "\(shown)")
      #expect(try await proofback(["tests", "delete", "by hand"], config: config).status == 0)
      let gone = try await proofback(["tests", "show", "by hand"], config: config)
      #expect(gone.status == 2 && gone.errors.contains("there is no restore test by hand"))
      #expect(gone.errors.contains("proofback schedules list shows what there is"))
    }
  }

  @Test func `a schedule is added with several keys by name, and with none that is not there`() async throws {
    try await with(\.user) { server, _, config in
      var keys: [String] = []
      for name in ["Key One", "key two"] {
        let key = try await server.manager.post(
          "/credentials", ["name": name, "kind": "decryptionKey", "secret": AgeKey().identity])
        keys.append(key.id)
      }
      let add = ["schedules", "add", "by keys", server.backups + "/good.sql", "--decryption-key"]
      let wrong = try await proofback(add + ["key three"], config: config)
      #expect(wrong.status == 64 && wrong.errors.contains("there is no decryption key key three"), "\(wrong.errors)")
      let added = try await proofback(add + ["key one", "--decryption-key", "key two"], config: config)
      #expect(added.status == 0, "\(added.errors)")
      let made = try #require(
        try await server.user.get("/schedules?limit=200").items.first { $0["name"] as? String == "by keys" })
      #expect(made["decryptionKeys"] as? [String] == keys)
      #expect(try await proofback(["tests", "delete", "by keys"], config: config).status == 0)
      for key in keys { #expect(try await server.manager.delete("/credentials/\(key)").status == 204) }
    }
  }

  @Test func `people are added with a password from standard input, and removed`() async throws {
    try await with(\.manager) { server, _, config in
      let weak = try await proofback(["users", "add", "eli"], config: config, input: "short\n")
      #expect(weak.status == 64 && weak.errors.contains("password: it has 5 characters"))
      let added = try await proofback(["users", "add", "eli"], config: config, input: Browser.password + "\n")
      #expect(added.status == 0, "\(added.errors)")
      #expect(try await proofback(["users", "list"], config: config).output.contains("eli"))
      let new = "another good password"
      #expect(try await proofback(["users", "password", "eli"], config: config, input: new + "\n").status == 0)
      let eli = Browser(server.kit)
      #expect(try await eli.post("/login", ["login": "eli", "password": new]).location == "/")
      #expect(try await proofback(["users", "role", "eli", "manager"], config: config).status == 0)
      #expect(try await eli.get("/people").status == 200)
      #expect(try await proofback(["users", "role", "eli", "king"], config: config).status == 64)
      #expect(try await proofback(["users", "codes-off", "eli"], config: config).status == 2)
      #expect(try await proofback(["users", "remove", "eli"], config: config).status == 0)
      #expect(try await !proofback(["users", "list"], config: config).output.contains("eli"))
    }
  }

  @Test func `apply shows what changes, changes it once, and deletes only when told`() async throws {
    try await with(\.manager) { server, folder, config in
      let key = try await server.manager.post(
        "/credentials", ["name": "apply key", "kind": "passphrase", "secret": "for apply"])
      #expect(key.status == 201)
      let channel = try await server.manager.post(
        "/channels",
        [
          "kind": "mail", "name": "apply channel",
          "options": ["to": "a@example.com", "from": "b@example.com", "host": "127.0.0.1", "port": "1"],
        ])
      #expect(channel.status == 201, "\(channel.text)")
      let file = try folder.write(
        "tests.yaml",
        """
        schedules:
          - name: applied one
            location: \(server.backups)
            file: good.*
            passphrase: apply key
            maxAge: 24h
            time: 3:15
            timeZone: Europe/Berlin
            tellOf: [recovery, silence]
            channels: [apply channel]
            heartbeat: https://hc.example.com/a-secret-path
          - name: applied two
            location: \(server.backups)/good.sql
            frequency: weekly
            weekday: 0
            paused: true
        """)
      let asked = try await proofback(["apply", "-f", file], config: config)
      #expect(asked.status == 2 && asked.errors.contains("--yes changes without asking"))
      #expect(asked.output.contains("+ applied one") && asked.output.contains("passphrase: apply key"))
      #expect(asked.output.contains("tellOf: recovery, silence") && asked.output.contains("channels: apply channel"))
      #expect(asked.output.contains("heartbeat: https://hc.example.com/…") && !asked.output.contains("a-secret-path"))
      #expect(try await !server.user.get("/schedules?limit=200").text.contains("applied one"))
      let wrong = try folder.write(
        "wrong.yaml",
        """
        schedules:
          - {name: right, location: \(server.backups)}
          - {name: old, location: \(server.backups), maxAge: zz}
          - {name: never, location: /etc, cron: 61 * * * *, frequency: cron}
        """)
      let refused = try await proofback(["apply", "-f", wrong, "--yes"], config: config)
      #expect(refused.status == 2 && refused.output.isEmpty, "\(refused)")
      #expect(
        refused.errors.contains("old: maxAge: zz is no time") && refused.errors.contains("never: location: /etc lies"))
      #expect(refused.errors.contains("never: cron: ") && refused.errors.contains("next: nothing was changed"))
      #expect(try await !server.user.get("/schedules?limit=200").text.contains("\"right\""))
      let first = try await proofback(["apply", "-f", file, "--yes"], config: config)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("2 to add"))
      let listed = try await server.user.get("/schedules?limit=200").items
      let applied = try #require(listed.first { $0["name"] as? String == "applied one" })
      #expect(
        applied["tellOf"] as? [String] == ["recovery", "silence"] && applied["channels"] as? [String] == [channel.id])
      #expect(applied["heartbeat"] as? String == "https://hc.example.com/a-secret-path")
      let second = try await proofback(["apply", "-f", file, "--yes"], config: config)
      #expect(second.output.contains("0 to add, 0 to change, 0 to delete, 2 as they are"), "\(second.output)")
      let changed = try String(contentsOfFile: file, encoding: .utf8).replacing("3:15", with: "4:15")
        .replacing("    maxAge: 24h\n", with: "").replacing("a-secret-path", with: "other")
        .replacing("    channels: [apply channel]\n", with: "").replacing("paused: true", with: "paused: false")
      try folder.write("tests.yaml", changed)
      let third = try await proofback(["apply", "-f", file, "--yes"], config: config)
      #expect(third.output.contains("time: 03:15 -> 04:15") && third.output.contains("maxAge: 1d -> none"))
      #expect(third.output.contains("channels: apply channel -> every channel"))
      #expect(third.output.contains("heartbeat: https://hc.example.com/… -> https://hc.example.com/…, another one"))
      #expect(third.output.contains("paused: true -> false") && third.output.contains("0 to add, 2 to change"))
      #expect(try await server.user.get("/schedules?limit=200").text.contains("https://hc.example.com/other"))
      let one = changed.components(separatedBy: "  - name: applied two")[0]
      try folder.write("tests.yaml", one)
      #expect(try await proofback(["apply", "-f", file, "--yes"], config: config).output.contains("0 to delete"))
      let pruning = try await proofback(["apply", "-f", file, "--prune", "--dry-run"], config: config)
      #expect(pruning.output.contains("- applied two"))
      let all = try await server.user.get("/schedules?limit=200").items
      for schedule in all where (schedule["name"] as? String)?.hasPrefix("applied") == true {
        #expect(try await server.user.delete("/schedules/\(schedule["id"] ?? "")").status == 204)
      }
      #expect(try await server.manager.delete("/credentials/\(key.id)").status == 204)
      #expect(try await server.manager.delete("/channels/\(channel.id)").status == 204)
    }
  }

  @Test func `without a login, with a file that others read, or a server that is none, it says so`() async throws {
    try await TemporaryFolder.with("client") { folder in
      let config = folder.path + "/client.json"
      let none = try await proofback(["runs", "list"], config: config)
      #expect(none.status == 2 && none.errors.contains("proofback login https://your-server"))
      try folder.write("client.json", "{\"server\": \"http://127.0.0.1:1\", \"token\": \"t\"}")
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: config)
      #expect(try await proofback(["runs", "list"], config: config).errors.contains("can be read by others"))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: config)
      let away = try await proofback(["runs", "list"], config: config)
      #expect(away.status == 2 && away.errors.contains("http://127.0.0.1:1 does not answer: connection refused\n"))
      let odd = try await proofback(["login", "ftp://x"], config: config, input: "t\n")
      #expect(odd.status == 64 && odd.errors.hasPrefix("url: ftp://x is no server's address"), "\(odd.errors)")
      let secret = try await proofback(["login", "http://a:hidden@x"], config: config, input: "t\n")
      #expect(secret.status == 64 && !secret.errors.contains("hidden"))
      let server = try await SharedServer.ready.value
      let wrong = try await proofback(["login", server.kit.origin], config: config, input: "proofback_none\n")
      #expect(wrong.status == 2 && wrong.errors.contains("this token is none"))
    }
  }
}
