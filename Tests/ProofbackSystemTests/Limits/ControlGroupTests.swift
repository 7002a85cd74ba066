import Foundation
import Glibc
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackSystem

/// A folder stands in for a mounted cgroup2: what is written where is the same. Version 1, or 2 where the host has
/// it, is tested for real by the sandbox's contract.
@Suite struct ControlGroupTests {
  private func newFolder() throws -> FilePath {
    let name = "proofback-cgroup-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let folder = FilePath(NSTemporaryDirectory()).appending(name)
    try StateFolder.make(folder.appending("service/main"))
    return folder
  }

  private func groupHost(_ root: FilePath, own: String) -> ControlGroupHost? {
    ControlGroupHost.find(
      own: "0::\(own)\n", mounts: "30 20 0:26 / \(root) rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n")
  }

  @Test func onVersion2TheOwnGroupIsTriedAndThenTheOneAbove() async throws {
    let root = try newFolder()
    let host = try #require(groupHost(root, own: "/service/main"))
    #expect(host.version == .v2)
    #expect(host.memory == [root.appending("service/main").string, root.appending("service").string])
    await FolderRemoval.remove(root)
  }

  @Test func aGroupThatCantBeLimitedIsNotUsed() async throws {
    let root = try newFolder()
    // Plain folders have no memory.max.
    #expect(groupHost(root, own: "/service/main")?.make(runID: "run", limits: Limits()) { _ in } == nil)
    #expect(StateFolder.names(in: root.appending("service/main")).isEmpty)
    await FolderRemoval.remove(root)
  }

  @Test func countersOfVersion2AreRead() async throws {
    let root = try newFolder()
    let group = ControlGroup(version: .v2, memoryFolder: root.string, processesFolder: root.string)
    #expect(group.folders == [root.string])
    #expect(!group.ranOutOfMemory && !group.ranOutOfProcesses)
    for file in ["memory.max", "memory.swap.max", "memory.oom.group", "pids.max"] {
      try TextFile.make("", at: root.appending(file).string)
    }
    try group.limit(Limits(memoryBytes: 1000, processes: 7))
    #expect(TextFile.read(root.appending("memory.max").string) == "1000")
    #expect(TextFile.read(root.appending("memory.swap.max").string) == "0")
    #expect(TextFile.read(root.appending("pids.max").string) == "7")
    try TextFile.make("low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n", at: root.appending("memory.events").string)
    try TextFile.make("max 0\n", at: root.appending("pids.events").string)
    #expect(group.ranOutOfMemory && !group.ranOutOfProcesses)
    await FolderRemoval.remove(root)
  }

  @Test func aContainersPrefixIsLeftOutOfThePath() {
    let line = "35 31 0:32 /docker/abc /tmp ro,nosuid - cgroup cgroup rw,memory"
    #expect(Mount(Substring(line))?.folder(of: "/docker/abc") == "/tmp")
    #expect(Mount(Substring(line))?.isShared == false)
    #expect(Mount("no mount") == nil)
  }

  @Test func withoutAnyCgroupsThereIsNoHost() {
    #expect(ControlGroupHost.find(own: "", mounts: "1 0 0:1 / / rw - ext4 /dev/vda rw\n") == nil)
  }

  @Test func usageCountsBlocksAndNotHoles() async throws {
    let root = try newFolder()
    let file = root.appending("sparse").string
    try TextFile.make("x", at: file)
    truncate(file, 1 << 30)
    let usage = FolderUsage.of([root])
    #expect(usage.bytes < 1 << 20 && usage.largest == 1 << 30 && !usage.tooDeep)
    #expect(FolderUsage.of([root.appending("none")]).entries == 0)
    await FolderRemoval.remove(root)
  }
}
