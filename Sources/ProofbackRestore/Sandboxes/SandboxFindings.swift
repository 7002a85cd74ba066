public import ProofbackCore

/// What a sandbox can say of a run: that it could not be carried out, and of which image it was.
public enum SandboxFindings {
  public static let diskLimit = FindingDefinition(
    "limit.disk", .inconclusive,
    cause: "What was restored reached the run's disk limit, or the file system had no more than its reserve left.",
    nextStep: "give the run more room with --disk, or free space where the state folder lies")
  public static let memoryLimit = FindingDefinition(
    "limit.memory", .inconclusive,
    cause: "The programs in the sandbox needed more memory than the run may have.",
    nextStep: "give the run more memory with --memory")
  public static let processLimit = FindingDefinition(
    "limit.processes", .inconclusive,
    cause: "The programs in the sandbox started more processes and threads than the run may have; "
      + "a DBMS does not, so something in the dump may have.",
    nextStep: "look at the other findings: a dump that starts programs can't be trusted")
  public static let unavailable = FindingDefinition(
    "sandbox.unavailable", .inconclusive,
    cause: "The sandbox could not be made here: a program is missing, or the system refuses namespaces.",
    nextStep: "proofback doctor says what is missing and the command that installs it")
  public static let broken = FindingDefinition(
    "sandbox.broken", .inconclusive,
    cause: "Something in the sandbox that is ours and not the backup's did not work.",
    nextStep: "run the test again; if it stays, look at the evidence")

  public static let noServer = FindingDefinition(
    "sandbox.image-without-server", .inconclusive,
    cause: "The image has no server that the backup can be restored into.",
    nextStep: "name an image of the DBMS that the backup comes from")
  public static let noTool = FindingDefinition(
    "sandbox.image-without-tool", .inconclusive,
    cause: "The image has the server, and not a tool that the backup needs as well.",
    nextStep: "name an image that has the tool too, or make one: a Dockerfile with FROM and its package")
  public static let noRule = FindingDefinition(
    "sandbox.no-image", .inconclusive, cause: "No image is named, and no rule of the image table fits the backup.",
    nextStep: "name one with --image, or add a rule to the image table under Settings")
  public static let chosen = FindingDefinition(
    "sandbox.image-chosen", .none, cause: "Which image the backup was restored into, and why it was this one.",
    nextStep: "nothing; --image names another one")

  public static let all = [diskLimit, memoryLimit, processLimit, unavailable, broken, noServer, noTool, noRule, chosen]

  /// `finding`, one of these, as an error.
  static func trouble(_ finding: Finding) -> RunTrouble {
    let definition = (all + DockerFindings.all).first { $0.code == finding.code } ?? broken
    return RunTrouble(definition, finding.message, evidence: finding.evidence, hint: finding.hint)
  }
}
