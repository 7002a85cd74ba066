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
}
