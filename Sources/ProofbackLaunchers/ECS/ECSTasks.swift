import Foundation
import ProofbackCore

/// Tasks of one cluster.
struct ECSTasks: Sendable {
  let options: ECSOptions
  /// By which its tasks are told from those of others.
  let startedBy: String

  private func ask<Answer: Decodable & Sendable>(
    _ operation: String, _ request: some Encodable, as: Answer.Type = Answer.self, isSafeTwice: Bool = true
  ) async throws -> Answer {
    try await options.access.ask("ecs", operation, request, in: options.region, isSafeTwice: isSafeTwice)
  }

  /// Registers what tasks are made from, unless that was done before.
  func register(_ definition: ECS.TaskDefinition) async throws {
    let known: ECS.DefinitionNames = try await ask(
      "list-task-definitions", ECS.ListDefinitions(familyPrefix: definition.family))
    guard known.taskDefinitionArns.isEmpty else { return }
    let _: ECS.Done = try await ask("register-task-definition", definition)
  }

  /// - Throws: `RunTrouble` when the cluster has no room.
  func start(_ request: ECS.RunTask) async throws -> ECS.Task {
    // Older command lines know no client token for it: two tasks would have the one token of the run.
    let answer: ECS.Tasks = try await ask("run-task", request, isSafeTwice: false)
    if let task = answer.tasks.first { return task }
    let reason = UntrustedText.line(answer.failures?.first?.reason ?? "", limit: 200)
    throw RunTrouble(
      AWSFindings.noCapacity, "the cluster \(options.cluster) could not place the task: \(reason)",
      hint: "see the cluster's instances: RESOURCE:… names what there was too little of", canRetry: true)
  }

  func end(of arn: String) async throws -> RemoteRun.End? {
    guard let task = try await find([arn]).first, task.lastStatus == "STOPPED" || task.desiredStatus == "STOPPED"
    else { return nil }
    let containers = (task.containers ?? []).map { container in
      "exit code \(container.exitCode.map(String.init) ?? "unknown")" + (container.reason.map { ": \($0)" } ?? "")
    }
    let evidence = [task.stoppedReason ?? ""] + containers + (await lastWords(of: task.id))
    if Self.isAboutImage(evidence) {
      return RemoteRun.End(
        definition: AWSFindings.noContainer, fact: "the task \(task.id) could not start a container of its images",
        evidence: evidence, canRetry: false)
    }
    return RemoteRun.End(
      fact: "the task \(task.id) has stopped, and its worker has not reported", evidence: evidence)
  }

  /// Whether an image is not there, not allowed, or of another processor ("Stopped tasks error codes" of ECS's Developer
  /// Guide; the last is the kernel's word for a program of another one).
  private static func isAboutImage(_ words: [String]) -> Bool {
    words.contains { word in
      ["CannotPullContainerError", "CannotPullImageManifestError", "exec format error"].contains { word.contains($0) }
    }
  }

  /// The last lines that the worker's container has printed, where they are kept; none when they can't be had.
  private func lastWords(of task: String) async -> [String] {
    guard let group = options.logGroup else { return [] }
    let request = ECS.LogEvents(
      logGroupName: group, logStreamName: "\(ECS.logPrefix)/\(ECS.container)/\(task)", limit: 5)
    let answer: ECS.Logged? = try? await options.access.ask("logs", "get-log-events", request, in: options.region)
    return (answer?.events ?? []).suffix(5).map { "it said: \($0.message ?? "")" }
  }

  private func find(_ arns: [String]) async throws -> [ECS.Task] {
    var found: [ECS.Task] = []
    // The API takes so many at once.
    for start in stride(from: 0, to: arns.count, by: 100) {
      let part = Array(arns[start..<min(start + 100, arns.count)])
      let answer: ECS.Tasks = try await ask("describe-tasks", ECS.DescribeTasks(cluster: options.cluster, tasks: part))
      found += answer.tasks
    }
    return found
  }

  /// Stops ours that are to end. Safe twice, and when there is none.
  func stop(because reason: String, where isToEnd: @Sendable (ECS.Task) -> Bool) async throws {
    var arns: [String] = []
    var request = ECS.ListTasks(cluster: options.cluster, startedBy: startedBy)
    repeat {
      let answer: ECS.TaskNames = try await ask("list-tasks", request)
      arns += answer.taskArns
      request.nextToken = answer.nextToken
    } while request.nextToken != nil
    guard !arns.isEmpty else { return }
    for task in try await find(arns) where task.desiredStatus != "STOPPED" && isToEnd(task) {
      let _: ECS.Done = try await ask(
        "stop-task", ECS.StopTask(cluster: options.cluster, task: task.taskArn, reason: reason))
    }
  }

  /// One task, without asking for others.
  func stop(_ arn: String, because reason: String) async throws {
    let _: ECS.Done = try await ask(
      "stop-task", ECS.StopTask(cluster: options.cluster, task: arn, reason: reason))
  }
}
