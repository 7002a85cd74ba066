import Crypto
public import Foundation
public import Logging
public import ProofbackCore
public import ServiceLifecycle
import Synchronization

/// The desk where workers on other machines fetch their assignment and report. Everything is in memory: a server that is
/// started anew knows none of its tickets, and their workers end.
public final class AssignmentDesk: WorkerDesk {
  private struct Held {
    /// By the tokens' hashes: no token is kept.
    var byToken: [Data: Ticket] = [:]
    var byID: [String: Ticket] = [:]
    var byProgram: [String: Ticket] = [:]
    /// Closed ones, the oldest first: a late claim of a second key is still told, a repeated report still answered.
    var spent: [(token: Data, ticket: Ticket)] = []
    var isEnding = false
  }

  private let alerts: any AlertRepository
  private let address: DeskAddress
  private let program: WorkerProgram
  private let version: String
  private let times: DeskTimes
  private let now: @Sendable () -> Date
  private let logger: Logger
  private let held = Mutex(Held())
  private let wrongTokens = AddressLimit()
  private static let mostSpent = 1000
  private static let tokenPrefix = "proofback_worker_"

  /// - Parameter version: workers of another one are refused.
  public init(
    _ alerts: any AlertRepository, address: DeskAddress, program: WorkerProgram, version: String,
    times: DeskTimes = DeskTimes(), logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.alerts = alerts
    self.address = address
    self.program = program
    self.version = version
    self.times = times
    self.logger = logger
    self.now = now
  }

  // MARK: The launcher's side

  public func open(_ assignment: Assignment, claimWithin claimSeconds: Double, events: any EventSink) async throws
    -> WorkerTicket
  {
    let (server, certificate) = try address.forTicket()
    let sha256: String
    do { sha256 = try program.sha256() } catch {
      throw RunTrouble(RemoteFindings.noAddress, "the server's own program can't be read: \(error)")
    }
    let ticket = Ticket(assignment, claimSeconds: claimSeconds, events: events, times: times, version: version)
    let token = Self.tokenPrefix + Token().text
    held.withLock { held in
      held.byToken[Self.hash(token)] = ticket
      held.byID[ticket.id] = ticket
      held.byProgram[ticket.programKey] = ticket
    }
    return WorkerTicket(
      runID: ticket.runID, token: token, server: server, certificateSHA256: certificate,
      programPath: WorkerLink.programPath + ticket.programKey, programSHA256: sha256,
      deadline: now() + claimSeconds + Ticket.longest(assignment.specification, times))
  }

  public func report(_ ticket: WorkerTicket) async throws -> RunReport {
    let hash = Self.hash(ticket.token)
    guard let ticket = held.withLock({ $0.byToken[hash] }) else {
      throw RunTrouble(RemoteFindings.notReported, "the run's ticket is closed")
    }
    // Not cancelled with us: the worker has a while to report.
    let waiting = Task { [self] in
      while true {
        if let outcome = ticket.outcome() { return outcome }
        if held.withLock({ $0.isEnding }) {
          return .failure(RunTrouble(RemoteFindings.notReported, "the server ends", canRetry: true))
        }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    return try await withTaskCancellationHandler {
      try await waiting.value.get()
    } onCancel: {
      ticket.cancel()
    }
  }

  public func close(_ ticket: WorkerTicket) async {
    let hash = Self.hash(ticket.token)
    held.withLock { held in
      guard let ticket = held.byToken.removeValue(forKey: hash) else { return }
      ticket.close()
      held.byProgram[ticket.programKey] = nil
      held.spent.append((hash, ticket))
      while held.spent.count > Self.mostSpent { held.byID[held.spent.removeFirst().ticket.id] = nil }
    }
  }

  // MARK: The worker's side

  public enum ClaimOutcome: Sendable {
    case sealed(ClaimAnswer)
    case refused(WorkerRefusal)
  }

  /// - Parameter origin: the address that it came from.
  public func claim(_ token: String, _ claim: WorkerClaim, from origin: String) -> ClaimOutcome {
    let hash = Self.hash(token)
    let found = held.withLock { held in held.byToken[hash] ?? held.spent.first { $0.token == hash }?.ticket }
    guard let ticket = found else {
      guard wrongTokens.take(origin) else {
        return .refused(WorkerRefusal(RemoteFindings.tooMany, "too many wrong tokens come from this address"))
      }
      return .refused(WorkerRefusal(RemoteFindings.tokenExpired, "there is no such token"))
    }
    switch ticket.claim(claim) {
    case .refused(let refusal): return .refused(refusal)
    case .stolen: return .refused(stolen(ticket, from: origin))
    case .sealed(let key, let bytes):
      return .sealed(
        ClaimAnswer(
          ticket: ticket.id, encapsulatedKey: key, sealed: bytes, heartbeat: times.heartbeat, lease: times.lease,
          serverTime: Int64(now().timeIntervalSince1970 * 1000)))
    }
  }

  private func stolen(_ ticket: Ticket, from origin: String) -> WorkerRefusal {
    let place = UntrustedText.line(origin, limit: 60)
    let fact = "the worker's token came with a second key, from \(place)"
    ticket.end(.failure(RunTrouble(RemoteFindings.secondClaim, fact)))
    do {
      try alerts.raise(claimOf: Self.record(of: ticket.runID), detail: "from \(place)", from: origin, now: now())
    } catch {
      logger.error("an alarm could not be written", metadata: ["run": "\(ticket.runID)", "error": "\(error)"])
    }
    logger.warning("a worker's token came with a second key", metadata: ["run": "\(ticket.runID)", "from": "\(place)"])
    return WorkerRefusal(RemoteFindings.secondClaim, "another key has the assignment")
  }

  /// Lets a request in, before its body is read.
  public func admit(_ head: RequestHead) throws -> WorkerLine {
    guard let ticket = held.withLock({ $0.byID[head.ticket] }) else {
      throw WorkerRefusal(RemoteFindings.unknownTicket, "the server waits for no such worker")
    }
    if let refusal = ticket.admit(head) { throw refusal }
    return WorkerLine(ticket: ticket, head: head, certificate: address.certificate)
  }

  /// The program for whoever knows a ticket's key for it; nil: nobody.
  public func program(for key: String) -> WorkerProgram? {
    guard let ticket = held.withLock({ $0.byProgram[key] }), ticket.countDownload() else { return nil }
    return program
  }

  // MARK: Parts

  private static func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }

  /// The id of the run's record.
  private static func record(of runID: String) -> String {
    runID.hasPrefix("run-") ? String(runID.dropFirst(4)) : runID
  }
}

/// The desk's part in the server's life: at its end nobody waits for workers any more, who can't reach it.
extension AssignmentDesk: Service {
  public func run() async throws {
    try? await gracefulShutdown()
    held.withLock { $0.isEnding = true }
  }
}

/// A worker's request that was let in.
public struct WorkerLine: Sendable {
  let ticket: Ticket
  let head: RequestHead
  let certificate: @Sendable () -> String?

  /// Takes its body.
  /// - Throws: `WorkerRefusal` when it is another one than was sealed.
  public func take(_ body: some Collection<UInt8>) throws -> EventsAnswer {
    guard head.isDigest(of: body) else {
      throw WorkerRefusal(RemoteFindings.refused, "the body is not the one that was sealed")
    }
    let (next, cancels) = ticket.take(body, first: head.first)
    return EventsAnswer(next: next, cancels: cancels, certificate: certificate())
  }
}
