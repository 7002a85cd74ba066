import Crypto
import Foundation
import ProofbackCore
import Synchronization

/// One assignment that waits for its worker, and then the worker's own line to the server.
///
/// Life cycle: waiting → claimed by one key, which may fetch it again → confirmed by the first request that is sealed with
/// the shared secret; the assignment is forgotten then → over, with an outcome. All times are of the monotonic clock.
final class Ticket: Sendable {
  typealias Instant = ContinuousClock.Instant

  let id = Identifier.make()
  let runID: String
  /// Whoever comes with it gets the program; it opens nothing else.
  let programKey = Token().text
  private let times: DeskTimes
  private let version: String
  private let claimUntil: Instant
  private let deadline: Instant
  private let state: Mutex<State>
  /// One at a time: requests of a worker whose connection broke may overlap.
  private let intake: Mutex<Intake>

  private struct State {
    /// Until it is confirmed.
    var assignment: Assignment?
    var publicKey: Data?
    var sealed: SealedAssignment?
    var lastSeen: Instant
    /// The highest number of a request that was let in.
    var number: UInt64 = 0
    var cancelled: Instant?
    var outcome: Result<RunReport, RunTrouble>?
    var isReported = false
    var downloads = 0
    var bucket = TokenBucket()
  }

  private struct Intake {
    /// Nil once the ticket is closed.
    var relay: EventRelay?
    var next: UInt64 = 0
  }

  init(
    _ assignment: Assignment, claimSeconds: Double, events: any EventSink, times: DeskTimes, version: String
  ) {
    let now = Instant.now
    runID = assignment.specification.runID
    self.times = times
    self.version = version
    claimUntil = now + .seconds(claimSeconds)
    deadline = claimUntil + .seconds(Self.longest(assignment.specification, times))
    state = Mutex(State(assignment: assignment, lastSeen: now))
    intake = Mutex(Intake(relay: EventRelay(sink: events)))
  }

  /// Seconds from the claim to where nobody is waited for any more.
  static func longest(_ specification: RunSpecification, _ times: DeskTimes) -> Double {
    specification.limits.seconds + (specification.keepSeconds ?? 0) + times.grace
  }

  // MARK: The launcher's side

  func cancel() { state.withLock { $0.cancelled = $0.cancelled ?? .now } }

  func end(_ outcome: Result<RunReport, RunTrouble>) { state.withLock { $0.outcome = $0.outcome ?? outcome } }

  /// Nobody waits any more. What was kept goes; a report that is sent again is still answered.
  func close() {
    state.withLock { state in
      state.outcome = .failure(RunTrouble(RemoteFindings.notReported, "the run's ticket was closed"))
      state.assignment = nil
    }
    intake.withLock { $0.relay = nil }
  }

  /// The end, when it has come.
  func outcome(at now: Instant = .now) -> Result<RunReport, RunTrouble>? {
    state.withLock { state in
      if state.outcome == nil, let trouble = trouble(state, now) { state.outcome = .failure(trouble) }
      if state.outcome != nil { state.assignment = nil }
      return state.outcome
    }
  }

  private func trouble(_ state: State, _ now: Instant) -> RunTrouble? {
    if let cancelled = state.cancelled {
      if state.publicKey == nil {
        return RunTrouble(RemoteFindings.notReported, "the run was cancelled before its worker had come")
      }
      if now > cancelled + .seconds(times.farewell) {
        return RunTrouble(RemoteFindings.notReported, "the run was cancelled, and its worker did not report in time")
      }
    }
    if state.publicKey == nil, now > claimUntil {
      return RunTrouble(RemoteFindings.notCome, "no worker came for the assignment in time", canRetry: true)
    }
    if state.publicKey != nil, now > state.lastSeen + .seconds(times.lease) {
      let silence = Quantity.text(seconds: times.lease)
      return RunTrouble(RemoteFindings.silent, "the worker has been silent for \(silence)", canRetry: true)
    }
    if now > deadline { return RunTrouble(RemoteFindings.overdue, "the worker went on after its run's time was over") }
    return nil
  }

