import Glibc
import ProofbackCore
import SystemPackage

/// A cgroup of a run's own: the kernel counts and limits the memory and the number of processes of everything inside.
///
/// Life cycle: `ControlGroupHost.make` → processes write `0` to each of `joinFiles` before they execute anything →
/// `remove`, safe twice, which ends what is left inside.
public struct ControlGroup: Sendable, Equatable {
  public enum Version: String, Sendable { case v1, v2 }

  public let version: Version
  /// Folders by controller; on v2 both are the same.
  public let memoryFolder: String?
  public let processesFolder: String?

  public var folders: [String] {
    [memoryFolder, processesFolder].compactMap(\.self).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
  public var joinFiles: [String] { folders.map { "\($0)/cgroup.procs" } }

  /// Whether the kernel ended a process inside because the memory limit was reached.
  public var ranOutOfMemory: Bool {
    guard let memoryFolder else { return false }
    let file = version == .v1 ? "memory.oom_control" : "memory.events"
    return Self.counter("oom_kill", in: "\(memoryFolder)/\(file)") > 0
  }

  /// Whether a process could not be started because of the limit on their number.
  public var ranOutOfProcesses: Bool {
    guard let processesFolder else { return false }
    return Self.counter("max", in: "\(processesFolder)/pids.events") > 0
  }

  func limit(_ limits: Limits) throws {
    if let memoryFolder {
      switch version {
      case .v1:
        try TextFile.write(String(limits.memoryBytes), to: "\(memoryFolder)/memory.limit_in_bytes")
        // Absent where swap is not accounted; then memory alone is limited.
        try? TextFile.write(String(limits.memoryBytes), to: "\(memoryFolder)/memory.memsw.limit_in_bytes")
      case .v2:
        try TextFile.write(String(limits.memoryBytes), to: "\(memoryFolder)/memory.max")
        try? TextFile.write("0", to: "\(memoryFolder)/memory.swap.max")
        try? TextFile.write("1", to: "\(memoryFolder)/memory.oom.group")
      }
    }
    if let processesFolder { try TextFile.write(String(limits.processes), to: "\(processesFolder)/pids.max") }
  }

  /// Ends every process inside and removes the folders.
  /// - Returns: whether they are gone.
  @discardableResult public func remove() -> Bool { Self.remove(folders) }

  /// As `remove`, for folders of which only the names are known any more.
  static func remove(_ folders: [String]) -> Bool {
    // With no more forks the killing comes to an end.
    for folder in folders { try? TextFile.write("0", to: "\(folder)/pids.max") }
    for attempt in 0..<100 {
      var isGone = true
      for folder in folders where access(folder, F_OK) == 0 {
        end(folder)
        if rmdir(folder) != 0 && errno != ENOENT { isGone = false }
      }
      if isGone {
        // The folder of all runs, once it is empty.
        for folder in folders { rmdir(FilePath(folder).removingLastComponent().string) }
        return true
      }
      usleep(attempt < 20 ? 5000 : 50_000)
    }
    return false
  }

  private static func end(_ folder: String) {
    try? TextFile.write("1", to: "\(folder)/cgroup.kill")
    for line in TextFile.read("\(folder)/cgroup.procs").split(separator: "\n") {
      if let processID = Int32(line), processID > 1 { kill(processID, SIGKILL) }
    }
  }

  private static func counter(_ name: String, in file: String) -> UInt64 {
    for line in TextFile.read(file).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == name { return UInt64(words[1]) ?? 0 }
    }
    return 0
  }
}
