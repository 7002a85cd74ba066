import ProofbackCore
import ProofbackServer

/// The part of a schedule's form that says who is told what.
struct NotifyFields: Sendable {
  var reasons: [Choice]
  var channels: [Choice]
  var hasChannels: Bool
  var heartbeat: String

  init(_ form: NotificationForm, channels all: [Channel]) {
    reasons = NotificationForm.choices.map {
      Choice(value: $0.rawValue, label: $0.label, isChosen: form.reasons.contains($0))
    }
    channels = all.map { Choice(value: $0.id, label: $0.name, isChosen: form.channels.contains($0.id)) }
    hasChannels = !channels.isEmpty
    heartbeat = form.heartbeat
  }

  /// In one line, for the schedule's page.
  static func text(_ rule: NotificationRule?, channels all: [Channel]) -> String {
    let rule = rule ?? NotificationRule()
    let reasons = NotificationForm.choices.filter(rule.reasons.contains).map(\.label)
    guard !reasons.isEmpty else { return "nothing is told" }
    guard !all.isEmpty else { return "nobody: there is no channel yet" }
    let named = all.filter { rule.channels.contains($0.id) }.map(\.name)
    let channels = named.isEmpty ? "every channel" : named.joined(separator: ", ")
    return "\(reasons.joined(separator: ", ")); by \(channels)"
  }
}

extension NotificationForm {
  /// What a form says; one without these fields says nothing about it.
  init(_ visit: Visit) {
    self.init()
    guard !visit.field("tells").isEmpty else { return }
    reasons = Set(Self.choices.filter { visit.form["tell-\($0.rawValue)"] != nil })
    channels = visit.form.keys.filter { $0.hasPrefix("channel-") }.map { String($0.dropFirst("channel-".count)) }
      .sorted()
    heartbeat = visit.field("heartbeat")
  }
}

extension NotificationReason {
  var label: String {
    switch self {
    case .failure: "when it is bad, or we could not tell"
    case .recovery: "when it is proven again"
    case .everyRun: "after every run"
    case .silence: "when it does not run in time, or no new file comes"
    case .test: "a test"
    }
  }
}
