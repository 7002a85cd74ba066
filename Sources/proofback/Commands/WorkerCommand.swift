import ArgumentParser
import Foundation
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import SystemPackage

/// One run, from an assignment on standard input to a report on standard output. Started by launchers, in namespaces
/// of its own. With `--server`, the launcher of such a worker on this machine, for an assignment that is fetched.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Carry out one assignment (started by launchers).", shouldDisplay: false)

  @OptionGroup var remote: RemoteOptions

  func run() async throws {
    if let folder = remote.inTask { TaskPlace.enter(TaskPlace(FilePath(folder))) }
    if let order = try remote.order() { return try await RemoteWork.carryOut(order) }
    try await carryOut()
  }

  private func carryOut() async throws {
    signal(SIGPIPE, SIG_IGN)
    // The launcher decides when a run ends; a signal to its whole group must not cut the sandbox's destruction short.
    signal(SIGINT, SIG_IGN)
    let control = RunControl()
    let events = EventWriter()
    let stop: @Sendable () -> Void = {
      Task { await control.stop(because: RunFindings.cancelled.finding("the run was cancelled")) }
    }
    let terminate = DispatchSource.makeSignalSource(signal: SIGTERM)
    signal(SIGTERM, SIG_IGN)
    terminate.setEventHandler(handler: stop)
    terminate.resume()
    let started = Date()
    let assignment = try await WorkerInput.take(onCancel: stop)
    let report: RunReport
    do {
      let folders = try Self.folders(for: assignment.specification)
      report = await RestoreRun(
        assignment, folders: folders, plugins: Composition.plugins, control: control, events: events, started: started
      ).carryOut()
    } catch let trouble as RunTrouble {
      report = .notRun(assignment.specification, because: trouble.finding, started: started)
    }
    events.send(.ended(report))
    events.finish()
  }

  private static func folders(for specification: RunSpecification) throws -> RunFolders {
    let state = StateFolder(FilePath(specification.stateFolder))
    let run = state.runFolder(specification.runID)
    return RunFolders(run: run, keys: try RunNamespace.prepareKeyFolder(in: run), templates: state.templates)
  }
}
