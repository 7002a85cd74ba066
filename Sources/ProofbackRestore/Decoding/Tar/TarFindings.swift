import ProofbackCore

/// What can be wrong with a tar.
public enum TarFindings {
  public static let truncated = FindingDefinition(
    "tar.truncated", .failed, cause: "The tar ends before its end mark.",
    nextStep: "look at how the file is written and transferred; compare its size with the original's")
  public static let damaged = FindingDefinition(
    "tar.damaged", .failed, cause: "A header of the tar does not match its checksum, or makes no sense.",
    nextStep: "make the backup again; if it happens again, check the storage that it lies on")
  public static let hostileName = FindingDefinition(
    "tar.hostile-name", .failed, holdsWhenCut: true, cause: "A member's name is absolute or leads out of its folder.",
    nextStep: "no backup tool writes such names: find out who made this file")
  public static let hostileMember = FindingDefinition(
    "tar.hostile-member", .failed, holdsWhenCut: true, cause: "The tar holds a link that leads out of it, or a device.",
    nextStep: "pack the dump's folder without links (`tar --dereference`), and find out how they came there")
  public static let linkPassedOver = FindingDefinition(
    "tar.link-passed-over", .warning, cause: "The tar holds a link to another of its files.",
    nextStep: "nothing, when what the link leads to is in the tar too; else pack it with `tar --dereference`")
  public static let unsupported = FindingDefinition(
    "tar.unsupported", .inconclusive,
    cause: "The tar uses a kind of member that is not read here (sparse, multi-volume).",
    nextStep: "pack the folder as a plain tar, without --sparse and --multi-volume")
  public static let trailingBytes = FindingDefinition(
    "tar.trailing-bytes", .failed, cause: "Something follows the tar's end mark.",
    nextStep: "two files may have been joined, or one written over another: make the backup again")

  public static let all = [truncated, damaged, hostileName, hostileMember, linkPassedOver, unsupported, trailingBytes]
}
