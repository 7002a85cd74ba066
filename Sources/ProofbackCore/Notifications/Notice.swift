public import Foundation

/// What people are told, ready to be written in a channel's form. All texts are on one line and escaped.
public struct Notice: Sendable, Equatable {
  /// The same whenever it is sent again.
  public var id: String
  public var reason: NotificationReason
  /// `bad`, `proven` …
  public var state: String
  /// State, backup and cause.
  public var subject: String
  /// What there is to say, first.
  public var cause: String
  /// The next step, or empty.
  public var hint: String
  /// Where there is more, or empty.
  public var link: String
  /// What was tried: name and value.
  public var facts: [(name: String, value: String)]
  /// The run that it is about.
  public var run: RunRecord?
  public var at: Date

  public init(
    id: String, reason: NotificationReason, state: String, subject: String, cause: String, hint: String, link: String,
    facts: [(name: String, value: String)], run: RunRecord? = nil, at: Date
  ) {
    self.id = id
    self.reason = reason
    self.state = state
    self.subject = subject
    self.cause = cause
    self.hint = hint
    self.link = link
    self.facts = facts
    self.run = run
    self.at = at
  }

  public static func == (left: Notice, right: Notice) -> Bool {
    left.id == right.id && left.plainText == right.plainText && left.subject == right.subject
  }

  /// Cause, hint, link and what was tried, as text. Lines are as long as they are.
  public var plainText: String {
    var parts = [cause]
    if !hint.isEmpty { parts.append("Next: \(hint)") }
    if !link.isEmpty { parts.append(link) }
    let width = facts.map(\.name.count).max() ?? 0
    let lines = facts.map { $0.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.value }
    if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n") + "\n"
  }
}
