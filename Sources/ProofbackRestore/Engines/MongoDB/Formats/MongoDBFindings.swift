import ProofbackCore

/// What an engine for MongoDB can find. Where codes of all engines say it, theirs are used.
public enum MongoDBFindings {
  // Said by every engine.
  public static let truncated = CommonFindings.truncated
  public static let rowsDiffer = CommonFindings.rowsDiffer
  public static let indexMissing = CommonFindings.indexMissing
  public static let unreadable = CommonFindings.unreadable
  public static let viewUnreadable = CommonFindings.viewUnreadable
  public static let read = CommonFindings.rowsAgree
  public static let olderServer = CommonFindings.olderServer
  public static let sampled = CommonFindings.sampled
  public static let serverStart = CommonFindings.notStarted
  public static let serverLost = CommonFindings.died
  public static let clientEnded = CommonFindings.clientDied
  public static let toolFailure = CommonFindings.toolFailure

  public static let archiveDamaged = FindingDefinition(
    "archive.damaged", .failed, cause: "A mongodump archive's own structure makes no sense.",
    nextStep: "make the dump again; if it happens again, check the storage and the transfer")
  public static let checksum = FindingDefinition(
    "archive.checksum", .failed, cause: "A collection's documents do not match the checksum that mongodump wrote.",
    nextStep: "the file was changed after mongodump wrote it: check the storage and the transfer")
  public static let documentDamaged = FindingDefinition(
    "dump.document-damaged", .failed, cause: "A document of the dump is no valid BSON or JSON.",
    nextStep: "make the dump again; if it happens again, check the storage and the source server (`validate`)")
  public static let metadataDamaged = FindingDefinition(
    "dump.metadata-damaged", .failed, cause: "A collection's indexes and options can't be read.",
    nextStep: "make the dump again")
  public static let metadataMissing = FindingDefinition(
    "dump.metadata-missing", .failed,
    cause: "A collection has documents, but the file with its indexes is missing.",
    nextStep: "pack the whole folder that mongodump wrote")
  public static let dropped = FindingDefinition(
    "dump.collection-dropped", .warning,
    cause: "A collection was dropped while the dump was made: mongodump names it, and neither describes nor fills it.",
    nextStep: "make sure that it was a temporary one (of `$out` or a map-reduce, say)")
  public static let noIdentifiers = FindingDefinition(
    "dump.no-identifiers", .inconclusive,
    cause: "No document of the export has an `_id`, which mongoexport writes into each: it may be no export at all.",
    nextStep: "look at the file: a service's error message is JSON as well; export whole documents")
  public static let indexesUnknown = FindingDefinition(
    "dump.indexes-unknown", .warning,
    cause: "The backup has only .bson files: which indexes and options the collections had is not known.",
    nextStep: "pack the whole folder that mongodump wrote, its .metadata.json files too")
  public static let documentsMissing = FindingDefinition(
    "dump.documents-missing", .failed,
    cause: "A collection is described, but the file with its documents is missing.",
    nextStep: "pack the whole folder that mongodump wrote")
  public static let memberUnknown = FindingDefinition(
    "dump.file-unknown", .warning, cause: "The folder holds a file that mongodump does not write.",
    nextStep: "keep other files out of the dump's folder")
  public static let memberDamaged = FindingDefinition(
    "dump.file-damaged", .failed, cause: "A file of the tar is named like a dump or an export, and its bytes are none.",
    nextStep: "look at the job that writes this file, and make it again")
  public static let memberTwice = FindingDefinition(
    "dump.file-twice", .failed, cause: "The folder holds the same collection twice.",
    nextStep: "write every dump into an empty folder, and pack one kind (gzipped or not)")
  public static let exchanged = FindingDefinition(
    "dump.files-exchanged", .failed,
    cause: "The documents of two collections stand under each other's name, as their indexes tell.",
    nextStep: "look at the step that moves or renames the dump's files")
  public static let newlineMissing = FindingDefinition(
    "dump.newline-missing", .warning,
    cause: "The last line of the export has no line feed, as mongoexport writes one.",
    nextStep: "compare the count of documents with the source: lines may be missing at the end")
  public static let nameImpossible = FindingDefinition(
    "dump.name-impossible", .failed, cause: "The dump names a database or collection that no server can hold.",
    nextStep: "find out who made this file")

