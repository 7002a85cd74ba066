import Foundation
import ProofbackCore

/// One run on a machine that is started for it: ticket, machine, report, and the machine's end, whatever happens.
struct RemoteRun: Sendable {
  struct Started: Sendable {
    /// The machine's own, as its platform knows it.
    var id: String
    /// What was chosen and why.
    var finding: Finding
    var use: MachineUse
  }

  /// How a machine ended.
  struct End: Sendable {
    var definition = AWSFindings.machineEnded
    var fact: String
    var evidence: [String]
    /// Instead of the definition's next step.
    var hint: String?
    /// Whether another machine may do better.
    var canRetry = true
  }

  let surroundings: LauncherSurroundings
  let keys: NarrowKeys
  let pace: AWSPace

  /// - Parameters:
  ///   - look: how the machine ended; nil: it goes on.
  ///   - destroy: ends all machines of the run, also of a start that failed. Safe twice.
  func carryOut(
    _ assignment: Assignment, events: any EventSink, start: (WorkerTicket) async throws -> Started,
    look: @escaping @Sendable (String) async throws -> End?,
    destroy: @escaping @Sendable (WorkerTicket) async throws -> Void
  ) async throws -> RunReport {
    guard let desk = surroundings.desk else {
      throw RunTrouble(AWSFindings.noDesk, "there is no server that a worker could reach")
    }
    let (assignment, word) = try await keys.narrowed(
      assignment, reach: surroundings.reach(assignment.specification), seconds: seconds(assignment),
      wasSeen: surroundings.wasSeen)
    if let word { events.send(.finding(word)) }
    let ticket = try await desk.open(assignment, claimWithin: pace.claim, events: events)
    let outcome: Result<RunReport, any Error>
    do {
      try Task.checkCancellation()
      let started = try await start(ticket)
      surroundings.started(started.use)
      events.send(.finding(started.finding))
      var report = try await report(ticket, desk, started.id, look)
      report.findings += [started.finding] + (word.map { [$0] } ?? [])
      outcome = .success(report)
    } catch {
      outcome = .failure(await Self.explained(error))
    }
    await desk.close(ticket)
    // In a task of its own: the run's may be cancelled.
    let left = await Task { () -> String? in
      do { try await destroy(ticket) } catch { return Self.text(error) }
      return nil
    }.value
    if let left { events.send(.log("what it may have left could not be ended, which is tried every minute: \(left)")) }
    return try outcome.get()
  }

  /// From now to the end of the run: the machine's start, the run itself, and what is added to it for cleaning up.
  private func seconds(_ assignment: Assignment) -> Double {
    let specification = assignment.specification
    return pace.claim + specification.limits.seconds + (specification.keepSeconds ?? 0) + 600
  }

  private func report(
    _ ticket: WorkerTicket, _ desk: any WorkerDesk, _ machine: String,
    _ look: @escaping @Sendable (String) async throws -> End?
  ) async throws -> RunReport {
    try await withThrowingTaskGroup(of: RunReport?.self) { group in
      group.addTask { try await desk.report(ticket) }
      group.addTask {
        guard let end = await watch(machine, look) else { return nil }
        await desk.close(ticket)
        throw RunTrouble(
          end.definition, end.fact,
          evidence: end.evidence.filter { !$0.isEmpty }.map { UntrustedText.line($0, limit: 300) },
          hint: end.hint, canRetry: end.canRetry)
      }
      defer { group.cancelAll() }
      while let report = try await group.next() {
        if let report { return report }
      }
      throw RunTrouble(AWSFindings.machineEnded, "the machine \(machine) was not watched to its end")
    }
  }

  /// Waits until a machine has ended and its worker has had time to report. A look that fails says nothing.
  private func watch(_ machine: String, _ look: @Sendable (String) async throws -> End?) async -> End? {
    while !Task.isCancelled {
      do { try await Task.sleep(for: .seconds(pace.look)) } catch { return nil }
      guard let end = try? await look(machine) else { continue }
      do { try await Task.sleep(for: .seconds(pace.lastWords)) } catch { return nil }
      // What it printed last may be there only now.
      return (try? await look(machine)) ?? end
    }
    return nil
  }

  private static func explained(_ error: any Error) async -> any Error {
    guard let error = error as? AWSError else { return error }
    return await AWSRegions.explained(error, resolves: AWSRegions.resolves)
  }

  static func text(_ error: any Error) -> String {
    switch error {
    case let error as AWSError: error.trouble.finding.message
    case let trouble as RunTrouble: trouble.finding.message
    default: UntrustedText.line("\(error)", limit: 200)
    }
  }
}
