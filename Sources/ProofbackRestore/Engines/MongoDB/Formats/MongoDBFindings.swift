import ProofbackCore

/// What an engine for MongoDB can find. Where codes of all engines say it, theirs are used.
public enum MongoDBFindings {
  public static let truncated = FindingDefinition(
    "dump.truncated", .failed, cause: "The dump ends before it is complete.",
    nextStep: "look at how the dump is written and transferred: disk space, quota, a connection that broke")
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
    "dump.metadata-missing", .failed, cause: "A collection has documents, but the file with its indexes is missing.",
    nextStep: "pack the whole folder that mongodump wrote")
  public static let documentsMissing = FindingDefinition(
    "dump.documents-missing", .failed, cause: "A collection is described, but the file with its documents is missing.",
    nextStep: "pack the whole folder that mongodump wrote")
  public static let memberUnknown = FindingDefinition(
    "dump.file-unknown", .warning, cause: "The folder holds a file that mongodump does not write.",
    nextStep: "keep other files out of the dump's folder")
  public static let memberTwice = FindingDefinition(
    "dump.file-twice", .failed, cause: "The folder holds the same collection twice.",
    nextStep: "write every dump into an empty folder, and pack one kind (gzipped or not)")
  public static let newlineMissing = FindingDefinition(
    "dump.newline-missing", .warning, cause: "The last line of the export has no line feed, as mongoexport writes one.",
    nextStep: "compare the count of documents with the source: lines may be missing at the end")
  public static let nameImpossible = FindingDefinition(
    "dump.name-impossible", .failed, cause: "The dump names a database or collection that no server can hold.",
    nextStep: "find out who made this file")

  public static let all = [
    truncated, archiveDamaged, checksum, documentDamaged, metadataDamaged, metadataMissing, documentsMissing,
    memberUnknown, memberTwice, newlineMissing, nameImpossible,
  ]
}
