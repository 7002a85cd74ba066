/// What can go wrong around a worker: always our own trouble.
public enum WorkerFindings {
  public static let died = FindingDefinition(
    "run.worker-died", .inconclusive,
    cause: "The worker process ended without a report: it crashed, was killed, or could not be started.",
    nextStep: "look at the evidence and the system's log (out of memory?), then run the test again")
  public static let noFolder = FindingDefinition(
    "run.no-folder", .inconclusive,
    cause: "The run's folder could not be made in the state folder.",
    nextStep: "check the state folder's owner and permissions and the space on its file system")
  public static let noNamespace = FindingDefinition(
    "run.no-namespace", .inconclusive,
    cause: "The worker was not started in a mount namespace of its own, where its keys would vanish with it.",
    nextStep:
      "`proofback doctor` says whether namespaces work here, and how to allow them; where there can be none, as in a "
      + "plain container, let runs be carried out in a workplace elsewhere")
  public static let badAssignment = FindingDefinition(
    "run.bad-assignment", .inconclusive,
    cause: "The worker was given no assignment on its standard input, or one that it can't read.",
    nextStep: "start runs with `proofback run`; server and worker must be of the same version")

  public static let reportCut = FindingDefinition(
    "run.report-cut", .warning, cause: "The report was too long, and its inventory was left out.",
    nextStep: "test the databases of this backup one by one to see their tables")

  public static let all = [died, noFolder, noNamespace, badAssignment, reportCut]
}
