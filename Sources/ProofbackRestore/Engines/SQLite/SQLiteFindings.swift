public import ProofbackCore

/// What is found in SQLite's backups.
public enum SQLiteFindings {
  public static let truncated = FindingDefinition(
    "sqlite.truncated", .failed,
    cause: "The database file is shorter than its own header says: its last pages are missing.",
    nextStep: "the copy or its transfer was cut off: look at the job's exit codes and the disk, and back up again")
  public static let damaged = FindingDefinition(
    "sqlite.damaged", .failed,
    cause: "SQLite's own check finds the file damaged: pages, rows or indexes contradict each other.",
    nextStep:
      "back up with `.backup`, VACUUM INTO or `.dump`: a file copied while it is written to looks like this; if the source is damaged too, `.recover` saves what can be saved"
  )
  public static let trailing = FindingDefinition(
    "sqlite.trailing-bytes", .warning, cause: "The database file is longer than its own header says.",
    nextStep: "back up with `.backup` or VACUUM INTO, which write a file of one moment")
  public static let logMissing = FindingDefinition(
    "sqlite.wal-missing", .warning,
    cause:
      "The database keeps a write-ahead log, and none came along: what was committed and not yet moved into the file, if anything, is not in this backup.",
    nextStep: "back up with `.backup` or VACUUM INTO, or pack the -wal file with the database")
  public static let orphans = FindingDefinition(
    "sqlite.orphans", .failed,
    cause: "Rows refer to rows that are not there, against the schema's own foreign keys.",
    nextStep:
      "run PRAGMA foreign_key_check on the source: if it is clean there, the copy was made while the database was written to; if not, mend it, or set the option orphans to warn"
  )
  public static let orphansAllowed = FindingDefinition(
    "sqlite.orphans-allowed", .warning, cause: "Rows refer to rows that are not there, and that was allowed.",
    nextStep: "mend them at the source, so that new ones are seen")
  public static let keysUnchecked = FindingDefinition(
    "sqlite.foreign-keys-unchecked", .warning,
    cause: "The schema's foreign keys can't be checked: one refers to columns that are not unique, or not there.",
    nextStep: "mend the schema at the source")
  public static let empty = FindingDefinition(
    "sqlite.empty", .failed, cause: "The database or dump holds no table.",
    nextStep: "look at the job: it backs up another file than the one that is used")
  public static let noRows = FindingDefinition(
    "sqlite.no-rows", .warning, cause: "None of the tables has a row.",
    nextStep: "check which file the backup is made from")
  public static let refused = FindingDefinition(
    "sqlite.foreign-statement", .failed, holdsWhenCut: true,
    cause: "The dump holds something that no dump has any business with: another file, a command of the shell.",
    nextStep: "find out who wrote it; do not restore it anywhere else")
  public static let statementFailed = FindingDefinition(
    "sqlite.statement-failed", .failed, cause: "A statement of the dump can't be carried out.",
    nextStep: "look at the line that is named; restore an older dump to compare")
  public static let rolledBack = FindingDefinition(
    "sqlite.rolled-back", .failed,
    cause: "The dump ends with ROLLBACK, as the tool writes it when it could not read the whole database.",
    nextStep: "the source is damaged: check it with PRAGMA integrity_check, save what can be saved with `.recover`")
  public static let memory = FindingDefinition(
    "sqlite.memory", .inconclusive, cause: "Reading a table needs more memory than the sandbox may use.",
    nextStep: "give it more with --memory")
  public static let checked = FindingDefinition(
    "sqlite.checked", .none, cause: "SQLite's own check and the foreign keys hold.", nextStep: "")

  public static let all = [
    truncated, damaged, trailing, logMissing, orphans, orphansAllowed, keysUnchecked, empty, noRows, refused,
    statementFailed, rolledBack, memory, checked,
  ]
}
