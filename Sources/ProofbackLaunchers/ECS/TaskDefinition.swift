import Crypto
import Foundation
import ProofbackCore
import ProofbackSystem

extension ECS {
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
      var initProcessEnabled: Bool?
      var capabilities: Capabilities?
    }
    struct Container: Encodable {
      var name = ECS.container
      var image: String
      var essential = true
      /// MiB at least; a task is given more.
      var memoryReservation: Int?
      var user: String?
      var entryPoint = ["/bin/bash", "-c"]
      var command: [String]
      var readonlyRootFilesystem = true
      var privileged: Bool?
      var mountPoints: [Mount]
      var linuxParameters: Linux
      var logConfiguration: Logs?
    }

    var family = ""
    var networkMode = "awsvpc"
    var requiresCompatibilities: [String]
    var cpu: String
    var memory: String
    var executionRoleArn: String?
    var containerDefinitions: [Container]
    var volumes: [Volume]

    /// - Parameter database: the DBMS's image, where it is in containers of its own.
    init(_ options: ECSOptions, database: String? = nil) {
      requiresCompatibilities = [options.capacity.rawValue]
      // Each run names its own.
      (cpu, memory) = ("1024", "2048")
      executionRoleArn = options.executionRole
      let logs = options.logGroup.map {
        Logs(options: [
          "awslogs-group": $0, "awslogs-region": options.region, "awslogs-stream-prefix": ECS.logPrefix,
        ])
      }
      if let database {
        containerDefinitions = Self.besideEachOther(options.image, database)
      } else {
        containerDefinitions = [Self.alone(options.image)]
      }
      for index in containerDefinitions.indices { containerDefinitions[index].logConfiguration = logs }
      volumes = Set(containerDefinitions.flatMap(\.mountPoints).map(\.sourceVolume)).sorted().map { Volume(name: $0) }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let digest = SHA256.hash(data: (try? encoder.encode(self)) ?? Data())
      family = "proofback-" + Hexadecimal.text(digest.prefix(10))
    }

    /// It ends by itself after its deadline, which needs neither the server nor AWS's API.
    private static let clock = #"(sleep "$PROOFBACK_SECONDS"; kill -KILL $$) </dev/null >/dev/null 2>&1 &"#
    private static let folder = "/var/lib/proofback"
    /// Where a worker writes; all else is read-only.
    private static let places = ["work": folder, "run": "/run", "tmp": "/tmp"].sorted { $0.key < $1.key }.map {
      Mount(sourceVolume: $0.key, containerPath: $0.value)
    }

    /// On an instance: sandboxes are made of namespaces, which no plain container may make.
    private static func alone(_ image: String) -> Container {
      Container(
        image: image, memoryReservation: 512, user: "0",
        command: ["\(clock)\n\(WorkerScript.body(folder: folder, memory: "/run"))"],
        privileged: true, mountPoints: places, linuxParameters: Linux(initProcessEnabled: true))
    }

    /// Plain containers: the worker's, and its neighbours', which share a volume each with it.
    private static func besideEachOther(_ image: String, _ database: String) -> [Container] {
      let place = TaskPlace.usual
      let script = WorkerScript.body(
        folder: folder, memory: "/dev/shm", program: place.path(.program).string, options: "--in-task \(place.folder) ")
      let shared = TaskVolume.allCases.map { Mount(sourceVolume: $0.rawValue, containerPath: place.path($0).string) }
      let worker = Container(
        image: image, memoryReservation: 512, user: "0", command: ["\(clock)\n\(script)"], mountPoints: places + shared,
        linuxParameters: Linux(initProcessEnabled: true, capabilities: Capabilities(drop: unneeded)))
      return [worker]
        + TaskNeighbour.allCases.map { neighbour in
          Container(
            name: neighbour.rawValue, image: neighbour == .tools ? image : database, essential: false,
            memoryReservation: 32, user: "\(TaskPlace.user):\(TaskPlace.user)", entryPoint: TaskNeighbour.entryPoint,
            command: ["600"],
            mountPoints: neighbour.mounts.map {
              Mount(sourceVolume: $0.volume.rawValue, containerPath: $0.inside, readOnly: $0.isReadOnly)
            }, linuxParameters: Linux(capabilities: Capabilities(drop: ["ALL"])))
        }
    }

    /// Of a container's usual ones those that a worker does without. It gives files to its neighbours and to its decoders, and
    /// makes these other users.
    private static let unneeded = [
      "AUDIT_WRITE", "FSETID", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SYS_CHROOT",
    ]
  }
}
