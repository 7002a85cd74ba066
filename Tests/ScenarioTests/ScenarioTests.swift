import Foundation
import ProofbackSystem
import ProofbackTestSupport
import Testing

/// Backups of all kinds, and what is said about them.
@Suite struct ScenarioTests {
  @Test(arguments: Scenario.daily)
  func `each backup gets the verdict that it deserves`(_ scenario: Scenario) async throws {
    let bench = try await ScenarioBench.shared()
    try await bench.turns.with { try await ScenarioRun(scenario, bench).carryOut() }
  }

  /// Good ones, bad ones and what attacks: where the DBMS lives must make no difference.
  @Test(.enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)"), arguments: Scenario.inContainers)
  func `in a container each backup gets the same verdict`(_ scenario: Scenario) async throws {
    let bench = try await ScenarioBench.shared()
    let image = try await DockerEngine.running().image("everything")
    try await bench.turns.with {
      try await ScenarioRun(scenario, bench, more: ["--image", image]).carryOut()
    }
  }
}

extension Scenario {
  /// All hostile ones and a few of the others; `make test-all` tries them.
  static let inContainers: [Scenario] = {
    let others = ["01", "02", "03", "04", "07", "40", "41", "42", "43", "44", "300", "301", "302", "303"]
    let picked = ProcessInfo.processInfo.environment["PROOFBACK_SCENARIOS"] != nil
    guard TestAll.isOn || picked else { return [] }
    return all.filter { scenario in
      guard scenario.verdict != .usage, scenario.plain != true, scenario.state == nil else { return false }
      return (70...89).contains(Int(scenario.number) ?? 0) || others.contains(scenario.number)
        || scenario.cause == "dump.foreign-statement"
    }
  }()
}
