import Foundation
import ProofbackCore

/// The parts of ECS's API that are used, in its own spelling (docs.aws.amazon.com/AmazonECS/latest/APIReference).
enum ECS {
  struct Tag: Codable, Sendable {
    var key: String
    var value: String
  }

  struct Variable: Codable, Sendable {
    var name: String
    var value: String
  }

  static let container = "worker"
  /// Of the streams that containers' output is kept in: prefix, container, task.
  static let logPrefix = "proofback"

  struct Network: Encodable {
    struct VPC: Encodable {
      var subnets: [String]
      var securityGroups: [String]
      var assignPublicIp: String?
    }
    var awsvpcConfiguration: VPC
  }

  struct Overrides: Encodable {
    struct Container: Encodable {
      var name = ECS.container
      var environment: [Variable]?
      var command: [String]?
      /// MiB at most.
      var memory: Int?
    }
    struct Storage: Encodable { var sizeInGiB: Int }
    var cpu: String
    var memory: String
    var ephemeralStorage: Storage?
    var containerOverrides: [Container]
  }

  struct RunTask: Encodable {
    var cluster: String
    var taskDefinition: String
    var count = 1
    var launchType: String
    var startedBy: String
    var networkConfiguration: Network
    var overrides: Overrides
    var tags: [Tag]
  }

  /// Of tasks that are to run, which is what it lists unless told otherwise; `startedBy` suffers no other filter beside it.
  struct ListTasks: Encodable {
    var cluster: String
    var startedBy: String
    var nextToken: String?
  }

  struct DescribeTasks: Encodable {
    var cluster: String
    var tasks: [String]
    var include = ["TAGS"]
  }

  struct StopTask: Encodable {
    var cluster: String
    var task: String
    var reason: String
  }

  struct ListDefinitions: Encodable {
    var familyPrefix: String
    var status = "ACTIVE"
  }

  struct Task: Decodable, Sendable {
    struct Container: Decodable, Sendable {
      var name: String?
      var exitCode: Int?
      var reason: String?
    }
    var taskArn: String
    var lastStatus: String
    var desiredStatus: String
    var stoppedReason: String?
    var containers: [Container]?
    var tags: [Tag]?

    func tag(_ name: String) -> String? { tags?.first { $0.key == name }?.value }
    /// As people name it.
    var id: String { String(taskArn.split(separator: "/").last ?? "") }
  }

  /// Of CloudWatch's API; without `startFromHead` the newest.
  struct LogEvents: Encodable {
    var logGroupName: String
    var logStreamName: String
    var limit: Int
  }

  struct Logged: Decodable, Sendable {
    struct Event: Decodable, Sendable { var message: String? }
    var events: [Event]?
  }

  struct Failure: Decodable, Sendable { var reason: String? }
  struct Tasks: Decodable, Sendable {
    var tasks: [Task]
    var failures: [Failure]?
  }
  struct TaskNames: Decodable, Sendable {
    var taskArns: [String]
    var nextToken: String?
  }
  struct DefinitionNames: Decodable, Sendable { var taskDefinitionArns: [String] }
  struct Done: Decodable, Sendable {}
}
