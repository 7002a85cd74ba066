import Glibc
public import ProofbackCore
import SystemPackage

/// Where this process may make cgroups: below its own, so that a limit set on us (a container's, a service's) holds for
/// what we start too. On v2 a cgroup that holds processes can't have limited ones below it; there the parent
/// of our own is tried next, which is what systemd's `Delegate=yes` with `DelegateSubgroup=` is for.
public struct ControlGroupHost: Sendable {
  /// Folders that `proofback/<run>` may be made in, best first.
  var memory: [String]
  var processes: [String]
  let version: ControlGroup.Version

  /// - Returns: nil when neither version is mounted.
  public static func find() -> ControlGroupHost? {
    find(own: TextFile.read("/proc/self/cgroup"), mounts: TextFile.read("/proc/self/mountinfo"))
  }

  static func find(own: String, mounts: String) -> ControlGroupHost? {
    let table = mounts.split(separator: "\n").compactMap(Mount.init)
    let groups = own.split(separator: "\n").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    }
    func path(_ controller: String) -> String? {
      groups.first { $0.count == 3 && $0[1].split(separator: ",").contains(Substring(controller)) }.map {
        String($0[2])
      }
    }
    func folders(_ controller: String) -> [String] {
      guard let mount = table.first(where: { $0.kind == "cgroup" && $0.options.contains(controller) }) else {
        return []
      }
      return [mount.folder(of: path(controller) ?? "/"), mount.point]
    }
    let host = ControlGroupHost(memory: folders("memory"), processes: folders("pids"), version: .v1)
    if !host.memory.isEmpty || !host.processes.isEmpty { return host }
    guard let mount = table.first(where: { $0.kind == "cgroup2" }) else { return nil }
    let mine = mount.folder(of: groups.first { $0.count == 3 && $0[0] == "0" }.map { String($0[2]) } ?? "/")
    let above = mine == mount.point ? mine : FilePath(mine).removingLastComponent().string
    return ControlGroupHost(memory: [mine, above], processes: [mine, above], version: .v2)
  }

  /// Makes the cgroup `proofback/<runID>` with the limits set.
  /// - Parameter recording: told the folders before they are made, so that a crash leaves no nameless one.
  /// - Returns: nil where no controller is writable; a group with one controller where only that one is.
  public func make(runID: String, limits: Limits, recording: ([String]) throws -> Void) rethrows -> ControlGroup? {
    if version == .v1 {
      return try firstThatWorks(candidates(memory, processes, runID), limits, recording)
    }
    for parent in memory { Self.enableControllers(parent) }
    return try firstThatWorks(
      memory.map { ("\($0)/proofback/\(runID)", "\($0)/proofback/\(runID)") }, limits, recording)
  }

  private func candidates(_ memory: [String], _ processes: [String], _ runID: String) -> [(String?, String?)] {
    let first = memory.map { Optional("\($0)/proofback/\(runID)") }
    let second = processes.map { Optional("\($0)/proofback/\(runID)") }
    let both = first.flatMap { one in second.map { (one, $0) } }
    return both + first.map { ($0, nil) } + second.map { (nil, $0) }
  }

  private func firstThatWorks(
    _ candidates: [(String?, String?)], _ limits: Limits, _ recording: ([String]) throws -> Void
  ) rethrows -> ControlGroup? {
    for (memory, processes) in candidates {
      let group = ControlGroup(version: version, memoryFolder: memory, processesFolder: processes)
      guard group.folders.allSatisfy({ Self.isUsable(FilePath($0)) }) else { continue }
      try recording(group.folders)
      if group.folders.allSatisfy(Self.makeFolder), (try? group.limit(limits)) != nil { return group }
      group.remove()
    }
    return nil
  }

  private static func isUsable(_ folder: FilePath) -> Bool {
    access(folder.removingLastComponent().removingLastComponent().string, W_OK) == 0
  }

  /// `proofback` above it may be removed by another run at any moment, when it has just become empty.
  private static func makeFolder(_ folder: String) -> Bool {
    let parent = FilePath(folder).removingLastComponent().string
    for _ in 0..<5 {
      mkdir(parent, 0o755)
      try? TextFile.write("+memory +pids", to: "\(parent)/cgroup.subtree_control")
      if mkdir(folder, 0o755) == 0 || errno == EEXIST { return true }
      if errno != ENOENT { return false }
    }
    return false
  }

  private static func enableControllers(_ folder: String) {
    try? TextFile.write("+memory +pids", to: "\(folder)/cgroup.subtree_control")
  }
}

/// A line of `/proc/self/mountinfo` (proc(5)).
struct Mount {
  let root: String
  let point: String
  let kind: String
  let options: [String]
  /// Whether mounts made below it appear in other namespaces.
  let isShared: Bool

  init?(_ line: Substring) {
    let fields = line.split(separator: " ").map(String.init)
    guard let separator = fields.firstIndex(of: "-"), separator >= 6, fields.count > separator + 3 else { return nil }
    root = fields[3]
    point = fields[4]
    isShared = fields[6..<separator].contains { $0.hasPrefix("shared:") }
    kind = fields[separator + 1]
    options = fields[separator + 3].split(separator: ",").map(String.init)
  }

  /// Where the group `path` is seen below this mount; in a container the mount's own root is often a prefix of it.
  func folder(of path: String) -> String {
    let rest = root != "/" && path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    let folder = rest == "/" || rest.isEmpty ? point : point + rest
    return access(folder, F_OK) == 0 ? folder : point
  }
}
