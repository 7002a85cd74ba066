import Foundation
import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import ProofbackTestSupport
import Testing

@Suite(.serialized, .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)")) struct DockerSandboxTests {
  @Test(arguments: SandboxContract.clauses)
  func theDockerSandboxKeepsTheContract(_ clause: SandboxContract.Clause) async throws {
    let image = try await DockerEngine.running().image("everything")
    try await clause.check(DockerSandboxKind(), image: image)
  }

  @Test func itKeepsNoMoreProcessorsBusyThanItSays() async throws {
    let place = try await SandboxPlace(DockerSandboxKind(), image: DockerEngine.running().image("everything"))
    let sandbox = try await place.make()
    let seen = try await place.run(
      "cat /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us",
      in: sandbox, role: .server)
    let numbers = seen.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(numbers.count == 2, "\(seen)")
    let processors = (numbers.first ?? 0) / (numbers.last ?? 1)
    #expect(processors == min(2, ProcessInfo.processInfo.activeProcessorCount))
    #expect(sandbox.used.limits.contains("processors: container, \(processors)"))
    await sandbox.destroy()
    _ = await place.leave()
  }
}
