public import ProofbackCore

/// What the engine finds in the server's own files: backups of mariadb-backup and xtrabackup, and copies of a data folder.
public enum PhysicalFindings {
  public static let streamCut = FindingDefinition(
    "mysql.stream-truncated", .failed, cause: "The xbstream ends before the end of a file in it.",
    nextStep: "the stream or its transfer was cut off: look at the job's exit codes and messages, and back up again")
  public static let streamDamaged = FindingDefinition(
    "mysql.stream-damaged", .failed,
    cause: "A chunk of the xbstream does not match its checksum, is missing, or makes no sense.",
    nextStep: "the file was changed after it was written: back up again, and check where it is kept")
  public static let hostileName = FindingDefinition(
    "mysql.hostile-name", .failed, holdsWhenCut: true,
    cause: "A file in the xbstream has a name that is absolute or leads out of its folder.",
    nextStep: "no backup tool writes such names: find out who made this file")
  public static let incomplete = FindingDefinition(
    "mysql.backup-incomplete", .failed,
    cause:
      "The physical backup lacks files that its tool always writes, most of them last: it did not come to its end.",
    nextStep: "look for `completed OK!` at the end of the tool's messages, and back up again")
  public static let logShort = FindingDefinition(
    "mysql.log-short", .failed, cause: "The redo log of the backup ends before the place up to which it is needed.",
    nextStep: "look at the tool's messages; make the source's redo log larger if it was overwritten too fast")
  public static let fileMissing = FindingDefinition(
    "mysql.file-missing", .failed, cause: "A table of the physical backup lacks one of its files.",
    nextStep: "the file was lost while the backup was copied or packed: back up again")
  public static let fileEmpty = FindingDefinition(
    "mysql.file-empty", .failed, cause: "A file of the physical backup is empty that never is.",
    nextStep: "a full disk or an aborted copy leaves such files: back up again")
  public static let fileCut = FindingDefinition(
    "mysql.file-truncated", .failed, cause: "A tablespace is shorter than its own first page says.",
    nextStep: "the file was cut off by a full disk or an aborted copy: back up again")
  public static let pageDamaged = FindingDefinition(
    "mysql.page-damaged", .failed, cause: "Pages of a tablespace do not match their checksums (innochecksum).",
    nextStep: "run innochecksum on the source's files, look at its disks, and back up again")
  public static let pageLost = FindingDefinition(
    "mysql.page-lost", .failed,
    cause: "Pages that a tablespace says are in use are all zero, or another page stands in their place.",
    nextStep: "a disk or a copy lost blocks, or made holes of them: check both, and back up again")
  public static let prepareFailed = FindingDefinition(
    "mysql.prepare-failed", .failed,
    cause: "The backup cannot be prepared: its redo log can't be applied to its files.",
    nextStep: "see the tool's own words in the evidence, and back up again")
  public static let startFailed = FindingDefinition(
    "mysql.start-failed", .failed, cause: "The server does not start on the backup's files.",
    nextStep: "see the server's own words in the evidence, and back up again")
  public static let crashed = FindingDefinition(
    "mysql.server-crashed", .failed, cause: "The server crashes while it reads the backup's tables: they are damaged.",
    nextStep: "see the server's own words in the evidence; check the source with CHECK TABLE, and back up again")
  public static let incremental = FindingDefinition(
    "mysql.incremental", .inconclusive,
    cause: "An incremental backup holds changes only; it can be restored together with its base and nothing else.",
    nextStep: "test the full backup; to prove the chain, merge it (--prepare --incremental-dir) and test the result")
  public static let encrypted = FindingDefinition(
    "mysql.encrypted-files", .inconclusive,
    cause: "Files of the physical backup are encrypted by the tool or by the server, with a key that is not here.",
    nextStep: "decrypt with the tool that encrypted (xbcrypt), or test it where the server's keys are")
  public static let compressed = FindingDefinition(
    "mysql.compressed-files", .inconclusive,
    cause: "Files of the physical backup are compressed one by one in a format whose tool is not installed here.",
    nextStep: "install the tool that the message names, or compress the whole backup with zstd instead")
  public static let otherVersion = FindingDefinition(
    "mysql.other-version", .inconclusive,
    cause: "A physical backup can be restored by a server like its own only, which is not installed here.",
    nextStep: "test it where the server that the message names is installed")
  public static let outside = FindingDefinition(
    "mysql.data-directory", .warning,
    cause: "Tables of the source lie outside of its data folder; the backup says where, and that was left out.",
    nextStep: "when you restore, make the folders that CREATE TABLE … DATA DIRECTORY names")
  public static let partial = FindingDefinition(
    "mysql.partial", .warning, cause: "The physical backup was asked for some databases or tables only.",
    nextStep: "make sure that the others are backed up elsewhere; accounts stand in the database `mysql`")
  public static let copied = FindingDefinition(
    "mysql.copied-folder", .warning,
    cause: "The backup is a copy of the server's data folder, not made by a backup tool: it restored this time.",
    nextStep: "unless the server was stopped or the copy is of one snapshot, use mariadb-backup or xtrabackup")
  public static let prepared = FindingDefinition(
    "mysql.prepared", .none, cause: "The redo log was applied, and no page's checksum is wrong.", nextStep: "")
  public static let tablesRead = FindingDefinition(
    "mysql.tables-read", .none, cause: "Every table of the physical backup was opened and read.", nextStep: "")

  public static let all = [
    streamCut, streamDamaged, hostileName, incomplete, logShort, fileMissing, fileEmpty, fileCut, pageDamaged, pageLost,
    prepareFailed, startFailed, crashed, incremental, encrypted, compressed, otherVersion, outside, partial, copied,
    prepared, tablesRead,
  ]
}
