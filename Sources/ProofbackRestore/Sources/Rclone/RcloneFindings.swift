import ProofbackCore

/// What rclone's backends can come to, besides what all locations and all places on the web can.
enum RcloneFindings {
  static let archived = FindingDefinition(
    "rclone.archived", .inconclusive,
    cause: "The object lies in an archive tier, from which it has to be fetched back before it can be read.",
    nextStep: "have it fetched back, or keep the newest backups in a tier that can be read at once")
  static let refused = FindingDefinition(
    "rclone.refused", .inconclusive, cause: "rclone could not read the place, for a reason that is not known.",
    nextStep: "see the evidence, and try the same place by hand: rclone lsl")

  static let all = [archived, refused]
}
