import Foundation
import ProofbackCore
import ProofbackServer

/// The page of channels: whether messages get through, and where they don't.
struct NotificationContent: Sendable {
  struct Outcome: Sendable {
    var isDelivered: Bool
    var text: String

    init(_ delivery: Delivery, channel: String) {
      isDelivered = delivery.isDelivered
      switch delivery {
      case .delivered(let fact): text = "The test of \(channel) was sent: \(fact)."
      case .failed(let fact, let hint, _):
        text = "The test of \(channel) could not be sent: \(fact)." + (hint.isEmpty ? "" : " Next: \(hint).")
      }
    }
  }

  struct ChannelRow: Sendable {
    var id: String
    var name: String
    var kind: String
    var description: String
    /// Whether the last that was sent by it got through.
    var mark: String
    var word: String
    var trouble: String?

    init(_ channel: Channel, kind: String, alert: Alert?, now: Date) {
      (id, name, self.kind, description) = (channel.id, channel.name, kind, channel.description)
      trouble = alert.map { AlertText.fact($0, now: now) } ?? channel.problem
      (mark, word) =
        trouble != nil ? ("unsure", "fails") : channel.tried == nil ? ("never", "never tried") : ("proven", "works")
    }
  }

  struct MessageRow: Sendable {
    var about: String
    var path: String?
    var channel: String
    var problem: String
    var next: String
    var ago: String
    var exact: String
  }

  var sentence: String
  var outcome: Outcome?
  /// What a deletion changed.
  var note: String?
  var channels: [ChannelRow]
  var hasChannels: Bool
  var messages: [MessageRow]
  var hasMessages: Bool
  var kinds: [Choice]
  var form: ChannelFormContent?

  init(_ visit: Visit, outcome: Outcome?, note: String?, form: ChannelFormContent?) throws {
    let (kept, couriers, now) = (visit.state.kept, visit.state.couriers, visit.now)
    let all = try kept.channels.all()
    let troubles = try kept.alerts.open(limit: 1000).filter { $0.kind == .channel }
    (self.outcome, self.note) = (outcome, note)
    self.form = form
    channels = all.map { channel in
      ChannelRow(
        channel, kind: couriers.kind(channel.kind)?.title ?? channel.kind,
        alert: troubles.first { $0.subject == channel.id }, now: now)
    }
    hasChannels = !channels.isEmpty
    let names = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0.name) })
    messages = try kept.outbox.troubled(limit: 20).map { message in
      let run = try message.run.flatMap(kept.history.run)
      return MessageRow(message, run: run, channel: message.channel.flatMap { names[$0] } ?? "heartbeat", now: now)
    }
    hasMessages = !messages.isEmpty
    kinds = couriers.kinds.map { Choice(value: $0.name, label: $0.title, isChosen: $0.name == form?.kind) }
    sentence = Self.sentence(channels)
  }

  private static func sentence(_ channels: [ChannelRow]) -> String {
    guard !channels.isEmpty else { return "Nobody is told when a backup is bad: there is no channel yet." }
    let failing = channels.count { $0.trouble != nil }
    let untried = channels.count { $0.word == "never tried" }
    if failing == 0, untried > 0 {
      return channels.count == 1
        ? "The channel was never tried: send a test."
        : "\(untried) of \(channels.count) channels \(untried == 1 ? "was" : "were") never tried."
    }
    if failing == 0 { return channels.count == 1 ? "The channel works." : "All \(channels.count) channels work." }
    return "\(failing) of \(Quantity.text(channels.count, "channel")) \(failing == 1 ? "does" : "do") not work."
  }
}

extension NotificationContent.MessageRow {
  init(_ message: OutboxMessage, run: RunRecord?, channel: String, now: Date) {
    about = run?.title ?? Quantity.text(message.alerts.count, "alarm")
    path = run.map { "/runs/\($0.id)" }
    self.channel = channel
    problem = message.problem ?? ""
    next =
      message.next.map { "attempt \(message.attempts + 1) \(Ago.text($0, now: now))" }
      ?? "given up after \(Quantity.text(message.attempts, "attempt"))"
    ago = Ago.text(message.created, now: now)
    exact = message.created.ISO8601Format()
  }
}
