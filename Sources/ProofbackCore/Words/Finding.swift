/// A finding's stable, dotted name, documented in `docs/findings.md`.
public struct FindingCode: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(_ rawValue: String) { self.rawValue = rawValue }
  public var description: String { rawValue }
}

public enum FindingStatus: String, Sendable, Codable {
  case ok, warning, failed
  /// The check could not be made; a run whose cause is such a finding is `inconclusive`.
  case skipped
}

/// What a finding does to the verdict: one line per code, in one table (`FindingDefinition`).
public enum Consequence: String, Sendable, Codable {
  /// A check that was made and found nothing wrong.
  case none
  case warning
  case failed
  case inconclusive

  public var status: FindingStatus {
    switch self {
    case .none: .ok
    case .warning: .warning
    case .failed: .failed
    case .inconclusive: .skipped
    }
  }
}

/// One check's result. Texts are lower-case facts; whatever in them comes from a dump, a tool or a file
/// name has been through `UntrustedText`.
public struct Finding: Sendable, Codable, Equatable {
  public var code: FindingCode
  public var status: FindingStatus
  public var message: String
  /// Facts that show it, one a line; never a restored value.
  public var evidence: [String]
  /// The next step, or empty.
  public var hint: String
  public var consequence: Consequence

  public init(
    code: FindingCode, consequence: Consequence, message: String, evidence: [String] = [], hint: String = ""
  ) {
    self.code = code
    self.status = consequence.status
    self.consequence = consequence
    self.message = UntrustedText.capped(message, at: 500)
    self.evidence = evidence.prefix(40).map { UntrustedText.capped($0, at: 500) }
    self.hint = UntrustedText.capped(hint, at: 500)
  }
}

/// One row of the table from cause to verdict: the code, what it does, and the words of `docs/findings.md`.
public struct FindingDefinition: Sendable {
  public let code: FindingCode
  public let consequence: Consequence
  /// What was seen, as a sentence for the docs.
  public let cause: String
  /// What to do next; the hint of a finding that brings none of its own.
  public let nextStep: String
  /// Whether a failed finding stands although we ended the bytes ourselves (link lost, limit reached, cancelled): it was
  /// seen in what came. All others are dropped then: a cut stream shows them too, and they say nothing about the backup.
  public let holdsWhenCut: Bool

  public init(
    _ code: String, _ consequence: Consequence, holdsWhenCut: Bool = false, cause: String, nextStep: String
  ) {
    self.holdsWhenCut = holdsWhenCut
    self.code = FindingCode(code)
    self.consequence = consequence
    self.cause = cause
    self.nextStep = nextStep
  }

  /// A finding of this kind.
  public func finding(_ message: String, evidence: [String] = [], hint: String? = nil) -> Finding {
    Finding(
      code: code, consequence: consequence, message: message, evidence: evidence,
      hint: hint ?? (consequence == .none ? "" : nextStep))
  }
}
