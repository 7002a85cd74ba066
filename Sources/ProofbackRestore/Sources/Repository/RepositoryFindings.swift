import ProofbackCore

/// What repositories of backup programs can come to, besides what all locations can.
enum RepositoryFindings {
  static let noPassword = FindingDefinition(
    "repository.no-password", .inconclusive, cause: "The repository is locked with a password, and none was given.",
    nextStep: "give a file with it with --repository-password; on a server choose it at the backup server")
  static let passwordWrong = FindingDefinition(
    "repository.password-wrong", .inconclusive, cause: "The password that was given does not open the repository.",
    nextStep: "give the password that the backup job uses; try it by hand: restic snapshots, or borg list")
  static let keyMissing = FindingDefinition(
    "repository.key-missing", .inconclusive,
    cause: "The repository's key is not kept in it (borg's keyfile modes), and Proofback has no such file.",
    nextStep:
      "keep the key in the repository (borg key change-location repokey), or test on the machine that has the file")
  static let missing = FindingDefinition(
    "repository.missing", .failed, holdsWhenCut: true,
    cause: "The place answers, and there is no repository of this program.",
    nextStep: "see whether repository= is spelt right; if it is, the backups are gone with their repository")
  static let noSnapshot = FindingDefinition(
    "repository.no-snapshot", .failed, holdsWhenCut: true,
    cause: "The repository can be read, and holds no snapshot (archive) of those that are asked for.",
    nextStep: "see whether the backup job ran, and whether host=, tag= or archives= are spelt as it writes them")
  static let pathMissing = FindingDefinition(
    "repository.path-missing", .failed, holdsWhenCut: true, cause: "The snapshot (archive) does not hold this path.",
    nextStep: "list what it holds: restic ls, or borg list; a path that a job left out is in no backup")
  static let damaged = FindingDefinition(
    "repository.damaged", .failed, cause: "Data of the repository is missing or was changed after it was written.",
    nextStep: "see how much is hurt: restic check --read-data, or borg check --verify-data; back up anew, elsewhere")
  static let locked = FindingDefinition(
    "repository.locked", .inconclusive,
    cause: "A program holds the repository for itself alone, so that what is read may change under our eyes.",
    nextStep:
      "run the test when backup and pruning have ended; a lock that was left behind is removed by restic unlock, or borg break-lock"
  )
  static let changed = FindingDefinition(
    "repository.changed", .inconclusive,
    cause: "Data was missing while the repository was read, and a program had taken some out of it meanwhile.",
    nextStep: "run the test again, and at another time than pruning: what is damaged is so the next time, too")
  static let notEncrypted = FindingDefinition(
    "repository.not-encrypted", .inconclusive,
    cause: "A password was given, and the repository is not encrypted: it may be another than the one that is meant.",
    nextStep: "see who made this repository; if it is the right one, leave the password out")
  static let unsupported = FindingDefinition(
    "repository.unsupported", .inconclusive,
    cause: "The program of this machine does not understand the repository, or not the program at the other end.",
    nextStep: "install a version here that is at least as new as the one that writes the repository")
  static let unreadable = FindingDefinition(
    "repository.unreadable", .inconclusive, cause: "The repository could not be read, for a reason that is not known.",
    nextStep: "see the evidence, and try the same by hand: restic snapshots, or borg list")

  static let all = [
    noPassword, passwordWrong, keyMissing, missing, noSnapshot, pathMissing, damaged, locked, changed, notEncrypted,
    unsupported, unreadable,
  ]
}
