public import ProofbackCore

/// What every engine can find.
public enum CommonFindings {
  public static let notStarted = FindingDefinition(
    "engine.not-started", .inconclusive, cause: "The DBMS did not start, or did not answer, in an empty sandbox.",
    nextStep: "see the evidence; `proofback doctor` checks what is installed")
  public static let died = FindingDefinition(
    "engine.died", .inconclusive, cause: "The DBMS ended or hung while the run needed it, and no limit explains it.",
    nextStep: "run it again; give it more with --memory if it happens again")
  public static let clientDied = FindingDefinition(
    "engine.client-died", .inconclusive, cause: "The process that feeds and reads the DBMS ended during the run.",
    nextStep: "run it again; give it more with --memory if it happens again")
  public static let olderServer = FindingDefinition(
    "engine.older-than-dump", .warning, cause: "The backup was restored into an older server than it comes from.",
    nextStep: "install the version that it comes from for a proof without this reservation")
  public static let truncated = FindingDefinition(
    "dump.truncated", .failed,
    cause: "The dump ends before it is complete: in the middle of a statement, document or collection.",
    nextStep:
      "the dump or its transfer was cut off: look at the job's exit codes and the disk it writes to, and dump again")
  public static let toolFailure = FindingDefinition(
    "dump.tool-failure", .failed, holdsWhenCut: true,
    cause: "A message of the dump tool or of a program around it stands in the dump, or other text that is no dump.",
    nextStep: "mend what it complains about, and dump again; keep messages out of the file (2>dump.log)")
  public static let rowsDiffer = FindingDefinition(
    "verify.rows-differ", .failed, cause: "Another number of rows or documents came back than the dump holds.",
    nextStep: "rows were lost or doubled on the way in (duplicate keys, INSERT IGNORE): compare with the source")
  public static let indexMissing = FindingDefinition(
    "verify.index-missing", .failed, cause: "An index that the dump defines did not come back.",
    nextStep: "look at the index in the dump, and at what the import refused")
  public static let unreadable = FindingDefinition(
    "verify.unreadable", .failed, cause: "A table or collection that came back cannot be read to its end.",
    nextStep: "see the server's message; restore it from an older backup to compare")
  public static let viewUnreadable = FindingDefinition(
    "verify.view-unreadable", .warning,
    cause: "A view that came back cannot be read from: it refers to something that is not in this dump.",
    nextStep: "dump the databases that belong together in one dump")
  public static let rowsAgree = FindingDefinition(
    "verify.rows", .none, cause: "Every row or document that the dump holds came back and was read.", nextStep: "")
  public static let sampled = FindingDefinition(
    "verify.sampled", .warning, cause: "Not every row or document was read: the run was asked for a sample.",
    nextStep: "run it with --depth full for a whole proof")

  public static let all = [
    notStarted, died, clientDied, olderServer, truncated, toolFailure, rowsDiffer, indexMissing, unreadable,
    viewUnreadable,
    rowsAgree,
    sampled,
  ]
}
