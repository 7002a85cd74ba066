public import Foundation

/// One line of the audit trail: who did what, to what, when and from where.
public struct AuditLine: Sendable, Equatable {
  public var number: Int64
  /// The person's id; nil for what the server or its command line did.
  public var who: String?
  public var name: String?
  /// Dotted, past tense: `credential.added`.
  public var what: String
  /// The id of what it is about.
  public var about: String
  /// Names and kinds, as they were at that time.
  public var details: String
  public var at: Date
  public var origin: String

  public init(
    number: Int64, who: String?, name: String?, what: String, about: String, details: String, at: Date, origin: String
  ) {
    self.number = number
    self.who = who
    self.name = name
    self.what = what
    self.about = about
    self.details = details
    self.at = at
    self.origin = origin
  }
}

/// Which lines of the trail are wanted.
public struct AuditFilter: Sendable, Equatable {
  /// A person's id.
  public var person: String?
  /// Stands in what was done, or in its details; case does not matter.
  public var text: String?

  public init(person: String? = nil, text: String? = nil) {
    self.person = person
    self.text = text
  }
}

/// Some lines of the trail, the newest first.
public struct AuditPage: Sendable, Equatable {
  public var lines: [AuditLine]
  /// Where the next page begins; nil when there is none.
  public var older: Int64?

  public init(lines: [AuditLine], older: Int64?) {
    self.lines = lines
    self.older = older
  }
}

/// The last line that is there: whoever keeps it elsewhere finds out when lines are cut off the trail's end.
public struct AuditSeal: Sendable, Equatable {
  public var number: Int64
  /// SHA-256 over the line and all before it, as 64 hexadecimal digits.
  public var hash: String

  public init(number: Int64, hash: String) {
    self.number = number
    self.hash = hash
  }
}

public enum AuditVerification: Sendable, Equatable {
  /// Every line fits the one before it; nil when there is none.
  case holds(newest: AuditSeal?)
  /// The first line that does not.
  case broken(line: Int64)
}
