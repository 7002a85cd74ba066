import Foundation
import ProofbackCore

/// Brings a run's events to the server, one request at a time, and signs of life between them. A connection that is lost
/// is made anew, and the events go on where the server says.
struct EventCourier: Sendable {
  let connection: PinnedConnection
  let session: WorkerSession
  let spool: EventSpool
  let heartbeat: Double
  let lease: Double
  /// The server wants the run to end.
  let onCancel: @Sendable () -> Void
  /// For people at the machine's console.
  let say: @Sendable (String) -> Void

  /// Seconds between two requests at least.
  private static let pace = 0.25
  private static let longestPause = 10.0

  /// Returns when all was taken, the report included.
  /// - Throws: `RunTrouble` when the server does not wait for us any more, or was not reached for as long as the lease.
  func carry() async throws {
    var heard = ContinuousClock.now
    var pause = 0.5
    while true {
      if spool.isDone { return }
      await waitForEvents()
      let batch = spool.batch()
      do {
        let answer = try await send(batch)
        if pause > 0.5 { say("the server answers again") }
        (heard, pause) = (.now, 0.5)
        try take(answer)
        try? await Task.sleep(for: .seconds(Self.pace))
      } catch let trouble as RunTrouble where !trouble.canRetry {
        throw trouble
      } catch {
        if pause == 0.5 { say("the server does not answer: \(UntrustedText.line("\(error)", limit: 300))") }
        guard heard.duration(to: .now) < .seconds(lease) else {
          // Until then it may have been a machine that was there in passing.
          if let wrong = error as? PinnedConnection.WrongCertificate { throw wrong.trouble }
          throw RunTrouble(
            RemoteFindings.unreachable, "the server was not reached for \(Quantity.text(seconds: lease))")
        }
        try? await Task.sleep(for: .seconds(pause * Double.random(in: 0.7...1.3)))
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  private func waitForEvents() async {
    let until = ContinuousClock.now + .seconds(heartbeat)
    while !spool.hasEvents, ContinuousClock.now < until { try? await Task.sleep(for: .milliseconds(100)) }
  }

  private func send(_ batch: EventSpool.Batch) async throws -> EventsAnswer {
    let body = batch.body
    // Long enough for a report over a slow line.
    let seconds = 30 + Double(body.count) / 100_000
    let answer = try await connection.post(
      WorkerLink.eventsPath, headers: session.head(first: batch.first, body), body, within: seconds)
    if answer.status == 200, let value = try? JSONDecoder().decode(EventsAnswer.self, from: answer.body) {
      return value
    }
    throw Refusal.trouble(answer)
  }

  private func take(_ answer: EventsAnswer) throws {
    if let certificate = answer.certificate { connection.expect(certificate) }
    if answer.cancels { onCancel() }
    guard spool.acknowledge(next: answer.next) else {
      throw RunTrouble(RemoteFindings.unknownTicket, "the server expects events that were taken already")
    }
  }
}

/// What a server's refusal means for us.
enum Refusal {
  static func trouble(_ answer: PinnedConnection.Answer) -> RunTrouble {
    guard let refusal = try? JSONDecoder().decode(WorkerRefusal.self, from: answer.body),
      let definition = RemoteFindings.all.first(where: { $0.code.rawValue == refusal.code })
    else {
      // A proxy before the server says what it likes while the server is away.
      let isPassing = answer.status >= 500 || answer.status == 429 || answer.status == 404
      return RunTrouble(
        isPassing ? RemoteFindings.unreachable : RemoteFindings.refused, "the server answers \(answer.status)",
        canRetry: isPassing)
    }
    return RunTrouble(
      definition, UntrustedText.line(refusal.message), canRetry: definition.code == RemoteFindings.tooMany.code)
  }
}
