/// Why a server ended a run that has no report of its own.
public enum ServerFindings {
  public static let cancelledEarly = FindingDefinition(
    "run.cancelled-early", .inconclusive, cause: "The run was cancelled while it waited for its turn.",
    nextStep: "run it again")
  public static let replaced = FindingDefinition(
    "run.replaced", .inconclusive,
    cause: "A newer run of the same restore test took the place of one that still waited.",
    nextStep: "see the newer run; if it happens often, let more runs go on at once (--runs)")
  public static let interrupted = FindingDefinition(
    "run.interrupted", .inconclusive, cause: "The server that carried the run out ended meanwhile.",
    nextStep: "run it again")
  public static let notAllowed = FindingDefinition(
    "run.not-allowed", .inconclusive,
    cause: "When its turn came, the run's location or one of its credentials was not allowed any more.",
    nextStep: "see what the message names: a manager may have taken it away")
  public static let wrongMasterKey = FindingDefinition(
    "vault.wrong-key", .inconclusive, cause: "The server's master key does not open a stored credential.",
    nextStep: "start the server with the master key that the credentials were sealed with")
  public static let internalError = FindingDefinition(
    "server.internal-error", .inconclusive, cause: "Something in the server itself failed.",
    nextStep: "run it again; if it stays, report it with the server's log")

  public static let all =
    [cancelledEarly, replaced, interrupted, notAllowed, wrongMasterKey, internalError] + PreflightFindings.all
}
