public import Foundation
public import ProofbackCore

/// What people read of an alert.
public enum AlertText {
  /// A lower-case fact.
  public static func fact(_ alert: Alert, now: Date) -> String {
    let since = Ago.text(alert.since, now: now)
    let fact =
      switch alert.kind {
      case .late: "it was due \(since) and has not run"
      case .stale: "the newest file came \(since), and none since"
      case .channel: "messages do not get through since \(since)"
      case .claim: "somebody else came with its worker's token \(since)"
      }
    return alert.detail.isEmpty ? fact : "\(fact): \(UntrustedText.line(alert.detail, limit: 300))"
  }

  /// The next step.
  public static func hint(_ kind: Alert.Kind) -> String {
    switch kind {
    case .late: "see what its runs wait for; more go on at once with --runs"
    case .stale: "see whether the job that makes the backup still runs"
    case .channel: "a manager can send a test under Notifications"
    case .claim: "find out who could read the token, and replace the keys that this run was given"
    }
  }

  /// What it is about: a name with its kind where that is no restore test.
  public static func name(_ alert: Alert) -> String {
    let name = UntrustedText.line(alert.name, limit: 100)
    return switch alert.kind {
    case .channel: "channel \(name)"
    case .claim: "run \(name)"
    case .late, .stale: name
    }
  }

  /// Where there is more, below the server's address.
  public static func path(_ alert: Alert) -> String {
    if alert.kind == .channel { return "/notifications" }
    if alert.kind == .claim { return "/runs/\(alert.subject)" }
    return alert.schedule.map { "/schedules/\($0)" } ?? "/"
  }
}
