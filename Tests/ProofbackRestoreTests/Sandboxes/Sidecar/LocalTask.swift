import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage

/// Sandboxes in tasks of containers, each with neighbours of its own.
struct LocalTask: SandboxKind {
  let name = TaskPlace.sandbox
  let summary = "a task of the tests"
  let title = "a task of the tests"
  let usesImages = true

  func readiness() async -> SandboxReadiness { SandboxReadiness(obstacles: [], limits: []) }

  func make(_ request: SandboxRequest) async throws -> any Sandbox {
    signal(SIGPIPE, SIG_IGN)
    let place = TaskPlace(request.runFolder.appending("task"))
    try await TaskContainers.start(
      request.runID, in: place, image: request.image ?? "", memoryBytes: request.limits.memoryBytes)
    return try await SidecarSandboxKind(place: place, patience: 30).make(request)
  }
}
