import Foundation
import Hummingbird
import ProofbackCore
import ProofbackServer

/// What channels can be, and what they could not bring.
extension ChannelAPI {
  struct Kind: Encodable, Sendable {
    var name: String
    var title: String
    var options: [OptionItem]
  }

  struct Kinds: Encodable, Sendable {
    var kinds: [Kind]
  }

  /// A message that could not be sent yet, or was given up.
  struct Undelivered: Encodable, Sendable {
    var id: String
    var reason: NotificationReason
    /// Nil: a heartbeat.
    var channel: String?
    var run: String?
    /// Ids of alerts.
    var alerts: [String]
    var problem: String
    var attempts: Int
    var created: Date
    /// When it is tried again.
    var next: Date?
    var givenUp: Date?

    init(_ message: OutboxMessage) {
      (id, reason, channel, run) = (message.id, message.reason, message.channel, message.run)
      (alerts, problem, attempts) = (message.alerts, message.problem ?? "", message.attempts)
      (created, next, givenUp) = (message.created, message.next, message.givenUp)
    }
  }

  @Sendable static func kinds(_ visit: APIVisit) throws -> Response {
    try visit.json(
      Kinds(
        kinds: visit.state.couriers.kinds.map {
          Kind(name: $0.name, title: $0.title, options: $0.options.map(OptionItem.init))
        }))
  }

  @Sendable static func undelivered(_ visit: APIVisit) throws -> Response {
    try visit.json(Paging(visit).page(visit.state.kept.outbox.troubled(limit: 1000), Undelivered.init))
  }
}
