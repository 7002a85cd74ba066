import Foundation
import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage

/// Sandboxes in tasks of containers: each has its neighbours started by the tests' engine, as Fargate would start them from
/// the launcher's definition, and shares this host's network with them.
struct LocalTask: SandboxKind {
  let name = TaskPlace.sandbox
  let summary = "a task of the tests"
  let title = "a task of the tests"
  let usesImages = true

  func readiness() async -> SandboxReadiness { SandboxReadiness(obstacles: [], limits: []) }

  func make(_ request: SandboxRequest) async throws -> any Sandbox {
    signal(SIGPIPE, SIG_IGN)
    let place = TaskPlace(request.runFolder.appending("task"))
    for volume in TaskVolume.allCases {
      try FileManager.default.createDirectory(
        atPath: place.path(volume).string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for neighbour in TaskNeighbour.allCases {
        group.addTask { try await Self.start(neighbour, request, place) }
      }
      try await group.waitForAll()
    }
    return try await SidecarSandboxKind(place: place, patience: 30).make(request)
  }

  static func container(_ neighbour: TaskNeighbour, _ runID: String) -> String { "task-\(runID)-\(neighbour.rawValue)" }

  private static func start(_ neighbour: TaskNeighbour, _ request: SandboxRequest, _ place: TaskPlace) async throws {
    var arguments = ["run", "--detach", "--rm", "--name", container(neighbour, request.runID), "--network", "host"]
    arguments += ["--read-only", "--cap-drop", "ALL", "--user", "\(TaskPlace.user):\(TaskPlace.user)"]
    if neighbour == .server {
      arguments += ["--memory", "\(request.limits.memoryBytes)", "--memory-swap", "\(request.limits.memoryBytes)"]
    }
    for mount in neighbour.mounts {
      arguments += ["--volume", "\(place.path(mount.volume)):\(mount.inside)\(mount.isReadOnly ? ":ro" : "")"]
    }
    let entry = TaskNeighbour.entryPoint
    arguments += ["--entrypoint", entry[0], request.image ?? ""] + entry.dropFirst() + ["600"]
    let outcome = try await DockerEngine.docker(arguments)
    guard outcome.end.isSuccess else { throw DockerEngine.Failure(text: outcome.errorText) }
  }
}
