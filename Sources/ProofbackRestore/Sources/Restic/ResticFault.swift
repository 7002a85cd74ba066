import ProofbackCore

/// Why restic ended, from its exit code (restic.readthedocs.io, "Exit codes", since 0.17) and its words: older versions, Debian 12's
/// among them, end with 1 for everything, and reading fixed English words is the one way. `table` holds all of them; what it does not
/// know is no verdict.
struct ResticFault: Sendable {
  let end: ProcessEnd
  let words: [UInt8]
  let location: ResticLocation
  let secrets: RunSecrets
  /// Whether the repository was opened before: what is missing then is a part of it.
  let isOpen: Bool

  /// restic 0.14 to 0.18; first match wins.
  private static let table: [(words: String, definition: FindingDefinition)] = [
    ("wrong password or no key found", RepositoryFindings.passwordWrong),
    ("ciphertext verification failed", RepositoryFindings.damaged),
    ("invalid data returned", RepositoryFindings.damaged), ("could not load snapshot", RepositoryFindings.damaged),
    ("not found in repository", RepositoryFindings.damaged), ("not found in index", RepositoryFindings.damaged),
    ("repository contains damaged", RepositoryFindings.damaged), ("does not match id", RepositoryFindings.damaged),
    ("not found in snapshot", RepositoryFindings.pathMissing),
    ("no matching ID found", RepositoryFindings.noSnapshot),
    ("unsupported repository version", RepositoryFindings.unsupported),
    ("InvalidAccessKeyId", S3Findings.keyUnknown), ("Access Key Id you provided does not exist", S3Findings.keyUnknown),
    ("request signature we calculated", S3Findings.secretRefused), ("RequestTimeTooSkewed", S3Findings.clockSkew),
    ("difference between the request time", S3Findings.clockSkew),
    ("not valid for the object's storage class", S3Findings.archived), ("InvalidObjectState", S3Findings.archived),
    ("specified bucket does not exist", S3Findings.bucketMissing),
    ("x509:", WebFindings.certificate), ("401 Unauthorized", WebFindings.loginRefused),
    ("Access Denied", SourceFindings.denied), ("AccessDenied", SourceFindings.denied),
    ("403 Forbidden", SourceFindings.denied), ("permission denied", SourceFindings.denied),
    ("Permission denied", SourceFindings.denied),
    ("connection refused", SourceFindings.unreachable), ("no such host", SourceFindings.unreachable),
    ("i/o timeout", SourceFindings.unreachable), ("no route to host", SourceFindings.unreachable),
  ]
  /// What is missing: of a repository that was opened a part, else all of it.
  private static let absence = ["does not exist", "no such file or directory", "not found", "404 "]

  private var text: String { String(decoding: words, as: UTF8.self) }

  private var definition: FindingDefinition {
    switch end {
    case .exited(10): return RepositoryFindings.missing
    case .exited(11): return RepositoryFindings.locked
    case .exited(12): return RepositoryFindings.passwordWrong
    default: break
    }
    if case .host = location.place, let found = SSHFault.definition(in: text) { return found }
    if let row = Self.table.first(where: { text.contains($0.words) }) { return row.definition }
    if Self.absence.contains(where: text.contains) {
      return isOpen ? RepositoryFindings.damaged : RepositoryFindings.missing
    }
    if case .folder = location.place, text.contains("unexpected EOF") { return RepositoryFindings.damaged }
    if text.contains("EOF") || text.contains("connection") { return SourceFindings.connectionLost }
    return RepositoryFindings.unreadable
  }

  func error(about path: String) -> any Error {
    let definition = self.definition
    let message = message(definition, UntrustedText.line(path, limit: 200))
    if definition.consequence == .failed { return BadBackup(definition, message, evidence: evidence) }
    let retry = [SourceFindings.unreachable.code, SourceFindings.connectionLost.code]
    return RunTrouble(definition, message, evidence: evidence, canRetry: retry.contains(definition.code))
  }

  private func message(_ definition: FindingDefinition, _ path: String) -> String {
    let (place, server) = (location.place.shown, location.place.server)
    return switch definition.code {
    case RepositoryFindings.passwordWrong.code: "the password does not open \(place)"
    case RepositoryFindings.missing.code: "there is no restic repository: \(place)"
    case RepositoryFindings.damaged.code: "\(place) is damaged: what it holds of \(path) can't be read whole"
    case RepositoryFindings.pathMissing.code: "the snapshot does not hold \(path)"
    case RepositoryFindings.noSnapshot.code: "the snapshot is gone from \(place)"
    case RepositoryFindings.locked.code: "\(place) is locked"
    case RepositoryFindings.unsupported.code: "restic of this machine is too old for \(place)"
    case SourceFindings.denied.code: "\(place) may not be read by us"
    case SourceFindings.connectionLost.code: "the connection to \(server) was lost"
    case WebFindings.certificate.code: "the certificate of \(server) is not trusted"
    case WebFindings.loginRefused.code: "\(server) does not accept the login"
    case SourceFindings.unreachable.code: "\(server) does not answer"
    case RepositoryFindings.unreadable.code: "restic could not read \(place)"
    default: "\(server) does not let us read \(place)"
    }
  }

  /// What restic said last, without its tries before.
  private var evidence: [String] {
    let redactor = Redactor(secrets)
    return text.split(whereSeparator: \.isNewline)
      // The address that follows these words may hold a login.
      .filter { !$0.contains("returned error, retrying") && !$0.contains("rest:") && !$0.hasPrefix("Is there") }
      .suffix(3).map { "restic: " + UntrustedText.line(redactor.clean(String($0)), limit: 300) }
  }
}
