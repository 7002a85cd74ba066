import ProofbackCore
import ProofbackServer

/// The forms of the pages as JSON has them: a field's name is the same in both.
extension RunRequests.Form {
  static let kinds: [String: APIBody.Kind] = [
    "location": .text, "file": .text, "type": .text, "server": .text, "decryptionKeys": .words, "passphrase": .text,
    "proofKey": .text, "workplace": .text, "sandbox": .text, "image": .text,
    "maxAge": .text, "minSize": .text, "depth": .text, "timeout": .text, "memory": .text, "disk": .text,
    "requireEncryption": .truth, "recipients": .lines, "checks": .lines, "volatileTables": .text, "tolerances": .text,
    "opensslCipher": .text, "options": .options,
  ]

  private static var paths: [(String, WritableKeyPath<Self, String>)] {
    [
      ("location", \.location), ("file", \.file), ("type", \.type), ("server", \.server),
      ("passphrase", \.passphrase), ("proofKey", \.proofKey), ("workplace", \.workplace),
      ("sandbox", \.sandbox), ("image", \.image),
      ("maxAge", \.maxAge), ("minSize", \.minSize), ("depth", \.depth), ("timeout", \.timeout), ("memory", \.memory),
      ("disk", \.disk), ("recipients", \.recipients), ("checks", \.checks), ("volatileTables", \.volatileTables),
      ("tolerances", \.tolerances), ("opensslCipher", \.opensslCipher),
    ]
  }

  /// Takes over what was given and leaves the rest.
  mutating func set(_ fields: [String: String]) {
    for (name, path) in Self.paths { if let value = fields[name] { self[keyPath: path] = value } }
    if let required = fields["requireEncryption"] { requireEncryption = required == "true" }
    if let keys = fields["decryptionKeys"] { decryptionKeys = keys.split(separator: " ").map(String.init) }
  }
}

extension ScheduleRequests.Form {
  static let kinds: [String: APIBody.Kind] = [
    "name": .text, "frequency": .text, "time": .text, "weekday": .whole, "monthday": .whole, "cron": .text,
    "timeZone": .text, "repetition": .text, "times": .whole, "until": .text,
    "tellOf": .words, "channels": .words, "heartbeat": .text,
  ].merging(RunRequests.Form.kinds) { own, _ in own }

  private static var paths: [(String, WritableKeyPath<Self, String>)] {
    [
      ("name", \.name), ("frequency", \.frequency), ("time", \.time), ("weekday", \.weekday),
      ("monthday", \.monthday), ("cron", \.cron), ("timeZone", \.timeZone), ("repetition", \.repetition),
      ("times", \.times), ("until", \.until),
    ]
  }

  /// Takes over what was given and leaves the rest.
  /// - Throws: `FormProblems` for reasons that there are none of.
  mutating func set(_ fields: [String: String]) throws {
    for (name, path) in Self.paths { if let value = fields[name] { self[keyPath: path] = value } }
    run.set(fields)
    if let heartbeat = fields["heartbeat"] { notifications.heartbeat = heartbeat }
    if let channels = fields["channels"] { notifications.channels = channels.split(separator: " ").map(String.init) }
    guard let tellOf = fields["tellOf"] else { return }
    notifications.reasons = Set(
      try tellOf.split(separator: " ").map { word in
        guard let reason = NotificationReason(rawValue: String(word)), NotificationForm.choices.contains(reason) else {
          throw FormProblems(
            "tellOf", "there is no reason \(UntrustedText.line(word, limit: 40))",
            hint: NotificationForm.choices.map(\.rawValue).joined(separator: ", "))
        }
        return reason
      })
  }
}
