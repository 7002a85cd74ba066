import Foundation
import ProofbackCore

/// The closed schema of a workplace on EC2.
struct EC2Options: Sendable, Equatable {
  var access: AWSAccess
  var keys: NarrowKeys
  var regions: AWSRegions
  /// `ami-…`, or `resolve:ssm:/…`, a name that each region has an image of its own for.
  var image: String
  var rootDevice: String
  var subnet: String?
  var securityGroups: [String]
  var instanceProfile: String?
  var types: [MachineType]
  /// Debian's, that are installed at boot.
  var packages: [String]
  /// That the worker runs in a container of, with the DBMS and all that it needs but its program, which the server gives; nil:
  /// the instance has these itself.
  var containerImage: String?

  static let all =
    [
      AWSRegions.option,
      KindOption(
        "image", "Machine image",
        hint:
          "ami-0123456789abcdef0, or resolve:ssm:/aws/service/debian/release/12/latest/amd64. Which work: docs/aws.md.",
        isRequired: true, longest: 300),
      KindOption(
        "rootDevice", "The image's root device",
        .choice([.init("/dev/xvda", "/dev/xvda (Debian, Amazon Linux)"), .init("/dev/sda1", "/dev/sda1 (Ubuntu)")])
      ).folded,
      KindOption(
        "packages", "Packages installed at boot",
        hint:
          "Debian's: libmongoc-1.0-0 bubblewrap mariadb-server gnupg zstd. Empty: the image has all that a worker needs.",
        longest: 1000),
      KindOption(
        "containerImage", "Container image",
        hint:
          "registry.example.org/proofback-worker@sha256:…: the DBMS and what a worker needs, in a container of the instance's own Docker. The program comes from this server. Empty: the worker runs on the instance itself.",
        longest: 400),
      KindOption(
        "subnet", "Subnet", hint: "subnet-0123456789abcdef0. Empty: the region's default network.", longest: 60),
      KindOption(
        "securityGroups", "Security groups", hint: "sg-0123456789abcdef0. Nothing has to come in.", longest: 300),
      KindOption(
        "instanceProfile", "Instance profile",
        hint: "A name. Workers need none: leave it empty, unless your image does.",
        longest: 130
      ).folded,
      KindOption(
        "types", "Instance types",
        hint: "t3.medium, m6i.large: the cheapest that fits is taken. Empty: any of those that docs/aws.md lists.",
        longest: 500),
    ] + ([LookFirst.option] + NarrowKeys.options + AWSAccess.options).map(\.folded)

  /// - Throws: `OptionProblem`.
  init(_ options: [String: String]) throws {
    access = try AWSAccess(options)
    keys = try NarrowKeys(options)
    regions = try AWSRegions(options)
    image = options["image"] ?? ""
    try OptionCheck.matches(
      "image", image, /ami-[0-9a-f]{8,17}|resolve:ssm:[A-Za-z0-9_.\/:-]{1,250}/, "ami-0123456789abcdef0")
    rootDevice = options["rootDevice"] ?? "/dev/xvda"
    subnet = options["subnet"]
    if let subnet { try OptionCheck.matches("subnet", subnet, /subnet-[0-9a-f]{8,17}/, "subnet-0123456789abcdef0") }
    securityGroups = AWSRegions.list(options["securityGroups"])
    for group in securityGroups {
      try OptionCheck.matches("securityGroups", group, /sg-[0-9a-f]{8,17}/, "sg-0123456789abcdef0")
    }
    instanceProfile = options["instanceProfile"]
    if let instanceProfile {
      try OptionCheck.matches("instanceProfile", instanceProfile, /[A-Za-z0-9+=,.@_-]{1,128}/, "a name")
    }
    packages = AWSRegions.list(options["packages"])
    for package in packages {
      try OptionCheck.matches("packages", package, /[a-z0-9][a-z0-9+.-]{1,100}/, "mariadb-server")
    }
    containerImage = options["containerImage"]
    guard containerImage.map(ImageName.isName) ?? true else {
      throw OptionProblem(
        "containerImage", "\(UntrustedText.line(containerImage ?? "", limit: 60)) can't be one",
        hint: "for example registry.example.org/proofback-worker:1, or @sha256:… and 64 digits in place of :1")
    }
    types = try Self.types(options["types"])
    let isBound = subnet != nil || !securityGroups.isEmpty || image.hasPrefix("ami-")
    guard regions.all.count == 1 || !isBound else {
      throw OptionProblem(
        "regions", "an image, a subnet or a security group named by its id is of one region",
        hint: "make a workplace for each region, or use resolve:ssm: and the default network")
    }
  }

  private static func types(_ text: String?) throws -> [MachineType] {
    let names = AWSRegions.list(text)
    guard !names.isEmpty else { return MachineType.known }
    return try names.map { name in
      guard let type = MachineType.known.first(where: { $0.name == name }) else {
        throw OptionProblem(
          "types", "\(UntrustedText.line(name, limit: 40)) is not known here",
          hint: MachineType.known.map(\.name).joined(separator: ", "))
      }
      return type
    }
  }
}
