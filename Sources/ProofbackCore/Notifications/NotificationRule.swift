/// Why people are told something.
public enum NotificationReason: String, Sendable, Codable, CaseIterable {
  /// A run found a bad backup, or could not tell.
  case failure
  /// The first proven run after one that was not.
  case recovery
  /// Any other run.
  case everyRun
  /// Something that should have happened did not.
  case silence
  /// A manager tries a channel.
  case test
}

/// Of what people are told about one restore test, and by which channels.
public struct NotificationRule: Sendable, Codable, Equatable {
  public var reasons: Set<NotificationReason>
  /// Ids of channels; empty: every channel there is. Those that were deleted don't count, so a rule never falls silent
  /// by a deletion.
  public var channels: [String]
  /// An address that is asked for after each passed run.
  public var heartbeat: String?

  /// What nobody has changed: bad news and silence, by every channel.
  public init(
    reasons: Set<NotificationReason> = [.failure, .silence], channels: [String] = [], heartbeat: String? = nil
  ) {
    self.reasons = reasons
    self.channels = channels
    self.heartbeat = heartbeat
  }

  /// What a run that ended is told as; nil: it is not told.
  /// - Parameter earlier: the verdict of the run before.
  public func reason(for verdict: Verdict, after earlier: Verdict?) -> NotificationReason? {
    let reason: NotificationReason =
      switch verdict {
      case .failed, .inconclusive: .failure
      case .passed: earlier == .failed || earlier == .inconclusive ? .recovery : .everyRun
      }
    if reasons.contains(reason) { return reason }
    return reasons.contains(.everyRun) ? .everyRun : nil
  }

  /// The channels of those that there are.
  public func chosen(of all: [String]) -> [String] {
    let named = all.filter(channels.contains)
    return named.isEmpty ? all : named
  }
}
