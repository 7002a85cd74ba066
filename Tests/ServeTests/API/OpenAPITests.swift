import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing
import Yams

@testable import ProofbackWeb

/// The document, the list of routes and the running server say the same.
@Suite struct OpenAPITests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private struct Line: Hashable {
    var method: String
    var path: String
    var scope: String
    var success: String
    var queries: Set<String>
  }

  @Test func `openapi yaml and the list of routes agree: paths, methods, scopes, parameters, success`() throws {
    let text = try String(contentsOf: Self.root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
    #expect(String(decoding: PackageResources.openapi_yaml, as: UTF8.self) == text)
    let document = try #require(try Yams.load(yaml: text) as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: Any]])
    var written: Set<Line> = []
    for (path, operations) in paths {
      for (method, value) in operations where method != "parameters" {
        let operation = try #require(value as? [String: Any])
        let references = (operation["parameters"] as? [[String: String]] ?? []).compactMap {
          $0["$ref"]?.split(separator: "/").last.map(String.init)
        }
        let responses = try #require(operation["responses"] as? [String: Any])
        written.insert(
          Line(
            method: method.uppercased(), path: path, scope: operation["x-scope"] as? String ?? "open",
            success: responses.keys.filter { $0.hasPrefix("2") }.joined(),
            queries: Set(references.filter { $0 != "idempotencyKey" })))
      }
    }
    let routes = Set(
      API.routes.map { route in
        let scope = if case .token(let scope) = route.access { scope.rawValue } else { "open" }
        return Line(
          method: route.method.rawValue, path: route.path, scope: scope, success: String(route.success.code),
          queries: Set(route.queries))
      })
    #expect(written.subtracting(routes) == [])
    #expect(routes.subtracting(written) == [])
  }

  @Test func `the server serves the document to anybody`() async throws {
    let server = try await SharedServer.ready.value
    let answer = try await server.outsider.get("/openapi.yaml")
    #expect(answer.status == 200 && answer.text.hasPrefix("openapi: 3.1.0"))
  }

  @Test func `whatever schemathesis makes up, with tokens of every scope, is answered as the document says`()
    async throws
  {
    let kit = try ServeKit()
    let ada = try await Browser.manager(kit)
    let ben = try await Browser.user(kit, addedBy: ada)
    let token = try await ada.token("schemathesis", "manage")
    let manager = Caller(origin: kit.origin, token: token)
    // Something that is there, so that not all is not found.
    try SharedServer.dump.write(toFile: kit.folder + "/backups/good.sql", atomically: true, encoding: .utf8)
    #expect(try await manager.post("/settings/allowed-paths", ["path": kit.folder + "/backups"]).status == 201)
    let file = kit.folder + "/backups/good.sql"
    let run = try await manager.post("/runs", ["location": file])
    #expect(try await manager.get("/runs/\(run.id)/events").text.contains("event: ended"))
    let schedule = try await manager.post("/schedules", ["name": "there", "location": file])
    #expect(schedule.status == 201)
    var people: [String] = []
    for login in ["there", "leaves"] {
      let added = try await manager.post(
        "/people", ["login": login, "name": login, "password": "correct horse battery", "role": "user"])
      #expect(added.status == 201)
      people.append(added.id)
    }
    let tool = Schemathesis(kit, run: run.id, schedule: schedule.id, person: people[0], leaver: people[1])
    // Those who may less: what is not theirs is refused as the document says, and leaves no line in the audit trail.
    let few = TestAll.isOn ? 10 : 1
    let (reads, runs) = (try await ada.token("reads", "read"), try await ben.token("runs", "run"))
    let before = try await changes(manager, since: 0).count
    let phases = TestAll.isOn ? "examples,coverage,fuzzing,stateful" : "fuzzing"
    try await hold(tool, reads, examples: few, phases: phases)
    #expect(try await changes(manager, since: before) == [])
    try await hold(tool, runs, examples: few, phases: phases)
    let own = ["run.", "runs.", "schedule.", "restore-test.", "drill."]
    let others = try await changes(manager, since: before).filter { line in !own.contains { line.hasPrefix($0) } }
    #expect(others == [])
    // Last, since it sets passwords, which ends what their people have; on a schedule that is there for sure.
    let other = try await manager.post("/schedules", ["name": "there for the manager", "location": file])
    #expect(other.status == 201)
    try await hold(
      Schemathesis(kit, run: run.id, schedule: other.id, person: people[0], leaver: people[1]), token,
      examples: TestAll.isOn ? 50 : 4, phases: phases)
  }

  /// Every answer is as the document says, and the token was known until the end.
  private func hold(_ tool: Schemathesis, _ token: String, examples: Int, phases: String) async throws {
    let answer = try tool.run(token: token, examples: examples, phases: phases)
    #expect(answer.status == 0, "\(answer.text.suffix(6000))")
    #expect(!answer.text.contains("Rate limited"))
    #expect(try await Caller(origin: tool.origin, token: token).get("/me").status == 200)
  }

  /// What the audit trail says was done, after so many lines; the oldest first.
  private func changes(_ manager: Caller, since number: Int) async throws -> [String] {
    var lines: [[String: Any]] = []
    var next: String? = ""
    while let cursor = next {
      let page = try await manager.get("/audit?limit=200" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"))
      lines += page.items
      next = page.json["next"] as? String
    }
    return lines.filter { ($0["number"] as? Int ?? 0) > number }.compactMap { $0["what"] as? String }.reversed()
  }
}

/// Schemathesis from the virtual environment, on a server of its own.
struct Schemathesis {
  private let kit: ServeKit
  private let run: String
  private let schedule: String
  private let person: String
  private let leaver: String
  var origin: String { kit.origin }

  /// - Parameters: what is there, by their ids.
  ///   - leaver: who may be removed.
  init(_ kit: ServeKit, run: String, schedule: String, person: String, leaver: String) {
    self.kit = kit
    self.run = run
    self.schedule = schedule
    self.person = person
    self.leaver = leaver
  }

  /// - Parameters:
  ///   - examples: at most so many requests of each kind for each operation.
  ///   - phases: schemathesis' ways of making requests up.
  func run(token: String, examples: Int, phases: String) throws -> (status: Int32, text: String) {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let configuration = """
      headers = { Authorization = "Bearer \(token)" }
      request-timeout = 120.0
      [checks]
      # What is valid depends on what is there: folders, keys, people.
      positive_data_acceptance.enabled = false
      # Wrong tokens are slowed, by 429; who gets what is tested line by line elsewhere.
      ignored_auth.enabled = false
      [[operations]]
      include-operation-id = ["showRun", "showReport", "showJUnit", "listFindings", "listLog", "cancelRun", "dismissRun", "runAgain"]
      parameters = { "path.id" = "\(run)" }
      [[operations]]
      include-operation-id = ["showSchedule", "changeSchedule", "pauseSchedule", "resumeSchedule", "runSchedule"]
      parameters = { "path.id" = "\(schedule)" }
      # Of them all, deletions find this one too; that what was just made is there is seen where ids are not given.
      checks = { ensure_resource_availability = { enabled = false } }
      # Not whose token asks: that would end with a new password, another role, or with them.
      [[operations]]
      include-operation-id = ["changePerson", "resetPassword", "turnOffSecondFactor"]
      parameters = { "path.id" = "\(person)" }
      checks = { ensure_resource_availability = { enabled = false } }
      [[operations]]
      include-operation-id = ["removePerson"]
      parameters = { "path.id" = "\(leaver)" }
      checks = { ensure_resource_availability = { enabled = false } }
      """
    try configuration.write(toFile: kit.folder + "/schemathesis.toml", atomically: true, encoding: .utf8)
    let tool = Process()
    tool.executableURL = root.appending(path: ".venv/bin/st")
    tool.currentDirectoryURL = URL(filePath: kit.folder)
    tool.arguments = [
      "--config-file", kit.folder + "/schemathesis.toml", "run", kit.origin + "/api/v1/openapi.yaml",
      "--max-examples", String(examples), "--phases", phases, "--seed", "1", "--no-color", "--continue-on-failure",
      // The one never ends, the other ends the token that asks.
      "--exclude-operation-id", "followRun", "--exclude-operation-id", "revokeToken",
    ]
    let output = Pipe()
    tool.standardOutput = output
    tool.standardError = output
    try tool.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    tool.waitUntilExit()
    return (tool.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
