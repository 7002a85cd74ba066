import Foundation
import Logging
import ProofbackCore
import ProofbackLaunchers
import ProofbackServer
import ProofbackTestSupport
import Testing

/// A kind whose machines are said to see this machine's files, so that no bucket is needed.
private struct NearKind: LauncherKind {
  let base: any LauncherKind
  let isHere = true
  init(_ base: any LauncherKind) { self.base = base }
  var name: String { base.name }
  var title: String { base.title }
  var options: [KindOption] { base.options }
  func describe(_ options: [String: String]) throws -> String { try base.describe(options) }
  func launcher(_ options: [String: String], in surroundings: LauncherSurroundings) -> any Launcher {
    base.launcher(options, in: surroundings)
  }
}

/// Many runs at once on the real launcher, against moto; the desk says that their workers report.
@Suite(.enabled(if: TestAll.isOn, "starts the AWS command line some hundred times: make test-all runs it"))
struct WorkplaceCrowdTests {
  @Test func `50 runs on ECS with a limit of 10 never exceed it, all end, and nothing is left`() async throws {
    AWSEmulator.logIn()
    try await AWSEmulator.running(boots: false) { emulator in
      let cluster = try await emulator.cluster("crowd")
      let desk = StandInDesk(.reports(after: 1))
      let kind = NearKind(ECSLauncherKind(pace: AWSPace(claim: 60, look: 60, lastWords: 1)))
      let kit = try ServerKit(
        SteerableLauncher { SteerableLauncher.passed($0) }, launchers: [kind], desk: desk)
      let workplace = try WorkplaceKeeping(kit.state).add(
        kind: "ecs", name: "crowd", limit: "10",
        values: [
          "region": AWSEmulator.region, "cluster": "crowd", "image": "i:1",
          "subnets": cluster.subnet, "securityGroups": cluster.group, "endpoint": emulator.endpoint,
        ], by: kit.by)
      for number in 0..<50 { _ = try kit.request("\(kit.store.folder)/\(number)", workplace: workplace.id) }
      try await kit.carryOut(within: 600)
      let runs = try kit.store.runs.newest(before: nil, limit: 100)
      #expect(runs.count == 50 && runs.allSatisfy { $0.verdict == .passed }, "\(runs.compactMap(\.sentence))")
      let record = try await emulator.record()
      #expect(record.left.isEmpty && record.tasks.count == 50)
      #expect((2...10).contains(record.most), "\(record.most)")
      #expect(record.calls.count { $0 == "RegisterTaskDefinition" } == 1)
    }
  }
}
