public import ProofbackCore

/// Findings of the narrative itself: what concerns no single plug-in.
public enum RunFindings {
  public static let timeout = FindingDefinition(
    "run.timeout", .inconclusive,
    cause: "The run reached its time limit before it was done, and nothing in the dump explains why.",
    nextStep: "give it more time with --timeout, or look at the stage that took it")
  public static let cancelled = FindingDefinition(
    "run.cancelled", .inconclusive, cause: "The run was cancelled, by a signal or by a person.",
    nextStep: "run it again")
  public static let internalError = FindingDefinition(
    "run.internal-error", .inconclusive, cause: "Something in Proofback itself or in this host failed.",
    nextStep: "run it again; if it stays, report it with the log")
  public static let tooOld = FindingDefinition(
    "backup.too-old", .failed, holdsWhenCut: true, cause: "The newest backup is older than the age that was allowed.",
    nextStep: "find out why no newer backup arrived, or allow more with --max-age")
  public static let ageUnknown = FindingDefinition(
    "backup.age-unknown", .inconclusive,
    cause: "An age was demanded, but the location does not tell when the file was modified.",
    nextStep: "leave --max-age out for this location")
  public static let tooSmall = FindingDefinition(
    "backup.too-small", .failed, holdsWhenCut: true, cause: "The backup is smaller than was demanded.",
    nextStep: "find out what is missing from it, or demand less with --min-size")
  public static let empty = FindingDefinition(
    "backup.empty", .failed, cause: "The backup has no bytes at all, or none are left once it is decoded.",
    nextStep: "look at the job that writes it: its tool most likely failed before its first byte")
  public static let unknownContent = FindingDefinition(
    "content.unknown", .failed, cause: "The decoded bytes are no backup of any type that is known here.",
    nextStep: "look at the file's first lines; name the type with --type to see what is missing")
  public static let utf16 = FindingDefinition(
    "content.wide-text", .failed,
    cause:
      "The bytes are text in UTF-16: the shell that wrote the file (PowerShell's `>`) changed every byte of the dump.",
    nextStep: "let the dump tool write its file itself (--result-file=FILE), so that no shell touches its bytes")
  public static let unsupported = FindingDefinition(
    "content.unsupported", .inconclusive,
    cause: "The bytes are a backup or a container of a kind that can't be restored here.",
    nextStep: "restore it by hand, or back up in a form that `proofback doctor` lists")
  public static let mixed = FindingDefinition(
    "content.mixed", .inconclusive, cause: "A tar holds backups of several types, of which one can be tested.",
    nextStep: "pack the backups of each DBMS into a file of their own, and test each")
  public static let otherType = FindingDefinition(
    "content.other-type", .failed, holdsWhenCut: true, cause: "The bytes are a backup of another type than was said.",
    nextStep: "correct --type, or leave it out: it is found from the bytes")
  public static let unknownType = FindingDefinition(
    "run.unknown-type", .inconclusive, cause: "A type was given that no engine serves.",
    nextStep: "use one of the types that `proofback doctor` lists")
  public static let unknownSandbox = FindingDefinition(
    "sandbox.unknown", .inconclusive, cause: "A kind of sandbox was given that does not exist here.",
    nextStep: "use one that `proofback doctor` lists")
  public static let serverMissing = FindingDefinition(
    "engine.server-missing", .inconclusive,
    cause: "The DBMS, version or feature that the backup needs is not installed here.",
    nextStep: "install what the message names, or test it where that is")
  public static let recognised = FindingDefinition(
    "content.recognised", .none, cause: "What the bytes are.", nextStep: "")

  public static let notShown = FindingDefinition(
    "run.not-shown", .none,
    cause: "What a passed run does not show, since there was nothing to hold what came back against.", nextStep: "")

  public static let all = [
    notShown,
    timeout, cancelled, internalError, tooOld, ageUnknown, tooSmall, empty, unknownContent, utf16, unsupported, mixed,
    otherType, unknownType,
    unknownSandbox, serverMissing, recognised,
  ]

  static func timedOut(after seconds: Double) -> Finding {
    timeout.finding("the time limit of \(Quantity.text(seconds: seconds)) was reached")
  }
}
