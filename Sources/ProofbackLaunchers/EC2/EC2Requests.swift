// The API names its fields so.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import ProofbackCore

/// The parts of EC2's API that are used, in its own spelling (docs.aws.amazon.com/AWSEC2/latest/APIReference).
enum EC2 {
  struct Tag: Codable, Sendable {
    var Key: String
    var Value: String
  }

  struct Filter: Encodable {
    var Name: String
    var Values: [String]
  }

  struct RunInstances: Encodable {
    struct Placement: Encodable { var Tenancy = "default" }
    struct EBS: Encodable {
      var VolumeSize: Int
      var VolumeType = "gp3"
      var Throughput: Int
      var DeleteOnTermination = true
      var Encrypted = true
    }
    struct Device: Encodable {
      var DeviceName: String
      var Ebs: EBS
    }
    struct Metadata: Encodable {
      var HttpTokens = "required"
      var HttpPutResponseHopLimit = 1
      var HttpEndpoint = "enabled"
    }
    struct TagSpecification: Encodable {
      var ResourceType: String
      var Tags: [Tag]
    }
    struct Profile: Encodable { var Name: String }

    var ImageId: String
    var InstanceType: String
    var MinCount = 1
    var MaxCount = 1
    var ClientToken: String
    var UserData: String
    var SubnetId: String?
    var SecurityGroupIds: [String]?
    var IamInstanceProfile: Profile?
    var BlockDeviceMappings: [Device]
    var InstanceInitiatedShutdownBehavior = "terminate"
    var MetadataOptions = Metadata()
    var TagSpecifications: [TagSpecification]

    init(
      _ options: EC2Options, type: MachineType, volume: MachineChoice.Volume, userData: String, token: String,
      tags: RunTags
    ) {
      ImageId = options.image
      InstanceType = type.name
      ClientToken = token
      UserData = userData
      SubnetId = options.subnet
      SecurityGroupIds = options.securityGroups.isEmpty ? nil : options.securityGroups
      IamInstanceProfile = options.instanceProfile.map(Profile.init)
      BlockDeviceMappings = [
        Device(
          DeviceName: options.rootDevice, Ebs: EBS(VolumeSize: volume.sizeGiB, Throughput: volume.throughput))
      ]
      let marks = tags.pairs.map { Tag(Key: $0.key, Value: $0.value) }
      TagSpecifications = ["instance", "volume"].map { TagSpecification(ResourceType: $0, Tags: marks) }
    }
  }

  struct DescribeInstances: Encodable {
    var Filters: [Filter]

    /// Those that are not terminated, nor on their way there.
    init(tags: [String: String]) {
      Filters =
        tags.sorted { $0.key < $1.key }.map { Filter(Name: "tag:\($0.key)", Values: [$0.value]) }
        + [Filter(Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"])]
    }

    init(instance: String) { Filters = [Filter(Name: "instance-id", Values: [instance])] }
  }

  struct TerminateInstances: Encodable { var InstanceIds: [String] }
  struct GetConsoleOutput: Encodable { var InstanceId: String }

  struct Instance: Decodable, Sendable {
    struct Condition: Decodable, Sendable { var Name: String }
    struct Reason: Decodable, Sendable {
      var Code: String?
      var Message: String?
    }
    var InstanceId: String
    var State: Condition
    var StateReason: Reason?
    var Tags: [Tag]?

    func tag(_ name: String) -> String? { Tags?.first { $0.Key == name }?.Value }
    var isGone: Bool { ["terminated", "shutting-down", "stopped", "stopping"].contains(State.Name) }
  }

  struct Reservation: Decodable, Sendable { var Instances: [Instance] }
  struct Reservations: Decodable, Sendable { var Reservations: [Reservation] }
  struct Terminated: Decodable, Sendable {}
  struct Console: Decodable, Sendable { var Output: String? }
}
