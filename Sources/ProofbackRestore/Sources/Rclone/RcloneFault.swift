import ProofbackCore

/// Why rclone ended, from its exit code (rclone.org/docs, "Exit code") and its words.
///
/// It has codes for what is not there, and words alone for the rest, many of them the service's own. Reading them is an exception to
/// never deciding by an error's text; `table` holds all of it, and what it does not know is no verdict.
struct RcloneFault: Sendable {
  let end: ProcessEnd
  let words: [UInt8]
  let location: RcloneLocation
  let secrets: RunSecrets
  /// Bytes that came before.
  var passedOn: UInt64 = 0

  /// rclone 1.60 to 1.68, Go's net and x509; first match wins.
  private static let table: [(words: String, definition: FindingDefinition)] = [
    ("x509:", WebFindings.certificate), ("certificate signed by unknown authority", WebFindings.certificate),
    ("no such host", SourceFindings.unreachable), ("connection refused", SourceFindings.unreachable),
    ("network is unreachable", SourceFindings.unreachable), ("no route to host", SourceFindings.unreachable),
    ("i/o timeout", SourceFindings.unreachable), ("TLS handshake", SourceFindings.unreachable),
    ("server gave HTTP response to HTTPS client", SourceFindings.unreachable),
    ("BlobArchived", RcloneFindings.archived), ("archived blob", RcloneFindings.archived),
    ("401 Unauthorized", WebFindings.loginRefused), ("bad_auth_token", WebFindings.loginRefused),
    ("401 unauthorized", WebFindings.loginRefused), ("(401 ", WebFindings.loginRefused),
    ("AuthenticationFailed", WebFindings.loginRefused), ("invalid_grant", WebFindings.loginRefused),
    ("Authorization Failed", WebFindings.loginRefused), ("530 ", WebFindings.loginRefused),
    ("403 Forbidden", SourceFindings.denied), ("Error 403", SourceFindings.denied),
    ("AuthorizationFailure", SourceFindings.denied), ("AuthorizationPermissionMismatch", SourceFindings.denied),
    ("503 ", WebFindings.busy), ("500 ", WebFindings.busy), ("429 ", WebFindings.busy),
    ("Too Many Requests", WebFindings.busy), ("Service Unavailable", WebFindings.busy),
  ]

  /// Codes for a folder and a file that is not there.
  var isAbsence: Bool { end == .exited(3) || end == .exited(4) }

  func error(about path: RawPath) -> any Error {
    let (place, what) = (location.place, UntrustedText.line(path.shown, limit: 200))
    if isAbsence {
      return BadBackup(
        SourceFindings.missingFile, "\(place) answers, and has no \(what.isEmpty ? location.backend.first.name : what)")
    }
    let found = Self.table.first { text.contains($0.words) }?.definition
    let definition = found ?? (passedOn > 0 ? SourceFindings.connectionLost : RcloneFindings.refused)
    let message =
      switch definition.code {
      case WebFindings.certificate.code: "the certificate of \(place) is not trusted"
      case SourceFindings.unreachable.code: "\(place) does not answer"
      case RcloneFindings.archived.code: "\(what) at \(place) lies in an archive tier"
      case WebFindings.loginRefused.code where secrets.login == nil: "\(place) asks for a login"
      case WebFindings.loginRefused.code: "\(place) does not accept the login"
      case SourceFindings.denied.code: "\(place) does not give \(what) to this login"
      case WebFindings.busy.code: "\(place) is overloaded or in trouble"
      case SourceFindings.connectionLost.code: "the connection to \(place) was lost"
      default: "rclone could not read \(what.isEmpty ? place : "\(what) at \(place)")"
      }
    let isNoLogin = definition.code == WebFindings.loginRefused.code && secrets.login == nil
    return RunTrouble(
      isNoLogin ? WebFindings.noLogin : definition, message, evidence: evidence,
      canRetry: [SourceFindings.unreachable.code, WebFindings.busy.code].contains(definition.code))
  }

  private var text: String { String(decoding: words, as: UTF8.self) }

  /// What rclone said, without its time stamps.
  private var evidence: [String] {
    let redactor = Redactor(secrets)
    return text.split(whereSeparator: \.isNewline).suffix(2).map { line in
      let words = line.trimmingPrefix(#/[0-9/]+ [0-9:]+ /#)
      return "rclone: " + UntrustedText.line(redactor.clean(String(words)), limit: 300)
    }
  }
}
