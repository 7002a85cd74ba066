// The API names its fields so.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import ProofbackCore

/// The parts of STS's API that are used, in its own spelling (docs.aws.amazon.com/STS/latest/APIReference).
enum STS {
  /// Seconds that a federated user's key may last.
  static let federation = 900...129_600
  /// Seconds that a role's key may last.
  static let role = 900...43_200
  /// Of roles that say nothing else.
  static let usual = 3600
  /// In the account's own trail.
  private static let caller = "proofback"

  struct GetFederationToken: Encodable {
    var Name = caller
    var Policy: String
    var DurationSeconds: Int
  }

  struct AssumeRole: Encodable {
    var RoleArn: String
    var RoleSessionName = caller
    var Policy: String
    var DurationSeconds: Int
  }

  struct Answer: Decodable, Sendable {
    struct Credentials: Decodable, Sendable {
      var AccessKeyId: String
      var SecretAccessKey: String
      var SessionToken: String
      var key: CloudKey { CloudKey(id: AccessKeyId, secret: SecretAccessKey, token: SessionToken) }
    }
    var Credentials: Credentials
  }
}
