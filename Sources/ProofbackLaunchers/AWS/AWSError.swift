import Foundation
import ProofbackCore

/// A request that AWS, or its command line, did not carry out.
struct AWSError: Error, Sendable, Equatable {
  /// The command line's own exit codes, version 2 (docs.aws.amazon.com/cli, "Return codes").
  enum Exit {
    static let usage: Int32 = 252
    static let configuration: Int32 = 253
  }

  /// Service and operation as the command line has them: `ec2 run-instances`.
  var operation: String
  var region: String
  /// AWS's error code; nil when it did not answer.
  var code: String?
  /// As it may be shown.
  var message: String
  var exit: Int32

  init(operation: String, region: String, code: String?, message: String, exit: Int32) {
    self.operation = operation
    self.region = region
    self.code = code
    self.message = UntrustedText.line(message, limit: 300)
    self.exit = exit
  }

  /// Reads what the command line says: `An error occurred (CODE) when calling the RunInstances operation: …`.
  init(operation: String, region: String, errorText: String, exit: Int32) {
    let lines = errorText.split(whereSeparator: \.isNewline).map(String.init)
    let line = lines.last { $0.hasPrefix(Self.beginning) } ?? lines.last ?? ""
    var code: String?
    var message = line
    if let match = line.prefixMatch(of: /An error occurred \(([A-Za-z0-9_.:-]{1,100})\) when calling[^:]*: ?/) {
      code = String(match.1)
      message = String(line[match.range.upperBound...])
    }
    self.init(operation: operation, region: region, code: code, message: message, exit: exit)
  }

  private static let beginning = "An error occurred ("

  /// Whether the same request may be carried out a little later.
  var mayPass: Bool { code.map { [.throttled, .unavailable].contains(Self.codes[$0]) } ?? false }
  /// Whether it came too fast, and was therefore not carried out.
  var isThrottling: Bool { code.map { Self.codes[$0] == .throttled } ?? false }
  /// Whether another instance type may have room.
  var isAboutType: Bool { code.map { [.noCapacity, .noType].contains(Self.codes[$0]) } ?? false }
  /// Whether the region has no such instance type, whoever asks and when.
  var isUnknownType: Bool { code == "InvalidInstanceType" }

  var trouble: RunTrouble {
    let what = "\(operation) in \(region)"
    guard let code else {
      let definition =
        switch exit {
        case Exit.usage: AWSFindings.oddTool
        case Exit.configuration: AWSFindings.noCredentials
        default: AWSFindings.unreachable
        }
      return RunTrouble(
        definition, "\(what) was not carried out", evidence: [message],
        canRetry: definition.code == AWSFindings.unreachable.code)
    }
    let kind = Self.kind(code, message)
    let definition = kind.definition
    return RunTrouble(
      definition, "AWS answered \(code) to \(what)", evidence: message.isEmpty ? [] : [message], canRetry: kind.mayPass)
  }

  // MARK: Codes

  private static func kind(_ code: String, _ message: String) -> Kind {
    let said = message.lowercased()
    switch code {
    // Which of both it is, the message alone tells ("Signature Version 4", troubleshooting).
    case "InvalidSignatureException", "SignatureDoesNotMatch":
      return ["signature expired", "signature not yet current"].contains { said.contains($0) } ? .clock : .credentials
    // ECS's word for whatever EC2 says of a task's network.
    case "InvalidParameterException":
      return ["subnet", "security group", "securitygroup"].contains { said.contains($0) } ? .noNetwork : .refused
    default: return codes[code] ?? .refused
    }
  }

  private enum Kind: Sendable {
    case credentials, clock, notAllowed, noCapacity, quota, throttled, unavailable, noImage, noNetwork, noType,
      noCluster
    case refused

    var definition: FindingDefinition {
      switch self {
      case .credentials: AWSFindings.refusedCredentials
      case .clock: AWSFindings.clock
      case .notAllowed: AWSFindings.notAllowed
      case .noCapacity: AWSFindings.noCapacity
      case .quota: AWSFindings.quota
      case .throttled: AWSFindings.throttled
      case .unavailable: AWSFindings.unavailable
      case .noImage: AWSFindings.noImage
      case .noNetwork: AWSFindings.noNetwork
      case .noType: AWSFindings.noType
      case .noCluster: AWSFindings.noCluster
      case .refused: AWSFindings.refused
      }
    }

    var mayPass: Bool { [.noCapacity, .quota, .throttled, .unavailable].contains(self) }
  }

  /// "Error codes for the Amazon EC2 API" (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html) and "Common
  /// error types" of the ECS API.
  private static let codes: [String: Kind] = [
    "AuthFailure": .credentials, "InvalidClientTokenId": .credentials, "UnrecognizedClientException": .credentials,
    "ExpiredToken": .credentials, "ExpiredTokenException": .credentials, "InvalidAccessKeyId": .credentials,
    "IncompleteSignature": .credentials,
    "MissingAuthenticationToken": .credentials, "InvalidToken": .credentials,
    "RequestExpired": .clock, "RequestTimeTooSkewed": .clock,
    "UnauthorizedOperation": .notAllowed, "AccessDenied": .notAllowed, "AccessDeniedException": .notAllowed,
    "OptInRequired": .notAllowed, "NotAuthorized": .notAllowed, "Blocked": .notAllowed,
    "PendingVerification": .notAllowed,
    "InsufficientInstanceCapacity": .noCapacity, "InsufficientHostCapacity": .noCapacity,
    "InsufficientCapacity": .noCapacity, "InsufficientCapacityOnHost": .noCapacity,
    "InsufficientVolumeCapacity": .noCapacity,
    "InstanceLimitExceeded": .quota, "VcpuLimitExceeded": .quota, "VolumeLimitExceeded": .quota,
    "MaxIOPSLimitExceeded": .quota, "LimitExceededException": .quota,
    "RequestLimitExceeded": .throttled, "Throttling": .throttled, "ThrottlingException": .throttled,
    "TooManyRequestsException": .throttled, "EC2ThrottledException": .throttled,
    "InternalError": .unavailable, "InternalFailure": .unavailable, "Unavailable": .unavailable,
    "ServiceUnavailable": .unavailable, "ServerException": .unavailable, "ServiceUnavailableException": .unavailable,
    "InvalidAMIID.NotFound": .noImage, "InvalidAMIID.Malformed": .noImage, "InvalidAMIID.Unavailable": .noImage,
    "InvalidSubnetID.NotFound": .noNetwork, "InvalidSubnetId.Malformed": .noNetwork, "InvalidSubnet": .noNetwork,
    "InvalidGroup.NotFound": .noNetwork, "InvalidGroupId.Malformed": .noNetwork,
    "InvalidSecurityGroupID.NotFound": .noNetwork, "InvalidSecurity.RequestHasExpired": .clock,
    "InsufficientFreeAddressesInSubnet": .noNetwork, "VPCIdNotSpecified": .noNetwork, "MissingInput": .noNetwork,
    "Unsupported": .noType, "InvalidInstanceType": .noType, "UnsupportedOperation": .noType,
    "ClusterNotFoundException": .noCluster,
  ]
}
