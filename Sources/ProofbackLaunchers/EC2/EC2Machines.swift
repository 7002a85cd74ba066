import ProofbackCore

/// Instances of one region.
struct EC2Machines: Sendable {
  let access: AWSAccess
  let region: String
  /// That they run the worker in a container of.
  var containerImage: String?

  /// - Returns: the instance's id.
  /// - Throws: `AWSError`, `RunTrouble`.
  func start(_ request: EC2.RunInstances) async throws -> String {
    let answer: EC2.Reservation = try await access.ask("ec2", "run-instances", request, in: region)
    guard let instance = answer.Instances.first else {
      throw RunTrouble(AWSFindings.oddAnswer, "the answer to ec2 run-instances in \(region) names no instance")
    }
    return instance.InstanceId
  }

  /// How an instance ended; nil: it has not, or AWS does not know it yet.
  func end(of id: String) async throws -> RemoteRun.End? {
    guard let instance = try await find(EC2.DescribeInstances(instance: id)).first, instance.isGone else { return nil }
    let reason = [instance.StateReason?.Code, instance.StateReason?.Message].compactMap { $0 }.joined(separator: ": ")
    let console = try? await console(of: id)
    let evidence = [reason] + (console?.lastWords ?? []).map { "console: \($0)" }
    if let containerImage, let trouble = console?.trouble {
      return RemoteRun.End(
        definition: AWSFindings.noContainer,
        fact: "the instance \(id) could not run the worker in a container of \(containerImage): \(trouble.rawValue)",
        evidence: evidence, hint: trouble.hint, canRetry: false)
    }
    return RemoteRun.End(
      fact: "the instance \(id) is \(instance.State.Name), and its worker has not reported", evidence: evidence)
  }

  private func console(of id: String) async throws -> ConsoleOutput {
    let answer: EC2.Console = try await access.ask(
      "ec2", "get-console-output", EC2.GetConsoleOutput(InstanceId: id), in: region)
    return ConsoleOutput(answer.Output ?? "")
  }

  private func find(_ request: EC2.DescribeInstances) async throws -> [EC2.Instance] {
    let answer: EC2.Reservations = try await access.ask("ec2", "describe-instances", request, in: region)
    return answer.Reservations.flatMap(\.Instances)
  }

  /// Ends what has these tags and is to end. Safe twice, and when there is nothing.
  func terminate(
    tags: [String: String], where isToEnd: @Sendable (EC2.Instance) -> Bool = { _ in true }
  ) async throws {
    let found = try await find(EC2.DescribeInstances(tags: tags)).filter(isToEnd)
    guard !found.isEmpty else { return }
    let _: EC2.Terminated = try await access.ask(
      "ec2", "terminate-instances", EC2.TerminateInstances(InstanceIds: found.map(\.InstanceId)), in: region)
  }
}
