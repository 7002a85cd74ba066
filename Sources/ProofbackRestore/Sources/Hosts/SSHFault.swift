import ProofbackCore

/// Why a conversation broke, from how ssh ended.
///
/// ssh ends with 255 for every trouble of its own and tells them apart in words only. Reading its fixed English
/// messages (under `LC_ALL=C`) is the one exception to never deciding by an error's text; `table` holds all of it.
/// Once the server has greeted us, what is on standard error may be the host's, and only the link can have broken.
struct SSHFault: Sendable {
  let error: SFTPError
  let end: ProcessEnd
  let words: [UInt8]
  let greeted: Bool
  let location: SSHLocation

  /// OpenSSH 9.2, sshconnect.c, sshconnect2.c, clientloop.c; first match wins.
  private static let table: [(words: String, definition: FindingDefinition)] = [
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", SourceFindings.hostKeyChanged),
    ("REVOKED HOST KEY DETECTED", SourceFindings.hostKeyChanged),
    ("host key is known for", SourceFindings.hostKeyUnknown),
    ("Host key verification failed", SourceFindings.hostKeyUnknown),
    ("Load key", SourceFindings.keyUnusable),
    ("Permission denied (", SourceFindings.loginRefused),
    ("Too many authentication failures", SourceFindings.loginRefused),
    ("subsystem request failed", SourceFindings.noSFTP),
  ]

  /// What words of ssh's mean that came through another program; nil: it said nothing that is known.
  static func definition(in words: String) -> FindingDefinition? {
    if let row = table.first(where: { words.contains($0.words) }) { return row.definition }
    let isUnreachable = ["ssh: connect to host", "ssh: Could not resolve hostname"].contains { words.contains($0) }
    return isUnreachable ? SourceFindings.unreachable : nil
  }

  private var definition: FindingDefinition {
    if greeted {
      return error == .silent ? SourceFindings.stalled : SourceFindings.connectionLost
    }
    if error == .malformed { return SourceFindings.noSFTP }
    if let row = Self.table.first(where: { text.contains($0.words) }) { return row.definition }
    // It connected and logged in, or ssh would have said why not, and then nothing came.
    if error == .silent && text.isEmpty { return SourceFindings.stalled }
    // ssh hands on the end of what it ran on the host; its own trouble is 255.
    if case .exited(let code) = end, code != 255 { return SourceFindings.noSFTP }
    return SourceFindings.unreachable
  }

  private var text: String { String(decoding: words, as: UTF8.self) }

  var isAboutHostKey: Bool {
    [SourceFindings.hostKeyChanged.code, SourceFindings.hostKeyUnknown.code].contains(definition.code)
  }

  /// - Parameters:
  ///   - keysShown: what the host shows now, for troubles with its key.
  ///   - pinned: whether the run brought its own known hosts.
  func trouble(keysShown: [HostKey] = [], pinned: Bool = false) -> RunTrouble {
    let retry: Set = [
      SourceFindings.unreachable.code, SourceFindings.stalled.code, SourceFindings.connectionLost.code,
    ]
    let definition = self.definition
    let shown = keysShown.map { "the host shows: \($0.fingerprint) (\($0.type))" }
    return RunTrouble(
      definition, message(definition), evidence: shown + (isAboutHostKey ? [] : evidence),
      hint: definition.code == SourceFindings.hostKeyUnknown.code ? hintForUnknown(pinned: pinned) : nil,
      canRetry: retry.contains(definition.code))
  }

  private func message(_ definition: FindingDefinition) -> String {
    let host = location.knownHostsName
    let user = location.user.map { "user \($0)" } ?? "us"
    return switch definition.code {
    case SourceFindings.hostKeyChanged.code: "\(host) shows another key than the one it is known by"
    case SourceFindings.hostKeyUnknown.code: "the key of \(host) is not known"
    case SourceFindings.keyUnusable.code: "OpenSSH cannot read the SSH key"
    case SourceFindings.loginRefused.code: "\(host) does not let \(user) in with this key"
    case SourceFindings.noSFTP.code: "\(host) lets \(user) in but does not speak SFTP"
    case SourceFindings.stalled.code: "\(host) stopped answering"
    case SourceFindings.connectionLost.code: "the connection to \(host) was lost"
    default: "\(host) does not answer"
    }
  }

  private func hintForUnknown(pinned: Bool) -> String {
    let file = pinned ? "the --known-hosts file" : "~/.ssh/known_hosts"
    return "compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), "
      + "then: ssh-keyscan -p \(location.port) \(location.host) >> \(file)"
  }

  /// What ssh said, without its frames.
  private var evidence: [String] {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("@") }.prefix(4)
      .map { "ssh: " + UntrustedText.line($0, limit: 200) }
  }
}
