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

  public static let readerTrouble = CommonFindings.readerTrouble
  public static let otherFlavour = FindingDefinition(
    "engine.other-flavour", .warning,
    cause: "The backup was restored into the other flavour (MySQL, MariaDB) than it comes from.",
    nextStep: "install the flavour that it comes from for a proof without this reservation")
  public static let mismatch = CommonFindings.mismatch
  public static let importError = CommonFindings.importError
  public static let valuesChanged = FindingDefinition(
    "import.values-changed", .failed,
    cause: "The server stored other values than the dump has: cut off, out of range, or not of the column's type.",
    nextStep: "compare the column's type in the dump with the database's: data and structure are of different times")
  public static let enumEmpty = FindingDefinition(
    "import.enum-empty", .warning,
    cause: "ENUM columns hold the empty value that stands for what the ENUM does not know.",
    nextStep: "look whether the database holds it too, or the dump's ENUM has lost a value")
  public static let noTrailer = CommonFindings.noTrailer
  public static let toolWarning = CommonFindings.toolWarning
  public static let errorPage = CommonFindings.errorPage
  public static let foreignStatement = CommonFindings.foreignStatement
  public static let unusualStatement = CommonFindings.unusualStatement
  public static let dataOnly = CommonFindings.dataOnly
  public static let otherDatabase = FindingDefinition(
    "dump.needs-database", .inconclusive,
    cause: "A view or routine of the dump needs another database, which is not in it.",
    nextStep: "dump both databases together (--databases), and test that")
  public static let adapted = CommonFindings.adapted
  public static let nulBytes = CommonFindings.nulBytes
  public static let partMissing = CommonFindings.partMissing
  public static let databasesMixed = FindingDefinition(
    "dump.databases-mixed", .failed,
    cause: "Dumps of two databases stand in one file that does not tell them apart, and the same table is in both.",
    nextStep: "dump them together with --databases, or each into a file of its own")
  public static let olderWins = FindingDefinition(
    "dump.older-wins", .failed,
    cause: "Two dumps of the same tables stand in one file, the older one behind the newer: the older rows come back.",
    nextStep: "look whether the job appends to a file where it should write a new one")
  public static let narrowCharset = FindingDefinition(
    "dump.narrow-charset", .warning,
    cause: "The dump is written in a character set that has not all characters of its tables: others came out as `?`.",
    nextStep: "dump with --default-character-set=utf8mb4")
  public static let noTimeZone = FindingDefinition(
    "dump.no-time-zone", .warning,
    cause: "TIMESTAMP columns are written in a time zone that the dump does not name: restored elsewhere, they move.",
    nextStep: "dump without --skip-tz-utc and --compact")
  public static let tableLost = FindingDefinition(
    "dump.table-lost", .failed, cause: "The dump fills a table, drops it and never makes it again.",
    nextStep: "the file was damaged or put together from several: dump again")
  public static let onlyServers = FindingDefinition(
    "dump.only-servers-own", .failed,
    cause: "The dump holds nothing but tables that every server brings along: help texts, time zones, statistics.",
    nextStep: "look which database the job dumps: a loop over all of them may have written each over the one before")
  public static let replacesItself = CommonFindings.replacesItself
  public static let passedOver = CommonFindings.passedOver
  public static let memberDamaged = CommonFindings.memberDamaged
  public static let noStatements = CommonFindings.noStatements
  public static let tableMissing = CommonFindings.tableMissing
  public static let objectMissing = CommonFindings.objectMissing
  public static let eventDisabled = FindingDefinition(
    "verify.event-disabled", .warning, cause: "An event of the database is switched off.",
    nextStep: "look whether the source means it to be: events of a replica are off until it takes over")
  public static let checkTable = FindingDefinition(
    "verify.check-table", .failed, cause: "CHECK TABLE reports a damaged table.",
    nextStep: "see the server's message; dump again")
  public static let objectsAgree = CommonFindings.objectsAgree
  public static let tablesChecked = FindingDefinition(
    "verify.tables-checked", .none, cause: "CHECK TABLE found nothing in any table.", nextStep: "")

  public static let all = [
    otherFlavour, valuesChanged, enumEmpty, otherDatabase, databasesMixed, olderWins, narrowCharset, noTimeZone,
    tableLost, onlyServers, eventDisabled, checkTable, tablesChecked,
  ]
}
