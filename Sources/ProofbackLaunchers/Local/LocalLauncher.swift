import Foundation
import Glibc
public import ProofbackCore
import ProofbackSystem
import SystemPackage

/// Starts the worker as a child process on this machine, in a process and mount namespace of its own.
public struct LocalLauncher: Launcher {
  public let name = "local"
  private let worker: Command
  /// Seconds that a worker has to end after it was asked to, or after its report.
  private let patience: Double

  /// - Parameter worker: nil for this program's own `worker` command.
  public init(worker: Command? = nil, patience: Double = 10) {
    self.worker = worker ?? Self.ownWorker
    self.patience = patience
  }

  public func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    let specification = assignment.specification
    if let missing = RunNamespace.missingProgram() {
      throw RunTrouble(WorkerFindings.noNamespace, "\(missing.name) is not installed", hint: missing.remedy)
    }
    // The reader of the assignment may be gone; that is an error, not our end.
    signal(SIGPIPE, SIG_IGN)
    let state = StateFolder(FilePath(specification.stateFolder))
    let folder = try RunFolder.make(
      in: state, runID: specification.runID,
      deadline: Date(timeIntervalSinceNow: specification.limits.seconds + (specification.keepSeconds ?? 0) + 600))
    let outcome: Result<RunReport, any Error>
    do {
      outcome = .success(try await carryOut(assignment, in: folder, events: events))
    } catch {
      outcome = .failure(error)
    }
    for problem in await folder.remove() { events.send(.log("left behind: \(problem)")) }
    // A worker that was killed could not give its user's id back.
    if case .failure = outcome { Leftovers(in: state).removeUserClaims() }
    return try outcome.get()
  }

  /// Which runs go on their folders' locks say.
  public func reap(stateFolder: String, isGoingOn: @escaping @Sendable (String) -> Bool) async -> [String] {
    await Leftovers(in: StateFolder(FilePath(stateFolder))).remove()
  }

  private func carryOut(_ assignment: Assignment, in folder: RunFolder, events: any EventSink) async throws -> RunReport
  {
    let session: WorkerSession
    do {
      session = try await WorkerSession.start(RunNamespace.enclose(worker, runFolder: folder.path))
    } catch {
      throw RunTrouble(WorkerFindings.died, "the worker can't be started: \(error)")
    }
    return try await withTaskCancellationHandler {
      session.give(assignment)
      session.kill(after: Self.deadline(assignment.specification) + patience)
      let report = await session.follow(into: events, patience: patience)
      let end = await session.end(within: patience)
      guard let report else { throw await session.trouble(end) }
      return report
    } onCancel: {
      session.cancel(killAfter: patience)
    }
  }

  /// A worker ends its run itself when the time is over, and then has to clean up; this is for one that hangs.
  private static func deadline(_ specification: RunSpecification) -> Double {
    specification.limits.seconds + (specification.keepSeconds ?? 0) + 60
  }

  private static var ownWorker: Command {
    var environment = Command.plainEnvironment
    let own = ProcessInfo.processInfo.environment
    for name in ["USER", "LOGNAME", "TZ"] + Containers.variables { environment[name] = own[name] }
    let task = TaskPlace.current.map { ["--in-task", $0.folder.string] } ?? []
    return Command(OwnProgram.executable, ["worker"] + task, environment: environment)
  }
}
