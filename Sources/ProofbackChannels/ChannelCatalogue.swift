public import ProofbackCore

/// The one list of ways to tell people.
public enum ChannelCatalogue {
  public static let kinds: [any ChannelKind] = [MailChannel(), WebhookChannel(), AppriseChannel()]
  public static let couriers = Couriers(kinds: kinds) { await Heartbeat.ping($0, allowedHosts: $1) }
}
