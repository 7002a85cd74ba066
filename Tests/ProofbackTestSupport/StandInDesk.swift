import Foundation
public import ProofbackCore
import Synchronization

/// A worker desk to which workers come, or not, as a test says.
public final class StandInDesk: WorkerDesk {
  public enum Worker: Sendable {
    /// Comes, and reports after so many seconds.
    case reports(after: Double)
    /// Never comes; the desk gives it up.
    case staysAway
    /// Comes and falls silent: only the end of its ticket ends the wait.
    case fallsSilent
  }

  static let notCome = FindingDefinition("worker.not-come", .inconclusive, cause: "", nextStep: "")

  private struct State {
    var opened: [WorkerTicket] = []
    var assignments: [Assignment] = []
    var closed: Set<String> = []
    var wasCancelled = false
  }

  private let worker: Worker
  private let state = Mutex(State())

  public init(_ worker: Worker) { self.worker = worker }

  public var tickets: [WorkerTicket] { state.withLock { $0.opened } }
  /// As workers would have been given them.
  public var assignments: [Assignment] { state.withLock { $0.assignments } }
  public var allClosed: Bool { state.withLock { $0.closed.count == $0.opened.count } }
  public var wasCancelled: Bool { state.withLock { $0.wasCancelled } }

  public func open(
    _ assignment: Assignment, claimWithin claimSeconds: Double, events: any EventSink
  ) async throws -> WorkerTicket {
    let ticket = WorkerTicket(
      runID: assignment.specification.runID, token: "proofback_worker_\(UUID().uuidString)",
      server: "https://127.0.0.1:8443",
      certificateSHA256: String(repeating: "ab", count: 32), programPath: "/worker/v1/program/k",
      programSHA256: String(repeating: "cd", count: 32), deadline: Date(timeIntervalSinceNow: 600))
    state.withLock {
      $0.opened.append(ticket)
      $0.assignments.append(assignment)
    }
    return ticket
  }

  public func report(_ ticket: WorkerTicket) async throws -> RunReport {
    do {
      switch worker {
      case .reports(let seconds):
        try await Task.sleep(for: .seconds(seconds))
        return Self.report(ticket.runID)
      case .staysAway: throw RunTrouble(Self.notCome, "nobody came")
      case .fallsSilent:
        while !state.withLock({ $0.closed.contains(ticket.token) }) { try await Task.sleep(for: .milliseconds(20)) }
        throw RunTrouble(Self.notCome, "the ticket was closed")
      }
    } catch is CancellationError {
      state.withLock { $0.wasCancelled = true }
      return Self.report(ticket.runID)
    }
  }

  public func close(_ ticket: WorkerTicket) async { _ = state.withLock { $0.closed.insert(ticket.token) } }

  private static func report(_ runID: String) -> RunReport {
    RunReport(
      runID: runID, verdict: .passed, cause: nil, sentence: "it was restored", findings: [], stages: [], inventory: nil,
      engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: Date(), seconds: 0)
  }
}
