public import ProofbackCore

/// The part of a schedule's form that says who is told what.
public struct NotificationForm: Sendable, Equatable {
  public var reasons: Set<NotificationReason>
  /// Ids; none: every channel.
  public var channels: [String]
  public var heartbeat: String

  /// As a schedule has it.
  public init(_ rule: NotificationRule? = nil) {
    let rule = rule ?? NotificationRule()
    reasons = rule.reasons
    channels = rule.channels
    heartbeat = rule.heartbeat ?? ""
  }

  /// Reasons that people choose from.
  public static let choices: [NotificationReason] = [.failure, .recovery, .everyRun, .silence]

  /// - Throws: `FormProblem`.
  func rule(_ state: ServerState) throws -> NotificationRule? {
    let known = Set(try state.kept.channels.all().map(\.id))
    var rule = NotificationRule(
      reasons: reasons.intersection(Self.choices), channels: channels.filter(known.contains), heartbeat: nil)
    let text = heartbeat.filter { $0 != " " }
    if !text.isEmpty {
      let address: WebAddress
      do { address = try WebAddress(text) } catch {
        throw FormProblem("heartbeat", error.fact, hint: "for example https://hc-ping.com/your-check")
      }
      if address.isPlainlyLocal, !(try state.kept.settings.allowedHosts().contains(address.host)) {
        throw FormProblem(
          "heartbeat", "\(address.host) lies on this machine's own network",
          hint: "a manager can allow it under Settings")
      }
      rule.heartbeat = address.description
    }
    return rule == NotificationRule() ? nil : rule
  }
}
