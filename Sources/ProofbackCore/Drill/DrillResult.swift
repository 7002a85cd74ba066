/// What became of one damage.
public struct DrillResult: Sendable, Codable, Equatable {
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// The run failed the backup.
    case caught
    case warned
    /// The run ended without a verdict: people are told, but not that the backup is bad.
    case untold = "could not tell"
    /// The damaged backup passed.
    case missed
    /// There was nothing in the backup that it could have been done to.
    case notApplicable = "not applicable"
  }

  public var damage: String
  /// Nil: it was not tried yet.
  public var outcome: Outcome?
  /// Of the finding that noticed it.
  public var code: String?
  public var message: String?
  /// Of what was missed: why, and what to do.
  public var otherwise: String?
  public var seconds: Double?

  /// One that is still to come.
  public init(damage: String) { self.damage = damage }

  public init(_ item: DrillCase, _ report: RunReport, basis: DrillBasis) {
    damage = item.what
    seconds = report.seconds
    let warning = report.findings.first { $0.consequence == .warning && !basis.warnings.contains($0.code) }
    let outcome: Outcome =
      switch report.verdict {
      case .failed: .caught
      case .inconclusive: .untold
      case .passed where warning != nil: .warned
      case .passed where report.findings.contains { $0.code == DrillFindings.withoutEffect.code }: .notApplicable
      case .passed: .missed
      }
    self.outcome = outcome
    if outcome == .notApplicable { return }
    code = report.cause?.rawValue ?? warning?.code.rawValue
    message = report.causeFinding?.message ?? warning?.message
    otherwise = outcome == .missed || outcome == .warned ? item.otherwise : nil
  }
}

extension DrillResult.Outcome {
  /// The shape that stands beside the word.
  public var shape: String {
    switch self {
    case .caught: "●"
    case .untold: "▲"
    case .warned: "!"
    case .missed: "✕"
    case .notApplicable: "○"
    }
  }

  /// The word that people read for it.
  public var spoken: String {
    switch self {
    case .caught, .missed: rawValue
    case .untold: "could not tell"
    case .warned: "warning only"
    case .notApplicable: "does not apply"
    }
  }
}

/// What a drill comes to.
public struct DrillTally: Sendable, Equatable {
  private let counts: [DrillResult.Outcome: Int]
  /// Damages that were to be tried.
  public let all: Int

  public init(_ results: [DrillResult]) {
    all = results.count
    counts = Dictionary(results.compactMap { $0.outcome.map { ($0, 1) } }, uniquingKeysWith: +)
  }

  public subscript(_ outcome: DrillResult.Outcome) -> Int { counts[outcome] ?? 0 }

  public var tried: Int { counts.values.reduce(0, +) }
  /// Those that could be done to this backup.
  public var applied: Int { tried - self[.notApplicable] }

  /// `Of 26 ways to damage this backup the checks catch 24; 1 gives a warning only, 1 is missed.`
  public var sentence: String {
    if applied == 0 { return "No damage was tried." }
    let ways = "\(Quantity.text(applied, "way")) to damage this backup"
    if self[.caught] == applied, applied > 1 { return "The checks catch all \(ways)." }
    let others = [
      (self[.untold], "ends as “could not tell”", "end as “could not tell”"),
      (self[.warned], "gives a warning only", "give a warning only"), (self[.missed], "is missed", "are missed"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
    return "Of \(ways) the checks catch \(self[.caught])"
      + (others.isEmpty ? "." : "; \(others.joined(separator: ", ")).")
  }
}
