/// What can go wrong between a server and a worker elsewhere: our own trouble, all of it.
public enum RemoteFindings {
  // MARK: On the run

  public static let noAddress = FindingDefinition(
    "worker.no-address", .inconclusive,
    cause: "A worker on another machine can't reach this server: it has no address of its own with TLS.",
    nextStep: "start the server with --tls-cert and --tls-key and a --public-url that the worker's network reaches")
  public static let notCome = FindingDefinition(
    "worker.not-come", .inconclusive,
    cause: "The machine was started, and no worker came for its assignment before the token ran out.",
    nextStep: "see the machine's console: did it boot, does its network reach the server's address?")
  public static let otherVersion = FindingDefinition(
    "worker.other-version", .inconclusive,
    cause: "The worker that came is of another version than the server, and could leave out what it does not know.",
    nextStep: "give the machine the worker that the server offers, or an image of the server's version")
  public static let secondClaim = FindingDefinition(
    "worker.second-claim", .inconclusive,
    cause: "The run's one-time token was shown with two different keys: somebody else has it. The run was ended.",
    nextStep:
      "find out who could read the token (user data, task definition, logs); the keys of this run may be known to others"
  )
  public static let silent = FindingDefinition(
    "worker.silent", .inconclusive,
    cause: "The worker on another machine gave no sign of life for as long as its lease. Its machine is destroyed.",
    nextStep: "see the machine's console and the network between it and the server, then run the test again")
  public static let overdue = FindingDefinition(
    "worker.overdue", .inconclusive,
    cause: "The worker on another machine went on for longer than the run's limit of time allows.",
    nextStep: "run it again; if it stays, report it with the run's log")
  public static let notReported = FindingDefinition(
    "worker.not-reported", .inconclusive,
    cause: "The run was cancelled before its worker had come, or the worker did not report in time after that.",
    nextStep: "run it again")
  public static let clockSkew = FindingDefinition(
    "worker.clock-skew", .warning,
    cause: "The clock of the worker's machine is wrong. Ages were judged by the server's clock.",
    nextStep: "let the machine's image set its clock (chrony, systemd-timesyncd); signed requests to buckets need it")

  // MARK: At the worker

  public static let unreachable = FindingDefinition(
    "worker.server-unreachable", .inconclusive, cause: "The worker could not reach its server for too long.",
    nextStep: "see whether the machine's network and firewall let it out to the server's address")
  public static let wrongCertificate = FindingDefinition(
    "worker.wrong-certificate", .inconclusive,
    cause: "The server showed another certificate than the one that the worker was told to take. Nothing was sent.",
    nextStep: "start the run again if the certificate was renewed; else somebody stands between worker and server")
  public static let tokenExpired = FindingDefinition(
    "worker.token-expired", .inconclusive,
    cause: "The token was not used in time, its run has ended, or the server knows no such token.",
    nextStep: "run the test again: each token is for one worker of one run")
  public static let tokenUsed = FindingDefinition(
    "worker.token-used", .inconclusive, cause: "The token's assignment was fetched and confirmed already.",
    nextStep: "run the test again: each token is for one worker of one run")
  public static let tokenOfOtherRun = FindingDefinition(
    "worker.token-of-other-run", .inconclusive,
    cause: "The token is another run's than the one the worker was started for.",
    nextStep: "give each machine the token that was made for its run")
  public static let tooMany = FindingDefinition(
    "worker.too-many-requests", .inconclusive, cause: "Requests came faster than the server takes them.",
    nextStep: "wait as long as the answer says")
  public static let unknownTicket = FindingDefinition(
    "worker.run-over", .inconclusive,
    cause: "The server does not wait for this worker any more: the run has ended, or the server was started anew.",
    nextStep: "nothing; the worker ends, and its machine with it")
  public static let refused = FindingDefinition(
    "worker.refused", .inconclusive, cause: "The server did not take a request: it is not what a worker sends.",
    nextStep: "server and worker must be of the same version")

  public static let all = [
    noAddress, notCome, otherVersion, secondClaim, silent, overdue, notReported, clockSkew, unreachable,
    wrongCertificate, tokenExpired, tokenUsed, tokenOfOtherRun, tooMany, unknownTicket, refused,
  ]
}
