import ProofbackCore

/// What a line of the audit trail says, in words.
enum AuditWords {
  private static let words: [String: String] = [
    "person.set-up": "became the first manager", "person.added": "added a person",
    "second-factor.turned-on": "turned codes at login on", "second-factor.turned-off": "turned codes at login off",
    "second-factor.recovery-code-used": "logged in with a recovery code",
    "person.removed": "removed a person", "person.password-changed": "changed a password",
    "person.password-reset": "set a new password for somebody", "person.role-changed": "changed somebody's role",
    "login.refused": "refused a login",
    "session.started": "logged in", "session.others-ended": "ended all other sessions",
    "api-token.made": "made an API token", "api-token.revoked": "revoked an API token",
    "credential.added": "added a credential", "credential.changed": "changed a credential",
    "credential.deleted": "deleted a credential", "path.allowed": "allowed a folder",
    "backup-server.added": "added a backup server", "backup-server.changed": "changed a backup server",
    "backup-server.deleted": "deleted a backup server",
    "workplace.added": "added a workplace", "workplace.changed": "changed a workplace",
    "workplace.deleted": "deleted a workplace",
    "channel.added": "added a channel", "channel.changed": "changed a channel",
    "channel.deleted": "deleted a channel", "channel.tested": "tested a channel",
    "path.disallowed": "took an allowed folder away", "run.requested": "asked for a run",
    "restart.set": "set what becomes of interrupted runs", "retention.set": "set how long runs are kept",
    "images.set": "set which images backups are restored into",
    "prices.set": "set prices",
    "run.cancelled": "cancelled a run",
    "run.token-shown-twice": "ended a run: its worker's token came with a second key",
    "run.dismissed": "dismissed a run that needed somebody",
    "restore-test.added": "saved a restore test",
    "restore-test.changed": "changed a restore test", "restore-test.deleted": "deleted a restore test",
    "schedule.added": "saved a schedule", "schedule.changed": "changed a schedule",
    "schedule.paused": "stopped a schedule", "schedule.resumed": "let a schedule go on",
    "schedule.new-baseline": "began a new baseline of a schedule",
    "drill.requested": "asked for a drill", "drill.cancelled": "cancelled a drill",
    "schedule.deleted": "deleted a schedule", "vault.rotated": "changed the master key",
    "runs.deleted": "deleted past runs", "host.allowed": "allowed a host",
    "host.disallowed": "took an allowed host away",
    "state.restored": "restored the state from a backup",
  ]

  /// A kind that has no words of its own yet reads as its code: `channel.tested` is `channel tested`.
  static func text(_ what: String) -> String {
    words[what] ?? what.replacing(".", with: " ").replacing("-", with: " ")
  }

  /// The page of what it is about, where it has one.
  static func link(_ line: AuditLine) -> String? {
    // Nothing would be there to press.
    if about(line).isEmpty { return nil }
    return switch line.what.prefix(while: { $0 != "." }) {
    case "run": "/runs/\(line.about)"
    case "drill": "/drills/\(line.about)"
    case "person" where line.what != "person.removed": "/people/\(line.about)"
    case "schedule" where line.what != "schedule.deleted": "/schedules/\(line.about)"
    default: nil
    }
  }

  /// Names as they were then; where none were written down, the id.
  static func about(_ line: AuditLine) -> String {
    // Who logs in is said already.
    if line.about == line.who, line.details.isEmpty { return "" }
    return line.details.isEmpty ? line.about : line.details
  }
}
