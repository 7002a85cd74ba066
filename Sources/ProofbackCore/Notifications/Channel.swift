public import Foundation

/// A stored way to tell people, as managers see it: its options are sealed.
public struct Channel: Sendable, Equatable, Identifiable {
  public var id: String
  public var name: String
  /// Name of its `ChannelKind`.
  public var kind: String
  /// Where it leads, without a secret in it.
  public var description: String
  public var created: Date
  public var createdBy: String
  /// When something was last tried to be sent by it, and why it could not be; both nil before the first time.
  public var tried: Date?
  public var problem: String?

  public init(id: String, name: String, kind: String, description: String, created: Date, createdBy: String) {
    self.id = id
    self.name = name
    self.kind = kind
    self.description = description
    self.created = created
    self.createdBy = createdBy
  }
}

/// Something to be sent: it stays until it was, or was given up. What it says is made when it is sent.
public struct OutboxMessage: Sendable, Equatable, Identifiable {
  public var id: String
  public var reason: NotificationReason
  /// Nil: a heartbeat.
  public var channel: String?
  /// A heartbeat's.
  public var address: String?
  public var run: String?
  /// Ids of the alerts that it tells.
  public var alerts: [String] = []
  public var created: Date
  /// When it is to be tried; nil: not any more.
  public var next: Date?
  public var attempts = 0
  /// What kept the last attempt from succeeding.
  public var problem: String?
  public var sent: Date?
  public var givenUp: Date?

  public init(id: String, reason: NotificationReason, created: Date) {
    self.id = id
    self.reason = reason
    self.created = created
  }
}

/// Something that should have happened and did not. It is opened once and closed when it is over.
public struct Alert: Sendable, Equatable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A schedule that did not run in time. Its subject is the restore test.
    case late
    /// A location where no new file comes. Its subject is the restore test.
    case stale
    /// A channel that messages don't get through. Its subject is the channel.
    case channel
    /// A run's one-time token that was shown with two keys. Its subject is the run.
    case claim
  }

  public var id: String
  public var kind: Kind
  public var subject: String
  /// Name of the subject.
  public var name: String
  /// Since when it is so.
  public var since: Date
  /// A lower-case fact that says more, or empty.
  public var detail: String
  public var opened: Date
  /// The schedule of a restore test.
  public var schedule: String?

  public init(
    id: String = Identifier.make(), kind: Kind, subject: String, name: String, since: Date, detail: String,
    opened: Date, schedule: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.name = name
    self.since = since
    self.detail = detail
    self.opened = opened
    self.schedule = schedule
  }
}
