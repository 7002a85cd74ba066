import ProofbackCore

/// A finding on a run's page.
struct FindingRow: Sendable {
  var code: String
  var message: String
  var status: String
  var mark: String
  var hint: String?
  var evidence: [String]
  var hasEvidence: Bool

  init(_ finding: Finding) {
    code = finding.code.rawValue
    message = finding.message
    (status, mark) =
      switch finding.status {
      case .ok: ("ok", "proven")
      case .warning: ("warning", "unsure")
      case .failed: ("failed", "bad")
      case .skipped: ("could not check", "unsure")
      }
    hint = finding.hint.isEmpty ? nil : FormWords.hint(finding.hint)
    evidence = finding.evidence
    hasEvidence = !finding.evidence.isEmpty
  }

  /// Why the server itself ended a run that has no report.
  init?(endOf run: RunRecord) {
    guard let definition = ServerFindings.all.first(where: { $0.code.rawValue == run.cause }) else { return nil }
    self.init(definition.finding(run.causeText))
  }

  /// Failed first, then what could not be checked, then warnings.
  static func byWeight(_ findings: [Finding]) -> [FindingRow] {
    let order: [FindingStatus] = [.failed, .skipped, .warning]
    return order.flatMap { status in findings.filter { $0.status == status } }.map(FindingRow.init)
  }
}
