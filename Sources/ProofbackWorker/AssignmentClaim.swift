import Crypto
import Foundation
import ProofbackCore

/// An assignment that is ours, and how to talk about it.
struct ClaimedAssignment: Sendable {
  var assignment: Assignment
  var session: WorkerSession
  var heartbeat: Double
  var lease: Double
  var clock: ServerClock
}

/// Fetches the assignment with a key that is made for it and kept in memory only.
struct AssignmentClaim: Sendable {
  let order: RemoteWorker.Order
  let connection: PinnedConnection
  let say: @Sendable (String) -> Void
  private let key = Curve25519.KeyAgreement.PrivateKey()

  init(order: RemoteWorker.Order, connection: PinnedConnection, say: @escaping @Sendable (String) -> Void) {
    self.order = order
    self.connection = connection
    self.say = say
  }

  /// Asks until the server answers: a network may come up later than the machine.
  /// - Throws: `RunTrouble`.
  func fetch(within patience: Double) async throws -> ClaimedAssignment {
    let until = ContinuousClock.now + .seconds(patience)
    var pause = 0.5
    while true {
      do {
        return try await ask()
      } catch let trouble as RunTrouble where !trouble.canRetry {
        throw trouble
      } catch let wrong as PinnedConnection.WrongCertificate {
        throw wrong.trouble
      } catch {
        let why = UntrustedText.line("\(error)", limit: 300)
        guard ContinuousClock.now < until else {
          throw RunTrouble(
            RemoteFindings.unreachable, "\(UntrustedText.line(order.server)) was not reached", evidence: [why])
        }
        if pause == 0.5 { say("the server does not answer yet: \(why)") }
        try await Task.sleep(for: .seconds(pause * Double.random(in: 0.7...1.3)))
        pause = min(pause * 2, 10)
      }
    }
  }

  private func ask() async throws -> ClaimedAssignment {
    let claim = WorkerClaim(publicKey: key.publicKey.rawRepresentation, version: order.version, run: order.run)
    let asked = Date()
    let answer = try await connection.post(
      WorkerLink.claimPath, headers: ["Authorization": "Bearer \(order.token)"], try JSONEncoder().encode(claim),
      within: 120)
    guard answer.status == 200, let value = try? JSONDecoder().decode(ClaimAnswer.self, from: answer.body) else {
      throw Refusal.trouble(answer)
    }
    guard let (session, assignment) = try? WorkerSession.open(value, with: key) else {
      throw RunTrouble(RemoteFindings.refused, "the assignment that came is not sealed to this worker's key")
    }
    let clock = ServerClock(server: value.serverTime, asked: asked, answered: Date())
    return ClaimedAssignment(
      assignment: prepared(assignment, clock), session: session, heartbeat: min(max(value.heartbeat, 0.2), 60),
      lease: min(max(value.lease, 1), 86_400), clock: clock)
  }

  /// As it is carried out here: our own folders, the server's clock.
  private func prepared(_ assignment: Assignment, _ clock: ServerClock) -> Assignment {
    var assignment = assignment
    assignment.specification.stateFolder = order.stateFolder
    assignment.specification.asOf = assignment.specification.asOf ?? clock.now()
    return assignment
  }
}

/// How far the server's clock is from ours, to the length of one answer.
struct ServerClock: Sendable {
  /// Seconds that the server's clock is ahead.
  let offset: Double
  /// More than this is not what a clock that is kept does.
  private static let tolerance = 60.0

  init(server: Int64, asked: Date, answered: Date) {
    let middle = asked.addingTimeInterval(answered.timeIntervalSince(asked) / 2)
    offset = Double(server) / 1000 - middle.timeIntervalSince1970
  }

  func now() -> Date { Date(timeIntervalSinceNow: offset) }

  /// With times as the server has them, and a warning when our clock is wrong.
  func corrected(_ report: RunReport) -> RunReport {
    guard abs(offset) > Self.tolerance else { return report }
    var report = report
    report.started += offset
    let length = Quantity.text(seconds: abs(offset))
    report.findings.append(
      RemoteFindings.clockSkew.finding(
        "the worker's clock is \(length) \(offset > 0 ? "behind" : "ahead of") the server's"))
    return report
  }
}
