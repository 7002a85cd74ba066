import ProofbackCore
import ProofbackSystem

/// The DBMS of a task in which it is the worker's neighbour; it has to be known before the task is started.
enum ECSDatabase {
  /// - Returns: the assignment with the image that it will be restored into, and that image; nil where the worker itself makes the sandbox, on an instance.
  /// - Throws: `RunTrouble` when the restore test has not chosen what tasks on Fargate have.
  static func chosen(for assignment: Assignment, _ options: ECSOptions) throws -> (Assignment, image: String?) {
    let specification = assignment.specification
    if options.capacity == .ec2, specification.sandbox != TaskPlace.sandbox {
      try WorkerSandboxes.task.check(specification)
      return (assignment, nil)
    }
    guard specification.sandbox == TaskPlace.sandbox else {
      throw RunTrouble(
        AWSFindings.sidecarNotChosen,
        "tasks on Fargate restore in the sandbox `\(TaskPlace.sandbox)`, and the run asks for "
          + "`\(UntrustedText.line(specification.sandbox, limit: 30))`")
    }
    let byType = specification.type.flatMap { specification.images.image(for: BackupNeeds(type: $0))?.image }
    var assignment = assignment
    let image = specification.image ?? options.databaseImage ?? byType ?? options.image
    assignment.specification.image = image
    return (assignment, image)
  }

  /// The assignment with no more memory than the task has for it: a task may be made for what a run is expected to take.
  static func bounded(_ assignment: Assignment, _ size: TaskSize) -> Assignment {
    var assignment = assignment
    let most = UInt64(size.serverMiB) * 1_048_576
    assignment.specification.limits.memoryBytes = min(assignment.specification.limits.memoryBytes, most)
    return assignment
  }

  /// How long the neighbours live, and what the DBMS may take of the task's memory.
  static func overrides(seconds: Int, _ limits: Limits) -> [ECS.Overrides.Container] {
    TaskNeighbour.allCases.map { neighbour in
      var container = ECS.Overrides.Container(name: neighbour.rawValue, command: [String(seconds)])
      if neighbour == .server { container.memory = max(64, Int(limits.memoryBytes / 1_048_576)) }
      return container
    }
  }
}
