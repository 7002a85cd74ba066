public import ProofbackCore

/// What this engine finds besides what every engine does.
public enum PostgreSQLFindings {
  public static let rowDamaged = FindingDefinition(
    "postgresql.row-damaged", .failed,
    cause: "A row of the dump has not as many fields as its table has columns: bytes were lost or added.",
    nextStep: "the file was changed after it was written (an editor, a transfer as text, a bad disk): dump again")
  public static let unterminated = FindingDefinition(
    "postgresql.rows-unterminated", .failed, holdsWhenCut: true,
    cause: "A table's rows have no end mark: what follows in the dump would be taken for rows.",
    nextStep: "a part of the file is missing or damaged there: dump again")
  public static let extensionMissing = FindingDefinition(
    "postgresql.extension-missing", .inconclusive,
    cause: "The dump needs an extension, language or collation that is not installed here.",
    nextStep: "install the package that has it on the host that runs the test")
  public static let needsSuperuser = FindingDefinition(
    "postgresql.needs-superuser", .inconclusive,
    cause: "The server refused a statement to the unprivileged role that dumps are restored as.",
    nextStep: "look at that line: if it belongs there, restore the dump by hand as a superuser")
  public static let archiveDamaged = FindingDefinition(
    "postgresql.archive-damaged", .failed,
    cause: "pg_restore can't read the archive to its end.",
    nextStep: "the archive was cut or changed after it was written: look at the job and the transfer, and dump again")
  public static let trailing = FindingDefinition(
    "postgresql.trailing-bytes", .failed, cause: "Something follows the end of an archive.",
    nextStep: "two files may have been joined, or one written over another: make the backup again")
  public static let archiveNewer = FindingDefinition(
    "postgresql.archive-newer", .inconclusive, cause: "The archive's format is newer than the pg_restore that is here.",
    nextStep: "install the PostgreSQL version that wrote it")
  public static let baseDamaged = FindingDefinition(
    "postgresql.base-damaged", .failed,
    cause: "The base backup lacks a part, or its files are not those of its manifest.",
    nextStep: "the files were lost or changed after the backup: look at the job and the disk, and make it again")
  public static let recoveryFailed = FindingDefinition(
    "postgresql.recovery-failed", .failed,
    cause: "The server can't recover the base backup: its write-ahead log is missing or damaged.",
    nextStep: "keep the log with the backup (pg_basebackup -X stream or -X fetch)")
  public static let otherMajor = FindingDefinition(
    "postgresql.other-major", .inconclusive,
    cause: "A base backup can be started by its own major version only, which is not installed here.",
    nextStep: "install that version")
  public static let pageDamaged = FindingDefinition(
    "postgresql.page-damaged", .failed, cause: "A table or index of the base backup is damaged.",
    nextStep: "check the source with pg_amcheck and pg_checksums, and look at its disk")
  public static let pagesZeroed = FindingDefinition(
    "postgresql.pages-zeroed", .failed,
    cause: "Index entries point into pages of a table that are all zero: rows are gone.",
    nextStep: "check the source with pg_amcheck, look at the disk that the backup was copied by, and make it again")
  public static let invalid = FindingDefinition(
    "postgresql.not-validated", .warning,
    cause: "A constraint or index of the database is marked as not valid: its rows may break it.",
    nextStep: "validate it at the source (ALTER TABLE … VALIDATE CONSTRAINT, REINDEX)")
  public static let triggerDisabled = FindingDefinition(
    "postgresql.trigger-disabled", .warning, cause: "A trigger of the database is switched off.",
    nextStep: "look whether the source means it to be")
  public static let largeObjects = FindingDefinition(
    "postgresql.large-objects", .failed, cause: "Another number of large objects came back than the dump has.",
    nextStep: "look at the large objects' statements in the dump")

  public static let notPopulated = FindingDefinition(
    "postgresql.not-populated", .warning, cause: "A materialized view came back without its rows: nothing can read it.",
    nextStep: "refresh it, and look whether it is empty in the source too")
  public static let largeObjectMissing = FindingDefinition(
    "postgresql.large-object-missing", .failed, cause: "Rows name large objects that did not come back.",
    nextStep:
      "dump large objects too (without --no-blobs; naming schemas leaves them out), and look at what vacuumlo removes")
  public static let objectUnknown = FindingDefinition(
    "postgresql.object-unknown", .warning,
    cause: "A column holds numbers of objects that no large object has: they may be other objects' of the source.",
    nextStep: "look whether the column names large objects")

  public static let all = [
    rowDamaged, unterminated, extensionMissing, needsSuperuser, archiveDamaged, trailing, archiveNewer, baseDamaged,
    recoveryFailed, otherMajor, pageDamaged, pagesZeroed, invalid, triggerDisabled, largeObjects, notPopulated,
    largeObjectMissing,
    objectUnknown,
  ]
}