  /// The key that has the assignment, or had it.
  var publicKey: Data? { state.withLock { $0.publicKey } }

  // MARK: The worker's side

  enum Claim {
    case sealed(encapsulatedKey: Data, bytes: Data)
    /// By another key than the one that has it.
    case stolen
    case refused(WorkerRefusal)
  }

  func claim(_ claim: WorkerClaim) -> Claim {
    _ = outcome()
    return state.withLock { state in
      if let owner = state.publicKey, owner != claim.publicKey { return .stolen }
      guard state.outcome == nil else {
        return .refused(WorkerRefusal(RemoteFindings.tokenExpired, "the token's run has ended"))
      }
      if let run = claim.run, run != runID {
        return .refused(WorkerRefusal(RemoteFindings.tokenOfOtherRun, "the token is another run's"))
      }
      guard claim.version == version else {
        let theirs = UntrustedText.line(claim.version, limit: 40)
        let fact = "a worker of version \(theirs) came, the server is of \(version)"
        state.outcome = .failure(RunTrouble(RemoteFindings.otherVersion, fact))
        return .refused(WorkerRefusal(RemoteFindings.otherVersion, fact))
      }
      return seal(claim.publicKey, &state)
    }
  }

  private func seal(_ publicKey: Data, _ state: inout State) -> Claim {
    guard let assignment = state.assignment else {
      return .refused(WorkerRefusal(RemoteFindings.tokenUsed, "the assignment was fetched and confirmed already"))
    }
    // The same answer to the same key: whoever repeats a claim that he saw changes nothing.
    let sealed = state.sealed ?? (try? SealedAssignment(assignment, for: publicKey, ticket: id))
    guard let sealed else {
      return .refused(WorkerRefusal(RemoteFindings.refused, "the public key is none"))
    }
    if state.publicKey == nil { state.lastSeen = .now }
    (state.publicKey, state.sealed) = (publicKey, sealed)
    return .sealed(encapsulatedKey: sealed.encapsulatedKey, bytes: sealed.bytes)
  }

  /// Lets a request in whose head is sealed and new. The first one confirms the assignment.
  func admit(_ head: RequestHead) -> WorkerRefusal? {
    _ = outcome()
    return state.withLock { state in
      guard let secret = state.sealed?.secret, head.isSealed(with: secret) else {
        return WorkerRefusal(RemoteFindings.refused, "the request is not sealed by the worker of this run")
      }
      guard head.number > state.number else {
        return WorkerRefusal(RemoteFindings.refused, "the request was seen before")
      }
      state.number = head.number
      if case .failure = state.outcome, !state.isReported {
        return WorkerRefusal(RemoteFindings.unknownTicket, "the run has ended")
      }
      guard state.bucket.take() else {
        return WorkerRefusal(RemoteFindings.tooMany, "requests come faster than they are taken")
      }
      state.lastSeen = .now
      state.assignment = nil
      return nil
    }
  }

  /// Takes the events that were not taken yet, a line each.
  /// - Returns: the number of the one that is expected next.
  func take(_ body: some Collection<UInt8>, first: UInt64) -> (next: UInt64, cancels: Bool) {
    let (next, report) = intake.withLock { intake in
      var number = first
      for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
        // One after a gap is sent again, from the one that is expected.
        guard number <= intake.next else { break }
        if number == intake.next {
          intake.relay?.take(Array(line))
          intake.next += 1
        }
        number += 1
      }
      return (intake.next, intake.relay?.report)
    }
    if var report {
      report.runID = runID
      state.withLock { state in
        state.isReported = true
        state.outcome = state.outcome ?? .success(report)
      }
    }
    return state.withLock { state in
      state.lastSeen = .now
      return (next, state.cancelled != nil)
    }
  }

  /// Whether the program may be fetched once more.
  func countDownload() -> Bool {
    guard outcome() == nil else { return false }
    return state.withLock { state in
      guard state.downloads < Self.mostDownloads else { return false }
      state.downloads += 1
      return true
    }
  }

  private static let mostDownloads = 20
}
