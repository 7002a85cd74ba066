import Foundation
import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import Testing

@Suite(.serialized) struct ProcessSandboxTests {
  @Test(arguments: SandboxContract.clauses)
  func theProcessSandboxKeepsTheContract(_ clause: SandboxContract.Clause) async throws {
    try await clause.check(ProcessSandboxKind())
  }

  @Test(arguments: SandboxContract.limits)
  func itKeepsTheLimitsWithoutCgroupsToo(_ clause: SandboxContract.Clause) async throws {
    try await clause.check(ProcessSandboxKind(groups: nil))
  }

  @Test func itSaysWhichWayEachLimitIsEnforced() async throws {
    let ready = await ProcessSandboxKind().readiness()
    #expect(ready.obstacles.isEmpty)
    #expect(ready.limits.map { $0.prefix { $0 != ":" } } == ["memory", "processes", "disk"])
    let without = await ProcessSandboxKind(groups: nil).readiness()
    #expect(without.limits.contains { $0.hasPrefix("memory: watched") })
    #expect(without.limits.contains { $0.hasPrefix("processes: rlimit") })
  }

  @Test(.enabled(if: geteuid() == 0)) func twoRunsHaveUsersOfTheirOwn() async throws {
    let place = try SandboxPlace(ProcessSandboxKind())
    let one = try await place.make()
    let two = try await place.make()
    let users = try await [place.run("id -u", in: one).output, place.run("id -u", in: two).output]
    #expect(Set(users).count == 2)
    #expect(users.allSatisfy { (900_000..<910_000).contains(Int($0) ?? 0) })
    await one.destroy()
    await two.destroy()
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.state.users.string).isEmpty)
    _ = await place.leave()
  }

  @Test(.enabled(if: geteuid() == 0)) func theCgroupOfARunGoesWithIt() async throws {
    let place = try SandboxPlace(ProcessSandboxKind())
    let sandbox = try await place.make()
    let folder = sandbox.data.host.removingLastComponent()
    let groups = try String(contentsOfFile: folder.appending("cgroups").string, encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(!groups.isEmpty || ControlGroupHost.find() == nil)
    #expect(groups.allSatisfy { FileManager.default.fileExists(atPath: $0) })
    await sandbox.destroy()
    #expect(!groups.contains { FileManager.default.fileExists(atPath: $0) })
    _ = await place.leave()
  }
}
