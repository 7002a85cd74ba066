import ProofbackCore
import ProofbackSystem

/// Which sandboxes there are where a workplace's workers run. Asked before anything is started.
enum WorkerSandboxes: String {
  /// With whatever its image has; a Docker Engine may be among it.
  case instance = "an instance"
  /// Docker's socket is not in it.
  case container = "a container"
  /// It may have neighbours.
  case task = "a task"

  /// - Throws: `RunTrouble` when the run asks for one that can't be there.
  func check(_ specification: RunSpecification) throws {
    let missing =
      switch self {
      case .instance: [TaskPlace.sandbox]
      case .container: [TaskPlace.sandbox, "docker"]
      case .task: ["docker"]
      }
    guard missing.contains(specification.sandbox) else { return }
    throw RunTrouble(
      AWSFindings.noSandbox, "workers in \(rawValue) have no sandbox `\(specification.sandbox)`")
  }
}
