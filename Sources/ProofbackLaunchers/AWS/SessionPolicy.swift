// The language names its fields so.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import ProofbackCore

/// What a worker's narrowed key may do: read what its run reads (docs.aws.amazon.com/IAM, "IAM JSON policy reference").
/// It takes rights away and adds none: what the key it is made from may not, it may not either.
struct SessionPolicy: Encodable {
  struct Rule: Encodable {
    var Effect = "Allow"
    var Action: [String]
    var Resource: [String]
    var Condition: [String: [String: [String]]]?
  }

  var Version = "2012-10-17"
  var Statement: [Rule]

  /// Characters (docs.aws.amazon.com/STS, "GetFederationToken").
  static let longest = 2048

  /// - Parameter tellsMissing: whether the service has to say of what is not there that it is missing. It says so only to who
  ///   may list, and a condition on the listed prefix is not fulfilled by a request that lists nothing; so names of other
  ///   objects may be seen then.
  init(_ reach: BucketReach, tellsMissing: Bool) {
    let bucket = "arn:\(Self.partition(reach.region)):s3:::\(Self.literal(reach.bucket))"
    let key = Self.literal(reach.key)
    let keys = reach.isOneObject ? [key, key + Proof.ending] : [key + "*"]
    // Of an object: whether it is a folder instead.
    let listed = reach.isOneObject ? key + "/" : key + "*"
    let read = Rule(Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: keys.map { "\(bucket)/\($0)" })
    let comparison = tellsMissing ? "StringLikeIfExists" : "StringLike"
    let list = Rule(
      Action: ["s3:ListBucket"], Resource: [bucket], Condition: [comparison: ["s3:prefix": [listed]]])
    // Of objects under a key of KMS's, which S3 opens on behalf of who reads them.
    let service = "s3.\(reach.region).amazonaws.com"
    let decrypt = Rule(
      Action: ["kms:Decrypt"], Resource: ["*"], Condition: ["StringEquals": ["kms:ViaService": [service]]])
    Statement = [read, list, decrypt]
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// What stands for itself ("IAM policy elements: Variables and tags", special characters).
  private static func literal(_ text: String) -> String {
    text.map { "*?$".contains($0) ? "${\($0)}" : String($0) }.joined()
  }

  private static func partition(_ region: String) -> String {
    region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
  }
}
