import Foundation
import ProofbackCore

/// Starts an instance that runs one worker, and terminates it. Whatever happens to the server, the instance ends by itself
/// after its deadline.
struct EC2Launcher: Launcher {
  let name = "ec2"
  private let options: EC2Options
  private let surroundings: LauncherSurroundings
  private let pace: AWSPace

  init(_ options: EC2Options, _ surroundings: LauncherSurroundings, pace: AWSPace) {
    self.options = options
    self.surroundings = surroundings
    self.pace = pace
  }

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    try (options.containerImage == nil ? WorkerSandboxes.instance : .container).check(assignment.specification)
    let (region, isNear) = options.regions.region(for: assignment.specification.location)
    let choice = try MachineChoice(
      surroundings.needs ?? RunNeeds(assignment.specification), allowed: options.types,
      prices: surroundings.prices ?? PriceList(EC2Prices.all), containerImage: options.containerImage)
    let machines = EC2Machines(access: options.access, region: region, containerImage: options.containerImage)
    return try await RemoteRun(surroundings: surroundings, keys: options.keys, pace: pace).carryOut(
      assignment, events: events
    ) { ticket in
      try await start(choice, machines, ticket, isNear: isNear, events: events)
    } look: {
      try await machines.end(of: $0)
    } destroy: { ticket in
      try await machines.terminate(tags: [RunTags.run: ticket.runID, RunTags.server: surroundings.serverID])
    }
  }

  /// On the cheapest machine that AWS has.
  private func start(
    _ choice: MachineChoice, _ machines: EC2Machines, _ ticket: WorkerTicket, isNear: Bool, events: any EventSink
  ) async throws -> RemoteRun.Started {
    let tags = RunTags(run: ticket.runID, server: surroundings.serverID, deadline: ticket.deadline)
    let data = UserData.script(
      ticket, seconds: max(60, ticket.deadline.timeIntervalSinceNow), packages: options.packages,
      containerImage: options.containerImage)
    guard data.utf8.count <= UserData.longest else {
      throw RunTrouble(
        AWSFindings.refused, "the instance's user data has \(data.utf8.count) bytes, and EC2 takes \(UserData.longest)",
        hint: "name fewer packages, or use an image that has them")
    }
    // Of this start alone: a step of a drill that is begun again has the same name, and another machine.
    let start = UUID().uuidString.lowercased()
    var refusals: [AWSError] = []
    for type in choice.types.prefix(Self.mostTypes) {
      let request = EC2.RunInstances(
        options, type: type, volume: choice.volume, userData: data, token: "\(start)-\(type.name)",
        tags: tags)
      do {
        let instance = try await machines.start(request)
        return RemoteRun.Started(
          id: instance,
          finding: choice.finding(type, in: machines.region, instance: instance, isNear: isNear),
          use: choice.use(type))
      } catch let error as AWSError where error.isAboutType {
        events.send(.log("AWS has no \(type.name) in \(machines.region): \(error.code ?? "")"))
        refusals.append(error)
      }
    }
    throw Self.trouble(refusals)
  }

  /// Types that are tried before the run is given up.
  private static let mostTypes = 4

  private static func trouble(_ refusals: [AWSError]) -> RunTrouble {
    guard let last = refusals.last, refusals.count > 1 else {
      return refusals.first?.trouble ?? RunTrouble(AWSFindings.noType, "no type was tried")
    }
    let isUnknown = refusals.allSatisfy(\.isUnknownType)
    return RunTrouble(
      isUnknown ? AWSFindings.noType : AWSFindings.noCapacity,
      last.trouble.finding.message + ", as for each of \(refusals.count) types",
      evidence: refusals.map { "\($0.code ?? ""): \($0.message)" }, canRetry: !isUnknown)
  }

  func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] {
    // At once: a region that does not answer keeps no other waiting.
    await withTaskGroup(of: String?.self) { group in
      for region in options.regions.all {
        group.addTask { await reap(region, isGoingOn: isGoingOn) }
      }
      return await group.reduce(into: []) { problems, problem in problems += problem.map { [$0] } ?? [] }
    }
  }

  private func reap(_ region: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> String? {
    let machines = EC2Machines(access: options.access, region: region)
    do {
      try await machines.terminate(tags: [RunTags.server: surroundings.serverID]) { instance in
        let deadline = instance.tag(RunTags.deadline).flatMap { try? Date($0, strategy: .iso8601) }
        return !isGoingOn(instance.tag(RunTags.run) ?? "") || deadline.map { $0 < Date() } ?? true
      }
      return nil
    } catch {
      return "instances in \(region): \(RemoteRun.text(error))"
    }
  }
}
