import Foundation
import Testing

/// One server for all tests of the API that leave others alone: hashing passwords is slow on purpose.
struct SharedServer: Sendable {
  static let ready = Task { try await SharedServer() }

  static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"

  let kit: ServeKit
  let manager: Caller
  let user: Caller
  /// Tokens of the manager with smaller scopes, and of the user.
  let managerReads: Caller
  let managerRuns: Caller
  let userReads: Caller
  let outsider: Caller
  var backups: String { kit.folder + "/backups" }

  private init() async throws {
    kit = try ServeKit()
    let ada = try await Browser.manager(kit, tied: true)
    let ben = try await Browser.user(kit, addedBy: ada)
    let origin = kit.origin
    func caller(_ browser: Browser, _ scope: String) async throws -> Caller {
      Caller(origin: origin, token: try await browser.token("\(scope) of the tests", scope))
    }
    manager = try await caller(ada, "manage")
    managerRuns = try await caller(ada, "run")
    managerReads = try await caller(ada, "read")
    user = try await caller(ben, "run")
    userReads = try await caller(ben, "read")
    outsider = Caller(origin: origin, token: nil)
    try Self.dump.write(toFile: backups + "/good.sql", atomically: true, encoding: .utf8)
    try String(Self.dump.dropLast(12)).write(toFile: backups + "/bad.sql", atomically: true, encoding: .utf8)
    #expect(try await manager.post("/settings/allowed-paths", ["path": backups]).status == 201)
  }

  /// Waits for a run's end by its events.
  func ended(_ run: String) async throws -> Caller.Answer {
    let events = try await user.get("/runs/\(run)/events")
    #expect(events.text.contains("event: ended"))
    return try await user.get("/runs/\(run)")
  }
}

extension Browser {
  /// Makes a token on the account page.
  func token(_ name: String, _ scope: String) async throws -> String {
    _ = try await get("/account")
    let page = try await post("/account/tokens", ["name": name, "scope": scope])
    return try String(#require(page.text.firstMatch(of: /<pre tabindex="0">(proofback_[^<]+)<\/pre>/)).output.1)
  }
}
