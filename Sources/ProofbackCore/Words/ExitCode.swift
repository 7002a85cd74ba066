/// The one table of exit codes: of `proofback run`, and in the same sense of `proofback audit verify`.
public enum ExitCode: Int32, Sendable, CaseIterable {
  case passed = 0
  case failed = 1
  case inconclusive = 2
  /// `EX_USAGE` of BSD's sysexits.h.
  case usage = 64

  public init(_ verdict: Verdict) {
    switch verdict {
    case .passed: self = .passed
    case .failed: self = .failed
    case .inconclusive: self = .inconclusive
    }
  }

  public var meaning: String {
    switch self {
    case .passed: "passed: the backup was restored and holds what it claims"
    case .failed: "failed: the backup can't be trusted"
    case .inconclusive: "inconclusive: the test could not be carried out"
    case .usage: "the command line was wrong"
    }
  }

  /// The same of `proofback audit verify`.
  public var meaningForAuditTrail: String {
    switch self {
    case .passed: "the trail holds"
    case .failed: "it does not: a line was changed, added or taken out"
    case .inconclusive: "it could not be checked: there is no state, or it can't be read"
    case .usage: meaning
    }
  }
}
