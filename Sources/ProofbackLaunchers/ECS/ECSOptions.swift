import Foundation
import ProofbackCore

/// The closed schema of a workplace on ECS.
struct ECSOptions: Sendable, Equatable {
  /// As ECS names it.
  enum Capacity: String, Sendable {
    case ec2 = "EC2"
    case fargate = "FARGATE"

    /// As people name it.
    var name: String { rawValue.lowercased() }
  }

  var access: AWSAccess
  var keys: NarrowKeys
  var region: String
  var cluster: String
  var capacity: Capacity
  /// With the DBMS and all that a worker needs but its program, which the server gives.
  var image: String
  /// Of the DBMS, for its containers in a task on Fargate; nil: what the restore test names or `image`.
  var databaseImage: String?
  var subnets: [String]
  var securityGroups: [String]
  var hasPublicAddress: Bool
  /// For pulling the image and writing logs; the task itself has no role.
  var executionRole: String?
  var logGroup: String?

  static let all =
    [
      KindOption("region", "Region", hint: "eu-central-1", isRequired: true, longest: 30),
      KindOption(
        "cluster", "Cluster", hint: "Its name.", isRequired: true, longest: 255),
      KindOption(
        "capacity", "Capacity",
        hint:
          "On Fargate the DBMS is in a container beside the worker's and shares its network: only restore tests that chose that (“a neighbour, less sealed”) run there.",
        .choice([
          .init("ec2", "the cluster's instances, in privileged containers"),
          .init("fargate", "Fargate, in plain containers"),
        ])),
      KindOption(
        "image", "Container image",
        hint:
          "registry.example.org/proofback-worker:1: the DBMS and what a worker needs. Its program comes from this server.",
        isRequired: true, longest: 500),
      KindOption(
        "databaseImage", "Image of the DBMS",
        hint: "On Fargate, for restore tests that name none: mariadb:11.8. Empty: the container image has it.",
        longest: 500),
      KindOption("subnets", "Subnets", hint: "subnet-0123456789abcdef0", isRequired: true, longest: 500),
      KindOption(
        "securityGroups", "Security groups", hint: "sg-0123456789abcdef0. Nothing has to come in.", isRequired: true,
        longest: 300),
      KindOption(
        "publicAddress", "Public address", hint: "On Fargate, in a subnet without a NAT gateway.",
        .choice([.init("no", "none"), .init("yes", "a public address for each task")])
      ).folded,
      KindOption(
        "executionRole", "Execution role",
        hint:
          "arn:aws:iam::123456789012:role/ecsTaskExecutionRole, for private registries and logs. Tasks themselves have no role.",
        longest: 300
      ).folded,
      KindOption(
        "logGroup", "Log group", hint: "Of CloudWatch. Empty: what containers print is not kept.", longest: 500
      ).folded,
    ] + ([LookFirst.option] + NarrowKeys.options + AWSAccess.options).map(\.folded)

  /// - Throws: `OptionProblem`.
  init(_ options: [String: String]) throws {
    access = try AWSAccess(options)
    keys = try NarrowKeys(options)
    let regions = try AWSRegions(options, option: "region")
    guard regions.all.count == 1 else {
      throw OptionProblem("region", "it is more than one", hint: "a cluster is in one")
    }
    region = regions.all[0]
    cluster = options["cluster"] ?? ""
    try OptionCheck.matches("cluster", cluster, /[A-Za-z0-9_-]{1,255}/, "proofback")
    image = options["image"] ?? ""
    for (name, value) in [("image", image), ("databaseImage", options["databaseImage"])] {
      guard let value else { continue }
      try OptionCheck.matches(
        name, value, /[A-Za-z0-9][A-Za-z0-9._\/:@-]{0,499}/, "registry.example.org/proofback-worker:1")
    }
    databaseImage = options["databaseImage"]
    let named = (options["capacity"] ?? "ec2").trimmingCharacters(in: .whitespaces).uppercased()
    guard let capacity = Capacity(rawValue: named) else {
      throw OptionProblem(
        "capacity", "\(UntrustedText.line(named.lowercased(), limit: 20)) is none", hint: "ec2 or fargate")
    }
    self.capacity = capacity
    subnets = AWSRegions.list(options["subnets"])
    for subnet in subnets {
      try OptionCheck.matches("subnets", subnet, /subnet-[0-9a-f]{8,17}/, "subnet-0123456789abcdef0")
    }
    securityGroups = AWSRegions.list(options["securityGroups"])
    for group in securityGroups {
      try OptionCheck.matches("securityGroups", group, /sg-[0-9a-f]{8,17}/, "sg-0123456789abcdef0")
    }
    guard !subnets.isEmpty else { throw OptionProblem("subnets", "it is empty") }
    guard !securityGroups.isEmpty else { throw OptionProblem("securityGroups", "it is empty") }
    let address = options["publicAddress"] ?? "no"
    guard ["yes", "no"].contains(address) else {
      throw OptionProblem("publicAddress", "\(UntrustedText.line(address, limit: 20)) is neither yes nor no")
    }
    hasPublicAddress = address == "yes"
    guard !hasPublicAddress || capacity == .fargate else {
      throw OptionProblem("publicAddress", "tasks on instances can have none", hint: "give the subnet a NAT gateway")
    }
    executionRole = options["executionRole"]
    if let executionRole {
      try OptionCheck.matches(
        "executionRole", executionRole, /arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_\/-]{1,200}/,
        "arn:aws:iam::123456789012:role/ecsTaskExecutionRole")
    }
    logGroup = options["logGroup"]
    if let logGroup { try OptionCheck.matches("logGroup", logGroup, /[A-Za-z0-9._\/#-]{1,500}/, "/proofback") }
  }
}
