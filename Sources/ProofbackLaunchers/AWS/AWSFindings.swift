import ProofbackCore

/// What can go wrong between the server and AWS: our own trouble, all of it.
public enum AWSFindings {
  static let noTool = FindingDefinition(
    "aws.no-cli", .inconclusive, cause: "The AWS command line is not installed on the server.",
    nextStep: "install version 2 of the AWS command line (apt install awscli)")
  static let oddTool = FindingDefinition(
    "aws.cli-refused", .inconclusive,
    cause: "The AWS command line did not understand a request: it is too old, or too new.",
    nextStep: "install version 2 of the AWS command line, 2.9 or later")
  static let noCredentials = FindingDefinition(
    "aws.no-credentials", .inconclusive,
    cause: "The server has no credentials for AWS, or the profile that the workplace names is not there.",
    nextStep: "give the server an instance or task role, or log its user in (aws configure); see docs/aws.md")
  static let refusedCredentials = FindingDefinition(
    "aws.credentials-refused", .inconclusive, cause: "AWS does not know the server's credentials, or they ran out.",
    nextStep: "log the server's user in anew, or see why its role's credentials are not renewed")
  static let clock = FindingDefinition(
    "aws.clock-skew", .inconclusive,
    cause: "AWS refused a request whose time is not its own: the server's clock is wrong.",
    nextStep: "set the server's clock (chrony, systemd-timesyncd)")
  static let notAllowed = FindingDefinition(
    "aws.not-allowed", .inconclusive, cause: "The server's AWS account may not do what the launcher has to.",
    nextStep: "allow it what docs/aws.md lists")
  static let noCapacity = FindingDefinition(
    "aws.no-capacity", .inconclusive, cause: "AWS has no machine free of any kind that was allowed and would do.",
    nextStep: "run it again later, allow more instance types, or use a subnet in another availability zone")
  static let quota = FindingDefinition(
    "aws.quota", .inconclusive, cause: "The account runs as many machines as AWS lets it.",
    nextStep: "ask AWS for a higher quota, or lower the workplace's number of runs at once")
  static let throttled = FindingDefinition(
    "aws.throttled", .inconclusive, cause: "AWS answered, time and again, that requests come too fast.",
    nextStep: "run it again later; see what else asks AWS so often in this account")
  static let unreachable = FindingDefinition(
    "aws.unreachable", .inconclusive, cause: "AWS could not be reached, or did not answer in time.",
    nextStep:
      "see whether the server's network reaches it, and whether the workplace's region is spelt as AWS spells it")
  static let noRegion = FindingDefinition(
    "aws.no-region", .inconclusive, cause: "AWS has no region of the name that the workplace has.",
    nextStep: "correct the workplace's region: eu-central-1, us-east-1")
  static let unavailable = FindingDefinition(
    "aws.unavailable", .inconclusive, cause: "AWS had trouble of its own.", nextStep: "run it again later")
  static let noImage = FindingDefinition(
    "aws.no-image", .inconclusive, cause: "The machine image that the workplace names is not there.",
    nextStep: "choose one of the region's; a name that begins with resolve:ssm: means the same in all regions")
  static let noNetwork = FindingDefinition(
    "aws.no-network", .inconclusive,
    cause: "The subnet or a security group that the workplace names is not there, or the subnet is full.",
    nextStep: "choose ones of the workplace's region that belong to the same network")
  static let noType = FindingDefinition(
    "aws.no-instance-type", .inconclusive,
    cause: "The region has none of the instance types that were allowed and would do.",
    nextStep: "allow others under Workplaces")
  static let tooSmall = FindingDefinition(
    "aws.too-small", .inconclusive, cause: "None of the allowed instance types is large enough for the run.",
    nextStep: "allow larger ones under Workplaces, or lower the memory that the restore test asks for")
  static let noCluster = FindingDefinition(
    "aws.no-cluster", .inconclusive, cause: "The cluster that the workplace names is not there.",
    nextStep: "make it (aws ecs create-cluster), or correct the workplace's cluster and region")
  static let refused = FindingDefinition(
    "aws.refused", .inconclusive, cause: "AWS refused a request for a reason that is named by its code.",
    nextStep: "look the code up in AWS's list of errors, and correct the workplace")
  static let oddAnswer = FindingDefinition(
    "aws.odd-answer", .inconclusive, cause: "AWS, or what answers in its place, answered something unexpected.",
    nextStep: "see the server's log; a newer or older version of the AWS command line may help")
  static let machineEnded = FindingDefinition(
    "aws.machine-ended", .inconclusive, cause: "The run's machine ended before its worker reported.",
    nextStep: "see the evidence for AWS's reason; run it again")
  static let noContainer = FindingDefinition(
    "aws.no-container", .inconclusive,
    cause: "The machine could not run a container of an image that the workplace or the run names.",
    nextStep: "see the evidence for what was said of the image; which images work is in docs/aws.md")
  static let sidecarNotChosen = FindingDefinition(
    "aws.sidecar-not-chosen", .inconclusive,
    cause:
      "The workplace's tasks are on Fargate, where the DBMS shares the task's network, and the restore test has not agreed to that.",
    nextStep: "choose the sandbox `sidecar` for the restore test, or a workplace with instances")
  static let noSandbox = FindingDefinition(
    "aws.no-sandbox", .inconclusive,
    cause: "The restore test asks for a sandbox that there is not where the workplace's workers run.",
    nextStep: "choose another for the restore test, or a workplace that has it; which have which is in docs/aws.md")
  static let noDesk = FindingDefinition(
    "aws.no-desk", .inconclusive, cause: "This program does not let workers fetch their assignment.",
    nextStep: "start runs in workplaces elsewhere from a server (proofback serve)")
  static let machine = FindingDefinition(
    "aws.machine", .none, cause: "On which machine the run was carried out, and why on that one.", nextStep: "")
  static let narrowKey = FindingDefinition(
    "aws.key-narrowed", .none,
    cause:
      "The worker was not given the stored key, but one that opens what the run reads, for as long as it may last.",
    nextStep: "")
  static let wholeKey = FindingDefinition(
    "aws.key-whole", .none,
    cause: "The worker was given the stored key as it is: there is nobody who would narrow it.", nextStep: "")
  static let noNarrowKey = FindingDefinition(
    "aws.no-narrow-key", .inconclusive,
    cause:
      "The stored key to the bucket was not narrowed to what the run reads, and the workplace gives workers no other.",
    nextStep:
      "use the key of an IAM user who may do sts:GetFederationToken, or name a role for buckets in the workplace; or choose there that such keys go to workers as they are"
  )
  static let keyNotNarrowed = FindingDefinition(
    "aws.key-not-narrowed", .warning,
    cause: "The worker was given the stored key as it is: AWS did not narrow it.",
    nextStep:
      "use the key of an IAM user who may do sts:GetFederationToken, or name a role for buckets; see docs/aws.md")

  public static let all = [
    noTool, oddTool, noCredentials, refusedCredentials, clock, notAllowed, noCapacity, quota, throttled, unreachable,
    noRegion,
    unavailable, noImage, noNetwork, noType, tooSmall, noCluster, refused, oddAnswer, machineEnded, noContainer,
    sidecarNotChosen, noSandbox, noDesk, machine,
    narrowKey, wholeKey, noNarrowKey, keyNotNarrowed,
  ]
}
