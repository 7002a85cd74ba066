import Foundation
import ProofbackCore

/// Starts a task that runs one worker, and stops it.
struct ECSLauncher: Launcher {
  let name = "ecs"
  private let options: ECSOptions
  private let surroundings: LauncherSurroundings
  private let pace: AWSPace
  private let definitions: RegisteredOnce

  init(_ options: ECSOptions, _ surroundings: LauncherSurroundings, pace: AWSPace, definitions: RegisteredOnce) {
    self.options = options
    self.surroundings = surroundings
    self.pace = pace
    self.definitions = definitions
  }

  private var tasks: ECSTasks { ECSTasks(options: options, startedBy: "proofback-\(surroundings.serverID)") }

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    let (chosen, database) = try ECSDatabase.chosen(for: assignment, options)
    let size = try TaskSize(
      surroundings.needs ?? RunNeeds(chosen.specification), options.capacity, hasNeighbours: database != nil)
    let assignment = database == nil ? chosen : ECSDatabase.bounded(chosen, size)
    let tasks = tasks
    return try await RemoteRun(surroundings: surroundings, keys: options.keys, pace: pace).carryOut(
      assignment, events: events
    ) { ticket in
      let definition = ECS.TaskDefinition(options, database: database)
      try await definitions.register(definition, by: tasks)
      let task = try await tasks.start(
        request(ticket, definition.family, size, neighbours: database.map { _ in assignment.specification.limits }))
      return RemoteRun.Started(
        id: task.taskArn, finding: size.finding(task.id, options, database), use: ECSPrices.use(size))
    } look: {
      try await tasks.end(of: $0)
    } destroy: { ticket in
      try await tasks.stop(because: "its run has ended") { $0.tag(RunTags.run) == ticket.runID }
    }
  }

  private func request(
    _ ticket: WorkerTicket, _ family: String, _ size: TaskSize, neighbours limits: Limits?
  ) -> ECS.RunTask {
    let tags = RunTags(run: ticket.runID, server: surroundings.serverID, deadline: ticket.deadline)
    let variables = WorkerScript.variables(ticket).map { ECS.Variable(name: $0.name, value: $0.value) }
    let seconds = Int(max(60, ticket.deadline.timeIntervalSinceNow).rounded(.up))
    return ECS.RunTask(
      cluster: options.cluster, taskDefinition: family, launchType: options.capacity.rawValue,
      startedBy: tasks.startedBy,
      networkConfiguration: ECS.Network(
        awsvpcConfiguration: .init(
          subnets: options.subnets, securityGroups: options.securityGroups,
          assignPublicIp: options.capacity == .fargate ? (options.hasPublicAddress ? "ENABLED" : "DISABLED") : nil)),
      overrides: ECS.Overrides(
        cpu: String(size.cpu), memory: String(size.memoryMiB),
        ephemeralStorage: size.storageGiB.map { .init(sizeInGiB: $0) },
        containerOverrides: [
          .init(environment: variables + [ECS.Variable(name: "PROOFBACK_SECONDS", value: String(seconds))])
        ] + (limits.map { ECSDatabase.overrides(seconds: seconds, $0) } ?? [])),
      tags: tags.pairs.map { ECS.Tag(key: $0.key, value: $0.value) })
  }

  func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] {
    do {
      try await tasks.stop(because: "it has outlived its run") { task in
        let deadline = task.tag(RunTags.deadline).flatMap { try? Date($0, strategy: .iso8601) }
        return !isGoingOn(task.tag(RunTags.run) ?? "") || deadline.map { $0 < Date() } ?? true
      }
      return []
    } catch {
      return ["tasks in \(options.cluster): \(RemoteRun.text(error))"]
    }
  }
}
