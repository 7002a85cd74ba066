import Foundation
public import ProofbackSystem

/// The worker's neighbours of one task, started by the tests' engine as Fargate would start them from the launcher's
/// definition; they share this host's network. They end with whoever holds their spools.
public enum TaskContainers {
  /// - Parameters:
  ///   - image: the DBMS's; that of programs of ours is `tools`.
  ///   - memoryBytes: of the server's container.
  ///   - reads: folders of this host that the container for programs of ours has, too, at the same paths.
  public static func start(
    _ name: String, in place: TaskPlace, image: String, tools: String? = nil, memoryBytes: UInt64, reads: [String] = []
  ) async throws {
    for volume in TaskVolume.allCases {
      try FileManager.default.createDirectory(
        atPath: place.path(volume).string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for neighbour in TaskNeighbour.allCases {
        var options = neighbour.mounts.flatMap {
          ["--volume", "\(place.path($0.volume)):\($0.inside)\($0.isReadOnly ? ":ro" : "")"]
        }
        if neighbour == .server { options += ["--memory", "\(memoryBytes)", "--memory-swap", "\(memoryBytes)"] }
        if neighbour == .tools { options += reads.flatMap { ["--volume", "\($0):\($0):ro"] } }
        options += ["--name", container(neighbour, name)]
        let image = neighbour == .tools ? tools ?? image : image
        group.addTask { [options] in try await start(options, image) }
      }
      try await group.waitForAll()
    }
  }

  public static func container(_ neighbour: TaskNeighbour, _ name: String) -> String {
    "task-\(name)-\(neighbour.rawValue)"
  }

  private static func start(_ options: [String], _ image: String) async throws {
    let plain = [
      "run", "--detach", "--rm", "--network", "host", "--read-only", "--cap-drop", "ALL", "--user",
      "\(TaskPlace.user):\(TaskPlace.user)", "--log-driver", "none",
    ]
    let entry = TaskNeighbour.entryPoint
    let outcome = try await DockerEngine.docker(
      plain + options + ["--entrypoint", entry[0], image] + entry.dropFirst() + ["600"])
    guard outcome.end.isSuccess else { throw DockerEngine.Failure(text: outcome.errorText) }
  }

  /// How many of them run.
  public static func running(_ name: String) async throws -> Int {
    try await DockerEngine.docker(["ps", "--quiet", "--filter", "name=task-\(name)-"]).text.split(separator: "\n").count
  }
}
