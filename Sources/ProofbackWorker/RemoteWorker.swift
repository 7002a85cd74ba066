import Crypto
import Foundation
public import ProofbackCore
import Synchronization

/// A worker on a machine of its own: fetches its one assignment from its server, carries it out as a worker on the
/// server's machine would, and brings the events back.
public final class RemoteWorker: Sendable {
  public struct Order: Sendable {
    /// `https://proofback.example.org:8443`
    public var server: String
    /// Good for one assignment: a secret.
    public var token: String
    /// SHA-256 of the server's certificate, hexadecimal; nil over plain HTTP on the same machine.
    public var certificate: String?
    /// The run that the machine was started for; any when nil.
    public var run: String?
    /// Folder for templates and run folders on this machine.
    public var stateFolder: String
    public var version: String

    public init(
      server: String, token: String, certificate: String?, run: String?, stateFolder: String, version: String
    ) {
      self.server = server
      self.token = token
      self.certificate = certificate
      self.run = run
      self.stateFolder = stateFolder
      self.version = version
    }
  }

  private let order: Order
  private let launcher: any Launcher
  private let say: @Sendable (String) -> Void
  /// Seconds for which a server that is not reached is asked for the assignment.
  private let patience: Double
  private let work = Mutex<(task: Task<Void, Never>?, isStopped: Bool)>((nil, false))

  /// - Parameters:
  ///   - launcher: starts the run on this machine.
  ///   - say: takes lines for people, without secrets.
  public init(
    _ order: Order, launcher: any Launcher, patience: Double = 600, say: @escaping @Sendable (String) -> Void
  ) {
    self.order = order
    self.launcher = launcher
    self.patience = patience
    self.say = say
  }

  /// Returns when the server has the report.
  /// - Throws: `RunTrouble`; what was started is gone then, too.
  public func carryOut() async throws {
    let connection = PinnedConnection(server: order.server, certificate: order.certificate)
    do {
      try await carryOut(over: connection)
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Ends the run in order; its report still goes to the server.
  public func stop() {
    work.withLock { work in
      work.isStopped = true
      work.task?.cancel()
    }
  }

  private func carryOut(over connection: PinnedConnection) async throws {
    let claimed = try await AssignmentClaim(order: order, connection: connection, say: say).fetch(within: patience)
    say("claimed the assignment of \(claimed.assignment.specification.runID)")
    let spool = EventSpool()
    let task = Task { await run(claimed, into: spool) }
    work.withLock { work in
      work.task = task
      if work.isStopped { task.cancel() }
    }
    let courier = EventCourier(
      connection: connection, session: claimed.session, spool: spool, heartbeat: claimed.heartbeat,
      lease: claimed.lease, onCancel: { task.cancel() }, say: say)
    do {
      try await courier.carry()
    } catch {
      say("ends the run: \((error as? RunTrouble)?.finding.message ?? "its events can't be told")")
      task.cancel()
      await task.value
      throw error
    }
    await task.value
    say("the server has the report")
  }

  /// Carries the assignment out, and puts its report into the spool whatever happens.
  private func run(_ claimed: ClaimedAssignment, into spool: EventSpool) async {
    let started = Date()
    let specification = claimed.assignment.specification
    let report: RunReport
    do {
      report = try await launcher.launch(claimed.assignment, events: WithoutEnd(sink: spool))
    } catch let trouble as RunTrouble {
      report = .notRun(specification, because: trouble.finding, started: started)
    } catch {
      report = .notRun(
        specification, because: WorkerFindings.died.finding(UntrustedText.line("\(error)", limit: 300)),
        started: started)
    }
    spool.close(with: claimed.clock.corrected(report))
  }

  /// The report goes last, once it has been completed.
  private struct WithoutEnd: EventSink {
    let sink: any EventSink
    func send(_ event: RunEvent) { if case .ended = event {} else { sink.send(event) } }
  }
}
