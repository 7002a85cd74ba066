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
  public static let mismatch = FindingDefinition(
    "engine.version-mismatch", .inconclusive,
    cause: "The import failed, and our server is older than the dump's or of the other flavour.",
    nextStep: "test it where the server that the message names is installed")
  public static let importError = FindingDefinition(
    "import.error", .failed, cause: "The server refused a statement of the dump.",
    nextStep: "look at that line of the dump and at the job that wrote it")
  public static let noTrailer = FindingDefinition(
    "dump.no-trailer", .failed,
    cause: "The tool that wrote the dump ends it with a line that is missing: it did not come to its end.",
    nextStep: "look at the exit code and messages of the dump tool, and dump again")
  public static let toolWarning = FindingDefinition(
    "dump.tool-warning", .warning,
    cause: "A warning of the dump tool stands in the dump: a plain import would stop at it.",
    nextStep: "send the tool's messages elsewhere (2>dump.log), so that the file can be restored as it stands")
  public static let errorPage = FindingDefinition(
    "dump.error-page", .failed, holdsWhenCut: true,
    cause: "A web page or an error document stands where the dump should be.",
    nextStep: "look at the step that downloads or copies the backup")
  public static let foreignStatement = FindingDefinition(
    "dump.foreign-statement", .failed, holdsWhenCut: true,
    cause: "The dump has a statement that no dump has any business with.",
    nextStep: "find out who changed the file; do not restore it anywhere")
  public static let unusualStatement = FindingDefinition(
    "dump.unusual-statement", .warning, cause: "The dump has a statement that only some dumps have.",
    nextStep: "make sure that the job means to dump it")
  public static let dataOnly = FindingDefinition(
    "dump.data-only", .inconclusive, cause: "The dump holds rows without the tables that they belong to.",
    nextStep:
      "test it together with the dump of the structure, or dump with the structure in it (without --no-create-info, --data-only)"
  )
  public static let adapted = FindingDefinition(
    "import.adapted", .none, cause: "Statements that concern only the old server were left out.", nextStep: "")
  public static let nulBytes = FindingDefinition(
    "dump.nul-bytes", .failed, holdsWhenCut: true,
    cause: "There are NUL bytes where the dump's tool writes none, between statements or inside: a hole in the file.",
    nextStep: "a disk or a transfer lost blocks: dump again and check where the file is kept")
  public static let padding = FindingDefinition(
    "dump.padding", .failed, holdsWhenCut: true,
    cause: "Blanks without end stand in the dump: a file that was filled up, or a compression bomb.",
    nextStep: "look at what wrote the file, and at how large it is unpacked")
  public static let partMissing = FindingDefinition(
    "dump.part-missing", .failed,
    cause: "What the dump announces, opens or closes has no counterpart: a part in the middle of the file is missing.",
    nextStep: "a disk or a transfer lost blocks, or two files were put together: dump again")
  public static let replacesItself = FindingDefinition(
    "dump.replaces-itself", .warning,
    cause: "The file fills a table, then drops it and makes it again: only the last one comes back.",
    nextStep: "look whether the job appends to a file where it should write a new one")
  public static let noStatements = FindingDefinition(
    "dump.no-statements", .failed, cause: "The dump creates and fills nothing.",
    nextStep: "look at the job: it dumped an empty or another database")
  public static let tableMissing = FindingDefinition(
    "verify.table-missing", .failed, cause: "A table that the dump creates did not come back.",
    nextStep: "look at the table's statements in the dump")
  public static let objectMissing = FindingDefinition(
    "verify.object-missing", .failed,
    cause: "A view, routine, trigger, event, sequence, index or constraint that the dump creates did not come back.",
    nextStep: "look at its statements in the dump")
  public static let objectsAgree = FindingDefinition(
    "verify.objects", .none, cause: "All views, routines, triggers, events and sequences of the dump came back.",
    nextStep: "")
  public static let memberDamaged = FindingDefinition(
    "dump.member-damaged", .failed,
    cause: "A file of the tar is named like a part of the backup, and is empty or something else.",
    nextStep: "look at the job that writes this file, and make it again")
  public static let passedOver = FindingDefinition(
    "dump.member-passed-over", .warning, cause: "A tar with a backup also holds files that do not belong to it.",
    nextStep: "test those files by themselves if they are backups")
  public static let readerTrouble = FindingDefinition(
    "verify.reader-died", .inconclusive, cause: "The process that counts rows inside the sandbox failed.",
    nextStep: "run it again; give it more with --memory if it happens again")

  public static let foreignKeyBroken = FindingDefinition(
    "verify.foreign-key-broken", .failed,
    cause: "Rows refer by a foreign key to rows that are not in the backup.",
    nextStep:
      "the tables are of different times, or one is missing or emptied: dump all of them in one transaction (--single-transaction, or the tool's own way)"
  )
  public static let foreignKeyOutside = FindingDefinition(
    "verify.foreign-key-outside", .warning,
    cause: "Rows refer by a foreign key to a table of a database that is not in the backup.",
    nextStep: "dump the databases that belong together in one dump")
  public static let foreignKeysUnchecked = FindingDefinition(
    "verify.foreign-keys-unchecked", .warning,
    cause: "Not every foreign key was checked: it would have taken longer than the restore allows for checks.",
    nextStep: "look at the indexes of the tables that it joins, if these are missing")
  public static let foreignKeysHold = FindingDefinition(
    "verify.foreign-keys", .none, cause: "Every row that a foreign key refers to is there.", nextStep: "")
  public static let checkBroken = FindingDefinition(
    "verify.check-broken", .failed, cause: "Rows break a CHECK constraint of their table.",
    nextStep: "the rows were loaded with the check off, or changed in the dump: look at them in the source")
  public static let sequenceBehind = FindingDefinition(
    "verify.sequence-behind", .failed,
    cause: "A sequence that gives a column its values starts again below values that are there: new rows will collide.",
    nextStep: "the dump lacks the sequence's state: dump with the tool's own options, and all of it")
  public static let sequenceLow = FindingDefinition(
    "verify.sequence-low", .warning,
    cause: "A sequence is below values of its column, and the dump itself says so: it is as the source has it.",
    nextStep: "look at the sequence in the source: its next values collide with rows that are there")
  public static let structureOnly = FindingDefinition(
    "dump.structure-only", .failed, cause: "The dump has tables and the rows of none: it was made without the data.",
    nextStep: "dump the rows too (without --no-data, --schema-only)")
  public static let rowsMissing = FindingDefinition(
    "dump.rows-missing", .failed,
    cause:
      "The dump leaves a table's rows out, and a counter of the table tells that it had some, or is left out with them.",
    nextStep:
      "dump the table's rows too (without --ignore-table-data, --exclude-table-data, --no-unlogged-table-data), or declare the table volatile"
  )
  public static let rowsLeftOut = FindingDefinition(
    "dump.rows-left-out", .warning,
    cause: "The dump creates a table and has none of its rows, not even an empty list, while it has those of others.",
    nextStep: "look whether the job means to leave them out (--ignore-table-data, --exclude-table-data)")
  public static let noRows = FindingDefinition(
    "dump.no-rows", .warning, cause: "None of the dump's tables has a row.",
    nextStep: "look whether it is the right database")

  public static let all =
    [
      notStarted, died, clientDied, olderServer, truncated, toolFailure, rowsDiffer, indexMissing, unreadable,
      viewUnreadable, rowsAgree, sampled, mismatch, importError, noTrailer, toolWarning, errorPage, foreignStatement,
      unusualStatement, dataOnly, adapted, nulBytes, padding, partMissing, replacesItself, noStatements, tableMissing,
      objectMissing, objectsAgree, memberDamaged, passedOver, readerTrouble,
    ] + truth

  /// What came back held against what it says of itself.
  private static let truth = [
    foreignKeyBroken, foreignKeyOutside, foreignKeysUnchecked, foreignKeysHold, checkBroken, sequenceBehind,
    sequenceLow, structureOnly, rowsMissing, rowsLeftOut, noRows,
  ]
}