  public static let empty = FindingDefinition(
    "dump.empty", .failed, cause: "The dump holds nothing to restore.",
    nextStep: "check which server, database and account the dump is made with")
  public static let onlyBookkeeping = FindingDefinition(
    "dump.only-bookkeeping", .inconclusive,
    cause: "The dump holds nothing but the server's own collections, which are counted, not restored.",
    nextStep: "test a dump of the data as well; restore this one by hand")
  public static let noDocuments = FindingDefinition(
    "dump.no-documents", .warning, cause: "The dump's collections are all empty.",
    nextStep: "check which database the dump is made from")
  public static let oplogNotReplayed = FindingDefinition(
    "dump.oplog-not-replayed", .warning,
    cause: "The dump holds operations that happened while it was made; they are counted, not replayed.",
    nextStep: "restore with `mongorestore --oplogReplay`; collections written meanwhile may differ from what was tested"
  )
  public static let bookkeeping = FindingDefinition(
    "dump.bookkeeping-not-restored", .none,
    cause: "The dump holds users, roles or settings of the server; they are counted, not restored.", nextStep: "")
  public static let documentRefused = FindingDefinition(
    "import.document-refused", .failed, cause: "The server refused documents of the dump.",
    nextStep: "look at the message; a `validate` of the source collection may say more")
  public static let documentNotTaken = FindingDefinition(
    "engine.document-not-taken", .inconclusive,
    cause: "A stand-in or an older server than the dump's refused documents.",
    nextStep: "install a mongod of the dump's version or newer")
  public static let duplicateKey = FindingDefinition(
    "import.duplicate-key", .failed, holdsWhenCut: true,
    cause: "Documents of a collection share a key that must be unique.",
    nextStep: "dump with --oplog, or from a server that is not written to meanwhile")
  public static let indexRefused = FindingDefinition(
    "import.index-refused", .failed, cause: "The server refused to build an index of the dump.",
    nextStep: "look at the message; the source's index may be one that this version no longer takes")
  public static let indexNotTaken = FindingDefinition(
    "engine.index-not-taken", .inconclusive,
    cause: "A stand-in or an older server than the dump's can't build an index of the dump.",
    nextStep: "install a mongod of the dump's version or newer")
  public static let collectionRefused = FindingDefinition(
    "engine.collection-not-made", .inconclusive, cause: "The server here could not make a collection or view.",
    nextStep: "install a mongod of the dump's version or newer")
  public static let oplogDecides = FindingDefinition(
    "engine.oplog-needed", .inconclusive,
    cause: "A unique index can't be built without replaying the dump's oplog, which is not done here.",
    nextStep: "restore with `mongorestore --oplogReplay` and compare")
  public static let validationFailed = FindingDefinition(
    "verify.validation-failed", .failed, cause: "The server's own validation finds a restored collection damaged.",
    nextStep: "run `validate` on the source collection as well")
  public static let standIn = FindingDefinition(
    "engine.stand-in", .warning, cause: "A server that speaks MongoDB's protocol was used instead of MongoDB's own.",
    nextStep: "install mongod for a test with MongoDB itself")

  public static let all = dumpFindings + importFindings + verifyFindings + engineFindings
  private static let dumpFindings = [
    archiveDamaged, checksum, documentDamaged, metadataDamaged, metadataMissing, indexesUnknown, dropped, noIdentifiers,
    documentsMissing, memberUnknown, memberDamaged, memberTwice, exchanged, newlineMissing, nameImpossible, empty,
    noDocuments,
    oplogNotReplayed,
    bookkeeping, onlyBookkeeping,
  ]
  private static let importFindings = [
    documentRefused, documentNotTaken, duplicateKey, indexRefused, indexNotTaken, collectionRefused, oplogDecides,
  ]
  private static let verifyFindings = [
    validationFailed
  ]
  private static let engineFindings = [
    standIn
  ]
}
