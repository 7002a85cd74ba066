import Foundation

/// One way in which a backup may be bad, to see whether the checks that are configured notice.
public struct DrillCase: Sendable, Codable, Equatable {
  /// As a sentence goes on after "what if".
  public var what: String
  public var change: DrillChange
  /// Why it may well not be noticed, and what to do about that.
  public var otherwise: String

  public init(what: String, change: DrillChange, otherwise: String = "") {
    self.what = what
    self.change = change
    self.otherwise = otherwise
  }

  /// The first run of every drill: what is bad by itself is not damaged any further.
  public static let control = DrillCase(what: "the backup as it is", change: .none)
}

/// What is done to a run.
public enum DrillChange: Sendable, Codable, Equatable {
  case none
  case damage(Damage)
  /// So many seconds go by before it.
  case later(Double)
  /// The keys that would decrypt it are not given.
  case keysLost

  public func apply(to assignment: inout Assignment) {
    switch self {
    case .none: break
    case .damage(let damage): assignment.specification.damage = damage
    case .later(let seconds):
      assignment.specification.asOf = (assignment.specification.asOf ?? Date()).addingTimeInterval(seconds)
    case .keysLost:
      assignment.secrets.decryptionKeys = []
      assignment.secrets.passphrase = nil
    }
  }
}
