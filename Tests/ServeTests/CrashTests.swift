import Foundation
import ProofbackTestSupport
import Testing

/// `kill -9` of the server while a run is at each of its stages.
@Suite(.serialized, .enabled(if: TestAll.isOn, "kills many servers: make test-all runs it")) struct CrashTests {
  @Test(arguments: ["locate", "fetch", "import", "verify"])
  func `a killed server leaves neither a run that never ends nor anything of its sandbox`(stage: String) async throws {
    let kit = try ServeKit()
    let manager = try await Browser.manager(kit)
    try RunStoryTests.writeBig(kit.folder + "/backups/big.sql")
    _ = try await manager.get("/settings")
    _ = try await manager.post("/settings/paths", ["path": kit.folder + "/backups"])
    let run = try #require(
      try await manager.post("/runs", ["location": kit.folder + "/backups/big.sql"]).location)
    try await Self.wait("the stage \(stage)") {
      // `locate` is over before anybody can look; a run that has begun stands for it.
      let page = try await manager.get(run).text
      // Fetch to import go on at the same time: what goes on is marked in the row of stages.
      let mark = stage == "locate" ? "data-state=\"running\"" : "<li class=\"now\" data-stage=\"\(stage)\">"
      return page.contains(mark)
    }
    kit.kill()
    try await Self.wait("the end of all processes of the run") { Self.processes(below: kit.folder).isEmpty }
    try await kit.start()
    try await Self.wait("the end of the run") { try await manager.get(run).text.contains("data-state=\"ended\"") }
    #expect(try await manager.get(run).text.contains("interrupted by a restart of the server"))
    try await Self.wait("the end of the run's folder") {
      try FileManager.default.contentsOfDirectory(atPath: kit.folder + "/state/runs").filter { !$0.hasPrefix(".") }
        .isEmpty
    }
    let page = try await manager.get(run).text
    let link = try #require(page.firstMatch(of: /<a href="(\/runs\/[a-z0-9]+)">another run</))
    let again = String(link.1)
    _ = try await manager.get(again + "/events")
    #expect(try await manager.get(again).text.contains("1 table with 2,000 rows came back"))
  }

  private static func wait(_ what: String, _ holds: () async throws -> Bool) async throws {
    let deadline = Date(timeIntervalSinceNow: 120)
    while try await !holds() {
      guard Date() < deadline else {
        Issue.record("\(what) did not come")
        return
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Command lines that name a folder.
  private static func processes(below folder: String) -> [String] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.filter { Int($0) != nil }.compactMap { number in
      let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
      let text = String(decoding: line, as: UTF8.self)
      return text.contains(folder) ? text : nil
    }
  }
}
