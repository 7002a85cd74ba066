public import ProofbackCore

/// What the sandbox of containers in one task can say of a run.
public enum SidecarFindings {
  public static let sharedNetwork = FindingDefinition(
    "sandbox.shared-network", .warning,
    cause:
      "The DBMS ran in a container beside the worker's, and containers of one task share their network: a program in the "
      + "dump could have reached whatever the task's security group lets it, and sent away what was restored.",
    nextStep:
      "let the task's security group reach nothing but the backup and the server; restore backups of strangers elsewhere"
  )
  public static let notMet = FindingDefinition(
    "sandbox.neighbour-missing", .inconclusive,
    cause: "A container of the task did not answer the worker: it did not start, or ended at once.",
    nextStep: "see the task's containers in ECS: an image that has no /bin/sh can't be used")
  public static let all = [sharedNetwork, notMet]
}
