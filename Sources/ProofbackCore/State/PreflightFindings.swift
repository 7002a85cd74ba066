/// What a server sees before it starts a machine for a run.
public enum PreflightFindings {
  public static let seen = FindingDefinition(
    "preflight.no-machine", .none,
    cause: "No machine was started for the run: what the server saw at the backup's location decides.", nextStep: "")
  public static let tooLarge = FindingDefinition(
    "preflight.too-large", .inconclusive,
    cause:
      "By its file's size, by what the file's head says is inside, or by its last proven run, the run takes more disk than it may. No machine was started.",
    nextStep: "give the restore test more disk")
  public static let tooLong = FindingDefinition(
    "preflight.too-long", .inconclusive,
    cause: "By its file's size and its last proven run, the run takes longer than it may. No machine was started.",
    nextStep: "give the restore test more time, or let it sample (depth)")
  public static let sizeUnknown = FindingDefinition(
    "preflight.size-unknown", .none,
    cause: "How large the file is could not be told before a machine was started: it was chosen by the run's limits.",
    nextStep: "")

  public static let all = [seen, tooLarge, tooLong, sizeUnknown]
}
