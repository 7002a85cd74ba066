import ProofbackCore

/// What locations of S3 can come to, besides what all locations can.
enum S3Findings {
  static let bucketMissing = FindingDefinition(
    "s3.bucket-missing", .failed, holdsWhenCut: true, cause: "The service answers, and has no such bucket.",
    nextStep: "see whether bucket and endpoint are spelt right; if they are, the backups are gone with their bucket")
  static let noKey = FindingDefinition(
    "s3.no-key", .inconclusive, cause: "No cloud key was given, and the bucket is not open to everybody.",
    nextStep: "give a file with the access key with --cloud-key")
  static let keyUnusable = FindingDefinition(
    "s3.key-unusable", .inconclusive, cause: "What was given as cloud key is no access key with its secret.",
    nextStep: "give AWS's credentials file with one profile, the file that the console lets you download, or ID:SECRET")
  static let keyUnknown = FindingDefinition(
    "s3.key-unknown", .inconclusive, cause: "The service does not know the access key id, or has withdrawn it.",
    nextStep: "see whether the key still exists and belongs to this service, and give one that does")
  static let sessionEnded = FindingDefinition(
    "s3.session-ended", .inconclusive, cause: "The cloud key was one for a session, which has ended.",
    nextStep: "give one of a new session, or a lasting key with the right to read this bucket and no other right")
  static let secretRefused = FindingDefinition(
    "s3.secret-refused", .inconclusive,
    cause: "The secret access key is not the one that belongs to the access key id.",
    nextStep: "give id and secret of the same key; a secret that was lost can't be had again, so make a new key")
  static let wrongRegion = FindingDefinition(
    "s3.wrong-region", .inconclusive, cause: "The bucket lies in another region than the one that was asked.",
    nextStep: "name the bucket's region")
  static let clockSkew = FindingDefinition(
    "s3.clock-skew", .inconclusive, cause: "This machine's clock and the service's differ by more than 15 minutes.",
    nextStep: "set this machine's clock: timedatectl set-ntp true")
  static let archived = FindingDefinition(
    "s3.archived", .inconclusive,
    cause:
      "The object lies in an archive (GLACIER, DEEP_ARCHIVE), from which it has to be restored before it can be read.",
    nextStep:
      "have it restored (aws s3api restore-object), or keep the newest backups in a class that can be read at once")
  static let busy = FindingDefinition(
    "s3.busy", .inconclusive, cause: "The service was overloaded or in trouble, at every try.",
    nextStep: "run again later; if it happens often, ask the service's provider")
  static let certificate = FindingDefinition(
    "s3.certificate-untrusted", .inconclusive, cause: "The certificate of the service is not trusted by this machine.",
    nextStep:
      "give the certificate of its authority (--authority, or at the backup server), or add it to this machine's with update-ca-certificates"
  )
  static let unexpected = FindingDefinition(
    "s3.unexpected-answer", .inconclusive,
    cause: "What answered does not speak S3, or refused in a way that is not known.",
    nextStep: "see whether the endpoint is the address of the S3 service itself, not that of its console")

  /// What the service says to whoever asks with this key, from wherever.
  static let answers = [
    SourceFindings.denied, noKey, keyUnusable, keyUnknown, sessionEnded, secretRefused, wrongRegion, archived,
    SourceFindings.isFolder, SourceFindings.notAFolder,
  ].map(\.code)

  static let all = [
    bucketMissing, noKey, keyUnusable, keyUnknown, sessionEnded, secretRefused, wrongRegion, clockSkew, archived, busy,
    certificate,
    unexpected,
  ]
}
