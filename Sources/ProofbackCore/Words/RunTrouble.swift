/// Our own trouble: why a test could not be carried out. It ends the run `inconclusive` (never `failed`).
/// A bad backup is no error: it is a finding, a value.
public struct RunTrouble: Error, Sendable, CustomStringConvertible {
  public let finding: Finding
  /// Whether the same run may succeed if it is tried again later.
  public let canRetry: Bool

  /// - Parameter definition: one whose consequence is `.inconclusive`.
  public init(
    _ definition: FindingDefinition, _ message: String, evidence: [String] = [], hint: String? = nil,
    canRetry: Bool = false
  ) {
    precondition(definition.consequence == .inconclusive, "\(definition.code) is a verdict, not trouble")
    self.finding = definition.finding(message, evidence: evidence, hint: hint)
    self.canRetry = canRetry
  }

  public var description: String { "\(finding.code): \(finding.message)" }
}

/// Thrown to end the stages early once a finding that fails the backup makes going on pointless.
/// The finding is a value like any other; this only carries it up to the narrative.
public struct BadBackup: Error, Sendable {
  public let finding: Finding
  public init(_ finding: Finding) { self.finding = finding }
  public init(_ definition: FindingDefinition, _ message: String, evidence: [String] = [], hint: String? = nil) {
    precondition(definition.consequence == .failed, "\(definition.code) does not fail a backup")
    finding = definition.finding(message, evidence: evidence, hint: hint)
  }
}
