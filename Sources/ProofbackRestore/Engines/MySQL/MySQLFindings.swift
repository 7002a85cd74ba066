public import ProofbackCore

/// What this engine finds.
public enum MySQLFindings {
  // Said by every engine.
  public static let notStarted = CommonFindings.notStarted
  public static let died = CommonFindings.died
  public static let clientTrouble = CommonFindings.clientDied
  public static let newerDump = CommonFindings.olderServer
  public static let truncated = CommonFindings.truncated
  public static let toolFailure = CommonFindings.toolFailure
  public static let rowsDiffer = CommonFindings.rowsDiffer
  public static let indexMissing = CommonFindings.indexMissing
  public static let unreadable = CommonFindings.unreadable
  public static let viewUnreadable = CommonFindings.viewUnreadable
  public static let rowsAgree = CommonFindings.rowsAgree
  public static let sampled = CommonFindings.sampled

  public static let readerTrouble = FindingDefinition(
    "verify.reader-died", .inconclusive, cause: "The process that counts rows inside the sandbox failed.",
    nextStep: "run it again; give it more with --memory if it happens again")
  public static let otherFlavour = FindingDefinition(
    "engine.other-flavour", .warning,
    cause: "The backup was restored into the other flavour (MySQL, MariaDB) than it comes from.",
    nextStep: "install the flavour that it comes from for a proof without this reservation")
  public static let mismatch = FindingDefinition(
    "engine.version-mismatch", .inconclusive,
    cause: "The import failed, and our server is older than the dump's or of the other flavour.",
    nextStep: "test it where the server that the message names is installed")
  public static let importError = FindingDefinition(
    "import.error", .failed, cause: "The server refused a statement of the dump.",
    nextStep: "look at that line of the dump and at the job that wrote it")
  public static let valuesChanged = FindingDefinition(
    "import.values-changed", .failed,
    cause: "The server stored other values than the dump has: cut off, out of range, or not of the column's type.",
    nextStep: "compare the column's type in the dump with the database's: data and structure are of different times")
  public static let enumEmpty = FindingDefinition(
    "import.enum-empty", .warning,
    cause: "ENUM columns hold the empty value that stands for what the ENUM does not know.",
    nextStep: "look whether the database holds it too, or the dump's ENUM has lost a value")
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
    nextStep: "test it together with the dump of the structure, or dump without --no-create-info")
  public static let otherDatabase = FindingDefinition(
    "dump.needs-database", .inconclusive,
    cause: "A view or routine of the dump needs another database, which is not in it.",
    nextStep: "dump both databases together (--databases), and test that")
  public static let adapted = FindingDefinition(
    "import.adapted", .none, cause: "Statements that concern only the old server were left out.", nextStep: "")
  public static let nulBytes = FindingDefinition(
    "dump.nul-bytes", .failed, holdsWhenCut: true,
    cause: "There are NUL bytes where the dump's tool writes none, between statements or inside: a hole in the file.",
    nextStep: "a disk or a transfer lost blocks: dump again and check where the file is kept")
  public static let partMissing = FindingDefinition(
    "dump.part-missing", .failed,
    cause: "What the dump announces, opens or closes has no counterpart: a part in the middle of the file is missing.",
    nextStep: "a disk or a transfer lost blocks, or two files were put together: dump again")
  public static let databasesMixed = FindingDefinition(
    "dump.databases-mixed", .failed,
    cause: "Dumps of two databases stand in one file that does not tell them apart, and the same table is in both.",
    nextStep: "dump them together with --databases, or each into a file of its own")
  public static let olderWins = FindingDefinition(
    "dump.older-wins", .failed,
    cause: "Two dumps of the same tables stand in one file, the older one behind the newer: the older rows come back.",
    nextStep: "look whether the job appends to a file where it should write a new one")
  public static let replacesItself = FindingDefinition(
    "dump.replaces-itself", .warning,
    cause: "The file fills a table, then drops it and makes it again: only the last one comes back.",
    nextStep: "look whether the job appends to a file where it should write a new one")
  public static let passedOver = FindingDefinition(
    "dump.member-passed-over", .warning, cause: "A tar with SQL dumps also holds files that are none.",
    nextStep: "test those files by themselves if they are backups")
  public static let memberDamaged = FindingDefinition(
    "dump.member-damaged", .failed,
    cause: "A file of the tar is named like an SQL dump, and is empty or something else.",
    nextStep: "look at the job that writes this file, and make it again")
  public static let noStatements = FindingDefinition(
    "dump.no-statements", .failed, cause: "The dump creates and fills nothing.",
    nextStep: "look at the job: it dumped an empty or another database")
  public static let tableMissing = FindingDefinition(
    "verify.table-missing", .failed, cause: "A table that the dump creates did not come back.",
    nextStep: "look at the table's statements in the dump")
  public static let objectMissing = FindingDefinition(
    "verify.object-missing", .failed,
    cause: "A view, routine, trigger, event or sequence that the dump creates did not come back.",
    nextStep: "look at its statements in the dump")
  public static let checkTable = FindingDefinition(
    "verify.check-table", .failed, cause: "CHECK TABLE … EXTENDED reports a damaged table.",
    nextStep: "see the server's message; dump again")
  public static let objectsAgree = FindingDefinition(
    "verify.objects", .none, cause: "All views, routines, triggers, events and sequences of the dump came back.",
    nextStep: "")
  public static let tablesChecked = FindingDefinition(
    "verify.tables-checked", .none, cause: "CHECK TABLE … EXTENDED found nothing in any table.", nextStep: "")

  public static let all = [
    readerTrouble, otherFlavour, mismatch, importError, valuesChanged, enumEmpty, noTrailer, toolWarning,
    errorPage,
    foreignStatement,
    unusualStatement, dataOnly, otherDatabase, adapted, nulBytes, partMissing, databasesMixed, olderWins,
    replacesItself,
    passedOver, memberDamaged, noStatements, tableMissing,
    objectMissing,
    checkTable,
    objectsAgree,
    tablesChecked,
  ]
}
