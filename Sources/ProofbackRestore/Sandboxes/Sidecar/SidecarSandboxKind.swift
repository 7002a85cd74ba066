import Glibc
public import ProofbackCore
public import ProofbackSystem

/// Containers beside the worker's in one task of ECS: a launcher starts them, and this sandbox moves in. There is one in a task.
public struct SidecarSandboxKind: SandboxKind {
  public let name = TaskPlace.sandbox
  public let summary =
    "a container beside the worker's in a task of ECS: weaker, for it shares the task's network"
  public let title = "a neighbour, less sealed (ECS, Fargate)"
  public let usesImages = true
  private let place: TaskPlace?
  private let patience: Double

  /// - Parameters:
  ///   - place: nil: the task that this process was told it works in.
  ///   - patience: seconds that the containers may take to be there.
  public init(place: TaskPlace? = nil, patience: Double = 300) {
    self.place = place
    self.patience = patience
  }

  private var task: TaskPlace? { place ?? TaskPlace.current }

  public var isBroughtByLauncher: Bool { true }

  public func readiness() async -> SandboxReadiness {
    guard task != nil else {
      return SandboxReadiness(
        obstacles: ["this is no task of containers: a workplace on ECS starts them"], limits: []
      )
    }
    return SandboxReadiness(
      obstacles: [], limits: ["memory: the container's", "processes: rlimit", "disk: watched"])
  }

  public func make(_ request: SandboxRequest) async throws -> any Sandbox {
    guard let task else {
      throw RunTrouble(
        SandboxFindings.unavailable, "the sandbox `\(name)` is made of containers in a task, and this is none",
        hint: "choose a workplace on ECS, or another sandbox")
    }
    guard let image = request.image else { throw RunTrouble(SandboxFindings.noRule, "no image is named") }
    guard geteuid() == 0 else {
      throw RunTrouble(SandboxFindings.unavailable, "the worker in a task is user \(geteuid()), and has to be root")
    }
    return try await SidecarSandbox.make(request, in: task, image: image, patience: patience)
  }
}
