public import Foundation
import Glibc
import ProofbackCore
public import SystemPackage

/// The folder of a run that is under way, held by whoever launched it. Inside: `owner.json`, `cgroups` and
/// `containers` (their paths and names, one a line), `keys` (a tmpfs inside the worker's mount namespace, empty elsewhere), the sandbox's folders.
///
/// Life cycle: `make` → … → `remove`, safe twice. When its maker dies, the folder is a leftover.
public final class RunFolder: Sendable {
  public let runID: String
  public let path: FilePath
  private let lock: FileLock

  private init(runID: String, path: FilePath, lock: FileLock) {
    self.runID = runID
    self.path = path
    self.lock = lock
  }

  /// Makes the folder with its owner's name and lock already in it.
  /// - Throws: `RunTrouble` when the id is no id, is in use, or the folder can't be made.
  public static func make(in state: StateFolder, runID: String, deadline: Date) throws -> RunFolder {
    guard isRunID(runID) else {
      throw RunTrouble(WorkerFindings.noFolder, "\(UntrustedText.line(runID)) is no run id")
    }
    let path = state.runFolder(runID)
    // Made aside and renamed, so that nobody sees a folder without an owner.
    let aside = state.runs.appending(".new-\(runID)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    do {
      try StateFolder.make(state.runs)
      try StateFolder.make(aside)
      try StateFolder.make(aside.appending("keys"))
      let owner = aside.appending("owner.json")
      try RunOwner(runID: runID, deadline: deadline).write(to: owner.string)
      guard let lock = try FileLock.take(owner) else { throw Errno.resourceTemporarilyUnavailable }
      guard rename(aside.string, path.string) == 0 else { throw Errno(rawValue: errno) }
      return RunFolder(runID: runID, path: path, lock: lock)
    } catch {
      rmdir(aside.appending("keys").string)
      unlink(aside.appending("owner.json").string)
      rmdir(aside.string)
      throw RunTrouble(
        WorkerFindings.noFolder, "the run's folder \(path) can't be made: \(error)",
        evidence: ["state folder: \(state.path)"])
    }
  }

  /// Letters, digits, `-` and `_`, at most 64: it becomes a folder's name.
  public static func isRunID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// Writes down cgroups that are about to be made, so that whoever finds the folder can remove them.
  public static func record(cgroups: [String], in folder: FilePath) throws {
    let file = folder.appending("cgroups").string
    try TextFile.make(TextFile.read(file) + cgroups.map { $0 + "\n" }.joined(), at: file)
  }

  /// Writes down a container that is about to be made, so that whoever finds the folder can remove it.
  public static func record(container: String, in folder: FilePath) throws {
    let file = folder.appending("containers").string
    try TextFile.make(TextFile.read(file) + container + "\n", at: file)
  }

  /// Removes the folder, and the containers and cgroups named in it with everything that runs in them.
  /// - Returns: what could not be removed, for people.
  @discardableResult public func remove() async -> [String] { await Self.remove(path) }

  /// As `remove`, for the folder of a run whose owner is gone.
  static func remove(_ folder: FilePath) async -> [String] {
    guard access(folder.string, F_OK) == 0 else { return [] }
    let containers = TextFile.read(folder.appending("containers").string).split(separator: "\n").map(String.init)
    let remaining = await Containers.remove(containers.filter { $0.hasPrefix("proofback-") })
    if !remaining.isEmpty { return remaining }
    let groups = TextFile.read(folder.appending("cgroups").string).split(separator: "\n").map(String.init)
      .filter { $0.hasPrefix("/sys/fs/cgroup/") && !$0.contains("..") && $0.contains("/proofback/") }
    let areGone = (try? await Blocking.run("cgroups") { ControlGroup.remove(groups) }) ?? false
    if !areGone { return groups.map { "cgroup \($0) still has processes" } }
    await FolderRemoval.remove(folder)
    return access(folder.string, F_OK) == 0 ? ["\(folder) could not be removed"] : []
  }
}
