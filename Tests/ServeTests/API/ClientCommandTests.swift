import Foundation
import ProofbackTestSupport
import Testing

/// The command line against a real server.
@Suite(.serialized) struct ClientCommandTests {
  private struct Ended {
    var status: Int32
    var output: String
    var errors: String
  }

  private func proofback(
    _ arguments: [String], config: String, input: String = "", environment: [String: String] = [:]
  ) async throws -> Ended {
    let folder = URL(fileURLWithPath: config).deletingLastPathComponent()
    let program = Process()
    program.executableURL = URL(fileURLWithPath: BuiltProgram.proofback)
    program.arguments = arguments
    program.environment = ProcessInfo.processInfo.environment.merging(["PROOFBACK_CLIENT": config]) { $1 }
      .merging(environment) { $1 }
    let files = ["in", "out", "err"].map { folder.appending(path: "\($0)-\(UUID().uuidString)") }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    program.standardInput = try FileHandle(forReadingFrom: files[0])
    program.standardOutput = try FileHandle(forWritingTo: files[1])
    program.standardError = try FileHandle(forWritingTo: files[2])
    try program.run()
    await Task.detached { program.waitUntilExit() }.value
    return Ended(
      status: program.terminationStatus, output: try String(contentsOf: files[1], encoding: .utf8),
      errors: try String(contentsOf: files[2], encoding: .utf8))
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
      let none = try await proofback(["runs", "start", server.backups + "/none.sql", "--wait"], config: config)
      #expect(none.status == 1)
      let list = try await proofback(["runs", "list"], config: config)
      #expect(list.output.hasPrefix("ID ") && list.output.contains("proven") && list.output.contains("dump.truncated"))
      let bads = try await proofback(["runs", "list", "--state", "failed", "--text", "bad.sql"], config: config)
      #expect(bads.output.contains("dump.truncated") && !bads.output.contains("proven"))
      let refused = try await proofback(["runs", "start", "/etc/passwd"], config: config)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("location: /etc/passwd lies in none of the allowed folders"))
      let id = try await proofback(["runs", "start", server.backups + "/good.sql"], config: config).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(try await proofback(["runs", "cancel", id], config: config).status == 0)
      #expect(try await proofback(["runs", "show", id], config: config).status == 0)
    }
  }

  @Test func `schedules are added, listed, stopped, run and deleted by name`() async throws {
    try await with(\.user) { server, _, config in
      let added = try await proofback(
        ["schedules", "add", "by hand", server.backups + "/good.sql", "--cron", "15 3 * * mon-fri"], config: config)
      #expect(added.status == 0, "\(added.errors)")
      #expect(added.output.contains("15 3 * * mon-fri"))
      let listed = try await proofback(["tests", "list"], config: config)
      #expect(listed.output.contains("by hand") && listed.output.contains("never tested"))
      #expect(try await proofback(["tests", "pause", "By Hand"], config: config).status == 0)
      #expect(try await proofback(["tests", "list"], config: config).output.contains("stopped"))
      #expect(try await proofback(["tests", "resume", "by hand"], config: config).status == 0)
      #expect(try await proofback(["tests", "run", "by hand", "--wait"], config: config).status == 0)
      #expect(try await proofback(["tests", "delete", "by hand"], config: config).status == 0)
      let gone = try await proofback(["tests", "show", "by hand"], config: config)
      #expect(gone.status == 2 && gone.errors.contains("there is no restore test by hand"))
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
      #expect(wrong.status == 2 && wrong.errors.contains("there is no decryption key key three"), "\(wrong.errors)")
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
    try await with(\.manager) { _, _, config in
      let weak = try await proofback(["users", "add", "eli"], config: config, input: "short\n")
      #expect(weak.status == 2 && weak.errors.contains("password: it has 5 characters"))
      let added = try await proofback(["users", "add", "eli"], config: config, input: Browser.password + "\n")
      #expect(added.status == 0, "\(added.errors)")
      #expect(try await proofback(["users", "list"], config: config).output.contains("eli"))
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
      #expect(away.status == 2 && away.errors.contains("http://127.0.0.1:1 does not answer"))
      let server = try await SharedServer.ready.value
      let wrong = try await proofback(["login", server.kit.origin], config: config, input: "proofback_none\n")
      #expect(wrong.status == 2 && wrong.errors.contains("this token is none"))
    }
  }
}
