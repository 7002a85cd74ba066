import ProofbackCore

/// What finding and fetching a backup can come to.
public enum SourceFindings {
  public static let matched = FindingDefinition(
    "locate.matched", .none, cause: "The newest file that matches the pattern was chosen.", nextStep: "")
  public static let invalid = FindingDefinition(
    "location.invalid", .inconclusive,
    cause: "The location is malformed, not allowed, or of a kind that this version does not have.",
    nextStep: "write a path, ssh://user@host:port/folder/file, or s3://bucket/key")
  public static let patternInvalid = FindingDefinition(
    "location.pattern-invalid", .inconclusive, cause: "The file pattern is malformed.",
    nextStep: "write a pattern for names in one folder, such as 'shop-*.sql.gz'")
  public static let missingFile = FindingDefinition(
    "location.missing-file", .failed, holdsWhenCut: true, cause: "The location answers, and the file is not there.",
    nextStep: "see whether the backup job ran and where it writes to; if the disk was not mounted, mount it")
  public static let noMatch = FindingDefinition(
    "location.no-match", .failed, cause: "The folder answers, and no file in it matches the pattern.",
    nextStep:
      "see whether the backup job ran; files ending in .part or .tmp and hidden files match only by their full ending")
  public static let isFolder = FindingDefinition(
    "location.is-folder", .inconclusive, cause: "The location is a folder, and no pattern says which file is meant.",
    nextStep: "add --file with a pattern, such as --file '*.sql.gz': the newest file that matches is tested")
  public static let notAFolder = FindingDefinition(
    "location.not-a-folder", .inconclusive, cause: "A pattern was given, and the location is no folder.",
    nextStep: "leave --file out, or name the folder that the file lies in")
  public static let notAFile = FindingDefinition(
    "location.not-a-file", .inconclusive, cause: "The location is a device, a pipe or a socket.",
    nextStep: "name an ordinary file")
  public static let denied = FindingDefinition(
    "location.denied", .inconclusive, cause: "The account that reads may not read the file or its folder.",
    nextStep: "give the account that Proofback reads as the right to read the file, and to enter its folders")
  public static let readError = FindingDefinition(
    "location.read-error", .inconclusive,
    cause: "The file could not be read to its end: its disk or file system failed.",
    nextStep: "look at the kernel's log and the disk's health on the machine that holds the file, then run again")
  public static let changed = FindingDefinition(
    "location.changed-while-read", .inconclusive,
    cause: "The file was replaced, written to or cut while it was read, so that what was tested is no one backup.",
    nextStep: "run the test after the backup job has ended, or let the job rename the file when it is complete")
  public static let unreachable = FindingDefinition(
    "location.unreachable", .inconclusive, cause: "The location does not answer.",
    nextStep: "see whether the host is up, its name and port are right, and no firewall stands between")
  public static let hostKeyChanged = FindingDefinition(
    "location.host-key-changed", .inconclusive, cause: "The host shows another key than the one it is known by.",
    nextStep: "ask whoever runs the host whether its key was changed before you trust the new one")
  public static let hostKeyUnknown = FindingDefinition(
    "location.host-key-unknown", .inconclusive,
    cause: "The host's key is not known, and unknown hosts are never trusted.",
    nextStep: "compare the fingerprint with the host's own, then add its key to the known_hosts file")
  public static let loginRefused = FindingDefinition(
    "location.login-refused", .inconclusive, cause: "The host does not let this user in with this key.",
    nextStep: "name the user in the location, and give a key that the host accepts with --ssh-key")
  public static let stalled = FindingDefinition(
    "location.stalled", .inconclusive, cause: "The host stopped answering in the middle.",
    nextStep: "see whether the host or the network is overloaded, then run again")
  public static let connectionLost = FindingDefinition(
    "location.connection-lost", .inconclusive, cause: "The connection ended before all bytes had come.",
    nextStep: "run again; if it happens often, look at the host's log")
  public static let noSFTP = FindingDefinition(
    "ssh.no-sftp", .inconclusive, cause: "The host lets us in but offers no SFTP, which files are read through.",
    nextStep: "enable it in the host's sshd_config (Subsystem sftp internal-sftp), and keep login scripts from printing"
  )
  public static let keyUnusable = FindingDefinition(
    "ssh.key-unusable", .inconclusive, cause: "What was given as SSH key is no private key that OpenSSH can read.",
    nextStep: "give the private key file in OpenSSH's format (a PuTTY key is converted by puttygen -O private-openssh)")
  public static let keyNeedsPassphrase = FindingDefinition(
    "ssh.key-needs-passphrase", .inconclusive, cause: "The SSH key has a passphrase, and none was given.",
    nextStep: "give its passphrase with --passphrase-file, or use a key of its own for this, without one")
  public static let keyWrongPassphrase = FindingDefinition(
    "ssh.key-wrong-passphrase", .inconclusive, cause: "The SSH key has another passphrase than the one given.",
    nextStep: "give the key's own passphrase, or use a key of its own for this, without one")
  public static let toolMissing = FindingDefinition(
    "source.tool-missing", .inconclusive, cause: "A program that this kind of location needs is not installed.",
    nextStep: "apt install openssh-client")

  public static let all = [
    matched, invalid, patternInvalid, missingFile, noMatch, isFolder, notAFolder, notAFile, denied, readError, changed,
    unreachable, hostKeyChanged, hostKeyUnknown, loginRefused, stalled, connectionLost, noSFTP, keyUnusable,
    keyNeedsPassphrase, keyWrongPassphrase, toolMissing,
  ]

  /// Codes that say the command line (or form) was wrong: nothing was asked yet, exit code 64.
  public static let usageErrors: Set<FindingCode> = [invalid.code, patternInvalid.code]

  /// Codes of `SourceStream.finish` that say the bytes that were read are not the backup's: what a decoder or an engine
  /// finds missing at their end is no fault of the backup's then.
  public static let cutsBytesShort: Set<FindingCode> = [
    connectionLost.code, stalled.code, readError.code, changed.code,
  ]

  /// Which file was chosen and out of how many; nil when no pattern was given.
  public static func chosen(_ object: SourceObject) -> Finding? {
    guard let matches = object.matches else { return nil }
    let among = matches == 1 ? "the only file that matches" : "the newest of \(matches) files that match"
    let name = UntrustedText.line(object.name, limit: 255)
    let time = object.modified.map { ["modified: \($0.ISO8601Format())"] } ?? []
    return matched.finding("\(name) is \(among) the pattern", evidence: time)
  }
}
