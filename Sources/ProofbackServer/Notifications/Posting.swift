import Foundation
import Logging
import ProofbackCore

/// One claimed message from its making to what became of it.
struct Posting: Sendable {
  let state: ServerState
  let logger: Logger
  /// Attempts after which a channel is said to fail.
  private static let manyAttempts = 6

  func carryOut(_ message: OutboxMessage) async {
    let delivery = await send(message)
    do { try note(delivery, message) } catch {
      // Its claim runs out, and it is tried again.
      logger.error("what became of a message could not be written", metadata: ["error": "\(error)"])
    }
  }

  /// Nil: there was nothing to send any more.
  private func send(_ message: OutboxMessage) async -> Delivery? {
    do {
      let allowedHosts = try state.kept.settings.allowedHosts()
      if let text = message.address {
        return await state.couriers.ping(try WebAddress(text), allowedHosts)
      }
      guard let id = message.channel, let notice = try NoticeComposer(state: state).notice(message) else { return nil }
      let (channel, options) = try state.kept.channels.open(id)
      guard let kind = state.couriers.kind(channel.kind) else {
        return .failed(fact: "this version knows no channels of kind \(channel.kind)", hint: "", isFinal: true)
      }
      return await kind.send(notice, options, allowedHosts: allowedHosts)
    } catch StoreError.notThere {
      return nil
    } catch let problem as WebAddress.Problem {
      return .failed(fact: problem.fact, hint: "", isFinal: true)
    } catch StoreError.wrongMasterKey {
      return .failed(fact: "the master key does not open the channel's options", hint: "", isFinal: false)
    } catch {
      logger.error("a message could not be made", metadata: ["message": "\(message.id)", "error": "\(error)"])
      return .failed(fact: "the message could not be made", hint: "see the server's log", isFinal: false)
    }
  }

  private func note(_ delivery: Delivery?, _ message: OutboxMessage) throws {
    let now = state.now()
    guard case .failed(let fact, let hint, let isFinal) = delivery else {
      try state.kept.outbox.sent(message.id, now: now)
      if delivery != nil, let channel = message.channel {
        try state.kept.channels.noteAttempt(channel, problem: nil, at: now)
        try state.kept.alerts.close(channel: channel, now: now)
      }
      return
    }
    let attempts = message.attempts + 1
    let retry =
      isFinal
      ? nil : Backoff.next(after: attempts, created: message.created, now: now, chance: .random(in: 0...1))
    let problem = hint.isEmpty ? fact : "\(fact); next: \(hint)"
    try state.kept.outbox.failed(message.id, problem, retry: retry, now: now)
    if let channel = message.channel { try state.kept.channels.noteAttempt(channel, problem: fact, at: now) }
    if let channel = message.channel, retry == nil || attempts >= Self.manyAttempts {
      try state.kept.alerts.raise(channel: channel, since: message.created, detail: fact, now: now)
    }
  }
}
