public import ProofbackCore

/// Findings of a run that is held against earlier passed runs of the same restore test.
public enum BaselineFindings {
  private static func failed(_ code: String, _ cause: String, _ next: String) -> FindingDefinition {
    FindingDefinition(code, .failed, cause: cause, nextStep: next)
  }
  private static func warning(_ code: String, _ cause: String, _ next: String) -> FindingDefinition {
    FindingDefinition(code, .warning, cause: cause, nextStep: next)
  }
  private static let meant =
    "find out what changed it at the source; if it was meant, declare the table volatile or set the tolerance, or begin a new baseline"

  public static let sameFile = failed(
    "baseline.same-file",
    "The file has byte for byte the content of the one that was tested before, although it is another one.",
    "look at the job that writes it: it copied an old backup, or its source stands still")
  public static let sameFileAgain = warning(
    "baseline.same-file-again", "The very file that was tested before was tested again: no newer backup has arrived.",
    "if backups should have been made since, look at the job that writes them, or demand an age with --max-age")
  public static let otherDatabase = failed(
    "baseline.other-database", "None of the tables of the earlier runs is there: it is the backup of something else.",
    "look at what the backup job dumps, and where it writes it to")
  public static let tableMissing = failed(
    "baseline.table-missing", "A table of the earlier runs did not come back.",
    "find out whether it was dropped at the source or left out of the backup; if it was meant, begin a new baseline")
  public static let emptied = failed(
    "baseline.emptied", "A table that had rows in earlier runs has none.",
    "look at the table at the source and at the options of the dump; " + meant)
  public static let emptiedSmall = warning(
    "baseline.emptied-small", "A table that had few rows, or only recent ones, in earlier runs has none.", meant)
  public static let rowsLost = failed(
    "baseline.rows-lost", "A table has far fewer rows than in earlier runs.",
    "look for a condition left in the dump's options and for deletions at the source; " + meant)
  public static let rowsFewer = warning(
    "baseline.rows-fewer", "A table has fewer rows than in earlier runs, more than it usually loses.", meant)
  public static let stopped = failed(
    "baseline.stopped", "The newest moments in the data are where they were, although rows come all the time.",
    "look whether the dump is taken from a replica that stopped, from an old snapshot, or written again from an old copy"
  )
  public static let tableStopped = failed(
    "baseline.table-stopped", "The newest moment of a table is where it was, although rows come to it all the time.",
    "look at what writes to that table, and at when it was dumped")
  public static let newestLost = failed(
    "baseline.newest-lost", "The newest rows of earlier runs are gone: the data is older than it was.",
    "look whether the dump is an old one, or from a replica that stopped")
  public static let monthLost = failed(
    "baseline.month-lost", "Rows of one month are gone, while older ones are there.",
    "look for what deleted or left out rows by their date; " + meant)
  public static let alike = failed(
    "baseline.values-alike", "A column's values were different ones, and now nearly all are the same.",
    "look for an UPDATE without its WHERE, or an anonymiser that ran on production; " + meant)
  public static let null = failed(
    "baseline.values-null", "A column's values have become NULL or empty.",
    "look at what wrote to that column, and at the dump's options; " + meant)
  public static let characters = failed(
    "baseline.characters-lost", "Characters were lost or converted twice on the way into the backup.",
    "dump with the character set of the database (utf8mb4, UTF8), and let no shell or editor touch the file")
  public static let noise = failed(
    "baseline.text-to-noise",
    "Texts or files have become something else: another kind of characters or bytes, no blanks, more entropy.",
    "look for encryption in place (ransomware) at the source; " + meant)
  public static let longLost = failed(
    "baseline.values-cut", "All of a column's long values are gone: they were cut.",
    "look for a changed column type, a limit of the tool that dumps, or code that cuts; " + meant)
  public static let bytesLost = failed(
    "baseline.bytes-lost", "Binary values have lost some bytes altogether: a text tool ate them.",
    "dump binary columns as hexadecimal (--hex-blob), and let no text tool touch the file")
  public static let momentsMoved = failed(
    "baseline.moments-moved", "A column's moments have moved by whole hours, or into the future.",
    "look at the time zone that the dump was written and read in (--tz-utc), and for an UPDATE of all dates; " + meant)
  public static let momentsMovedDays = warning(
    "baseline.moments-moved-days", "A column's moments have moved by whole days.", meant)
  public static let rewritten = failed(
    "baseline.values-rewritten", "A column has other values of the same length in nearly all rows that stayed.",
    "look for a storage that corrupts, and for encryption in place; " + meant)
  public static let rewrittenWarning = warning(
    "baseline.values-changed", "A column has other values in nearly all rows that stayed.", meant)
  public static let counterBack = failed(
    "baseline.counter-back", "A counter is back at the beginning: what is numbered by it will collide.",
    "look at what set it back, and at the order in which the backup reads its parts; " + meant)
  public static let duplicated = failed(
    "baseline.rows-duplicated", "Rows that were there once are there several times.",
    "look for an import that ran twice, and for a key that was lost; " + meant)
  public static let referencesBroken = failed(
    "baseline.references-broken",
    "Values that always referred to rows of another table refer to rows that are not there: tables were dumped at different times.",
    "dump in one transaction (--single-transaction, --oplog, a snapshot); " + meant)
  public static let objectMissing = failed(
    "baseline.object-missing",
    "An index, constraint, trigger, routine, view, event or sequence of earlier runs did not come back.",
    "find out whether it was dropped at the source or left out of the dump; if it was meant, begin a new baseline")
  public static let objectMissingMoved = warning(
    "baseline.object-missing-moved",
    "Objects of earlier runs did not come back; the dump was taken from another DBMS than before.",
    "see that what is missing was replaced in the move")
  public static let safeguardLost = failed(
    "baseline.safeguard-lost", "A key is no longer unique, or a column no longer counts by itself.",
    "look at the dump's options (--create-options), and at what changed the table; if it was meant, begin a new baseline"
  )
  public static let objectChanged = warning(
    "baseline.object-changed", "Something in the schema says other things than in earlier runs.",
    "if a release changed it, there is nothing to do")
  public static let typesChanged = failed(
    "baseline.types-changed", "Values have become another type: dates or identifiers are texts.",
    "export with a tool that keeps types (mongodump, or mongoexport with --jsonFormat=canonical)")
  public static let programNew = warning(
    "baseline.program-new", "A trigger, routine or event is new: something that runs by itself.",
    "if a release brought it, there is nothing to do; else find out who did")
  public static let objectsNew = FindingDefinition(
    "baseline.new", .none, cause: "Tables, columns or indexes are new.", nextStep: "")
  public static let held = FindingDefinition(
    "baseline.held", .none, cause: "What came back agrees with earlier passed runs.", nextStep: "")
  public static let none = FindingDefinition(
    "baseline.none", .none, cause: "There is no earlier passed run to hold this one against.", nextStep: "")

  public static let all = [
    sameFile, sameFileAgain, otherDatabase, tableMissing, emptied, emptiedSmall, rowsLost, rowsFewer, stopped,
    tableStopped, newestLost, monthLost, alike, null, characters, noise, longLost, bytesLost, momentsMoved,
    momentsMovedDays, rewritten,
    rewrittenWarning, counterBack, duplicated, referencesBroken, objectMissing, objectMissingMoved, safeguardLost,
    objectChanged,
    typesChanged, programNew, objectsNew, held, none,
  ]
}
