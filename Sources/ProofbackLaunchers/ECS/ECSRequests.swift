import Crypto
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

  /// What all tasks of a workplace are made from. Its family is a hash of it, so that it is registered once.
  struct TaskDefinition: Encodable {
    struct Mount: Encodable {
      var sourceVolume: String
      var containerPath: String
      var readOnly = false
    }
    struct Volume: Encodable { var name: String }
    struct Logs: Encodable {
      var logDriver = "awslogs"
      var options: [String: String]
    }
    struct Capabilities: Encodable {
      var add: [String]?
      var drop: [String]?
    }
    struct Linux: Encodable {
      var initProcessEnabled = true
      var capabilities: Capabilities?
    }
    struct Container: Encodable {
      var name = ECS.container
      var image: String
      var essential = true
      /// MiB at least; a task is given more.
      var memoryReservation = 512
      var entryPoint = ["/bin/bash", "-c"]
      var command: [String]
      var readonlyRootFilesystem = true
      var privileged: Bool?
      var mountPoints: [Mount]
      var linuxParameters: Linux
      var logConfiguration: Logs?
    }

    /// It ends by itself after its deadline, which needs neither the server nor AWS's API.
    static let command = """
      (sleep "$PROOFBACK_SECONDS"; kill -KILL $$) </dev/null >/dev/null 2>&1 &
      \(WorkerScript.body(folder: "/var/lib/proofback", memory: "/run"))
      """

    var family = ""
    var networkMode = "awsvpc"
    var requiresCompatibilities: [String]
    var cpu: String
    var memory: String
    var executionRoleArn: String?
    var containerDefinitions: [Container]
    var volumes: [Volume]

    init(_ options: ECSOptions) {
      requiresCompatibilities = [options.capacity.rawValue]
      // Each run names its own.
      (cpu, memory) = ("1024", "2048")
      executionRoleArn = options.executionRole
      // Where a worker writes; all else is read-only.
      let places = ["work": "/var/lib/proofback", "run": "/run", "tmp": "/tmp"].sorted { $0.key < $1.key }
      volumes = places.map { Volume(name: $0.key) }
      let isPrivileged = options.capacity == .ec2
      containerDefinitions = [
        Container(
          image: options.image, command: [Self.command],
          privileged: isPrivileged ? true : nil,
          mountPoints: places.map { Mount(sourceVolume: $0.key, containerPath: $0.value) },
          linuxParameters: Linux(capabilities: isPrivileged ? nil : Capabilities(drop: ["ALL"])),
          logConfiguration: options.logGroup.map {
            Logs(options: [
              "awslogs-group": $0, "awslogs-region": options.region, "awslogs-stream-prefix": "proofback",
            ])
          })
      ]
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let digest = SHA256.hash(data: (try? encoder.encode(self)) ?? Data())
      family = "proofback-" + Hexadecimal.text(digest.prefix(10))
    }
  }

  static let container = "worker"

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
      var environment: [Variable]
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

  struct ListTasks: Encodable {
    var cluster: String
    var startedBy: String
    var desiredStatus = "RUNNING"
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
