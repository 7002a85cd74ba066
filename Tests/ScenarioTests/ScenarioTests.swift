import Foundation
import ProofbackSystem
import Testing

/// Backups of all kinds, and what is said about them.
@Suite struct ScenarioTests {
  @Test(arguments: Scenario.daily)
  func `each backup gets the verdict that it deserves`(_ scenario: Scenario) async throws {
    let bench = try await ScenarioBench.shared()
    try await bench.turns.with { try await ScenarioRun(scenario, bench).carryOut() }
  }
}
