import Foundation
import ProofbackTestSupport
import Testing

/// From the form to the answer, over HTTP, with a real restoration.
@Suite(.serialized, .enabled(if: TestAll.isOn, "starts many servers: make test-all runs it")) struct RunStoryTests {
  private static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"

  private func prepared(_ kit: ServeKit) async throws -> Browser {
    let manager = try await Browser.manager(kit)
    try Self.dump.write(toFile: kit.folder + "/backups/good.sql", atomically: true, encoding: .utf8)
    try String(Self.dump.dropLast(12)).write(toFile: kit.folder + "/backups/bad.sql", atomically: true, encoding: .utf8)
    _ = try await manager.get("/settings")
    #expect(try await manager.post("/settings/paths", ["path": kit.folder + "/backups"]).status == 303)
    return try await Browser.user(kit, addedBy: manager)
  }

  /// Asks for a run and waits for its end.
  private func run(_ location: String, _ browser: Browser) async throws -> (path: String, page: String) {
    let path = try #require(try await browser.post("/runs", ["location": location]).location)
    // The stream of events ends with the run.
    let events = try await browser.get(path + "/events")
    #expect(events.text.contains("event: ended"))
    return (path, try await browser.get(path).text)
  }

  @Test func `US6: a good backup is proven, a bad one is not, and each says why`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    let good = try await run(kit.folder + "/backups/good.sql", user)
    #expect(good.page.contains("This backup was restored: 1 table with 3 rows came back and were read."))
    #expect(good.page.contains("planets"))
    let bad = try await run(kit.folder + "/backups/bad.sql", user)
    #expect(bad.page.contains("This backup can&#39;t be trusted") || bad.page.contains("This backup can't be trusted"))
    #expect(bad.page.contains("dump.truncated"))
    let home = try await user.get("/").text
    #expect(home.contains("1 of 2 backups was proven in the last 24 hours. 1 is bad."))
    #expect(try await user.get(good.path + "/report.json").text.contains("\"verdict\" : \"passed\""))
    #expect(try await user.get(bad.path + "/report.xml").text.contains("<failure"))
    // What is read any time later has times with their zone, and none that count from now.
    let paper = try await user.get(good.path + "/report").text
    #expect(paper.contains(/<dt>Asked for<\/dt><dd>20[0-9-]+ [0-9:]+ UTC, by Ben/), "\(paper)")
    #expect(!paper.contains(/just now|in a moment|[0-9] [a-z]+s? ago/))
  }

  @Test func `a file outside of the allowed folders is refused, also through a link, and nothing typed is lost`()
    async throws
  {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    let outside = try await user.post("/runs", ["location": "/etc/passwd", "file": "x*"])
    #expect(outside.status == 422)
    #expect(outside.text.contains("lies in none of the allowed folders"))
    #expect(outside.text.contains("value=\"/etc/passwd\"") && outside.text.contains("value=\"x*\""))
    try FileManager.default.createSymbolicLink(
      atPath: kit.folder + "/backups/link", withDestinationPath: "/etc/passwd")
    #expect(try await user.post("/runs", ["location": kit.folder + "/backups/link"]).status == 422)
    #expect(try await user.post("/runs", ["location": kit.folder + "/backups/../x"]).status == 422)
    #expect(try await user.post("/runs", ["location": "ssh://-oProxyCommand=x/y"]).status == 422)
  }

  @Test func `text of others is text on every page`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    let name = "<img src=x onerror=alert(1)>'\".sql"
    try Self.dump.write(toFile: kit.folder + "/backups/x.sql", atomically: true, encoding: .utf8)
    let answer = try await user.post("/runs", ["location": kit.folder + "/backups", "file": name])
    let path = try #require(answer.location)
    _ = try await user.get(path + "/events")
    for page in [path, "/", "/runs"] { #expect(try await !user.get(page).text.contains("<img"), "\(page)") }
  }

  @Test func `a server that is killed leaves no run behind that never ends`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    try Self.writeBig(kit.folder + "/backups/big.sql")
    let path = try #require(try await user.post("/runs", ["location": kit.folder + "/backups/big.sql"]).location)
    while try await !user.get(path).text.contains("data-state=\"running\"") {
      try await Task.sleep(for: .milliseconds(50))
    }
    kit.kill()
    try await kit.start()
    var page = ""
    for _ in 0..<60 where !page.contains("data-state=\"ended\"") {
      try await Task.sleep(for: .seconds(1))
      page = try await user.get(path).text
    }
    #expect(page.contains("interrupted by a restart of the server"))
    #expect(page.contains("could not tell"))
  }

  @Test func `a run that is cancelled ends, and says so`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    let path = try #require(try await user.post("/runs", ["location": kit.folder + "/backups/good.sql"]).location)
    _ = try await user.post(path + "/cancel", [:])
    _ = try await user.get(path + "/events")
    let page = try await user.get(path).text
    #expect(page.contains("data-state=\"ended\""))
  }

  @Test func `US7: a schedule is made, shown, run, stopped, changed and deleted`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    var fields = [
      "location": kit.folder + "/backups/good.sql", "name": "nightly", "frequency": "weekly", "weekday": "1",
      "time": "3:15", "timeZone": "Europe/Berlin", "repetition": "times", "times": "3",
    ]
    var wrong = fields
    wrong["time"] = "25:00"
    wrong["timeZone"] = "Europe/Nowhere"
    wrong["frequency"] = "cron"
    let refused = try await user.post("/schedules", wrong)
    #expect(refused.status == 422)
    #expect(refused.text.contains("there is no time zone Europe/Nowhere") && refused.text.contains("value=\"nightly\""))
    let shown = try await user.post("/schedules", fields)
    #expect(shown.text.contains("good.sql, 77 bytes, written"))
    fields["checked"] = "\n\(kit.folder)/backups/good.sql\n"
    let path = try #require(try await user.post("/schedules", fields).location)
    let page = try await user.get(path).text
    #expect(
      page.contains("nightly was never proven restorable.") && page.contains("every Monday at 3:15 Europe/Berlin"))
    let run = try #require(try await user.post(path + "/run", [:]).location)
    _ = try await user.get(run + "/events")
    #expect(try await user.get(path).text.contains("nightly was last proven restorable just now."))
    #expect(try await user.post(path + "/stop", [:]).status == 303)
    #expect(try await user.get(path).text.contains("It is stopped"))
    #expect(try await user.post(path + "/resume", [:]).status == 303)
    fields["frequency"] = "daily"
    #expect(try await user.get(path + "/edit").text.contains("value=\"03:15\""))
    #expect(try await user.post(path, fields).status == 303)
    #expect(try await user.get(path).text.contains("every day at 3:15 Europe/Berlin"))
    #expect(try await user.get("/").text.contains("nightly"))
    #expect(try await user.post(path + "/delete", [:]).status == 303)
    #expect(try await user.get(path).status == 404)
    #expect(try await user.get(run).status == 200)
  }

  @Test func `the server ends cleanly on SIGTERM, also while a run goes on that somebody follows`() async throws {
    let kit = try ServeKit()
    let user = try await prepared(kit)
    try Self.writeBig(kit.folder + "/backups/big.sql")
    let path = try #require(try await user.post("/runs", ["location": kit.folder + "/backups/big.sql"]).location)
    while try await !user.get(path).text.contains("data-state=\"running\"") {
      try await Task.sleep(for: .milliseconds(50))
    }
    let follower = Task { try? await user.get(path + "/events") }
    try await Task.sleep(for: .milliseconds(300))
    #expect(kit.stop() == 0)
    _ = await follower.value
    try await kit.start()
    #expect(try await user.get(path).text.contains("data-state=\"ended\""))
  }

  /// A backup that takes some seconds.
  static func writeBig(_ path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: Data("CREATE TABLE `n` (`id` int, `t` text);\n".utf8))
    let row = "INSERT INTO `n` VALUES (1,'" + String(repeating: "x", count: 60_000) + "');\n"
    for _ in 0..<2000 { try handle.write(contentsOf: Data(row.utf8)) }
    try handle.close()
  }
}
