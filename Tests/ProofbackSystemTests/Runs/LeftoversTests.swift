import Foundation
import Glibc
import ProofbackCore
import SystemPackage
import Testing

@testable import ProofbackSystem

@Suite struct LeftoversTests {
  private func newState() throws -> StateFolder {
    let name = "proofback-leftovers-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let state = StateFolder(FilePath(NSTemporaryDirectory()).appending(name))
    try StateFolder.make(state.path)
    return state
  }

  @Test func aLiveRunIsNeverTouched() async throws {
    let state = try newState()
    let folder = try RunFolder.make(in: state, runID: "live", deadline: .distantPast)
    let claim = try UserClaim.take(in: state)
    #expect(Leftovers(in: state, graceSeconds: 0).list().isEmpty)
    #expect(await Leftovers(in: state, graceSeconds: 0).remove().isEmpty)
    #expect(access(folder.path.string, F_OK) == 0)
    #expect(claim != nil && StateFolder.names(in: state.users).count == 1)
    #expect(await folder.remove().isEmpty)
    claim?.release()
    await FolderRemoval.remove(state.path)
  }

  @Test func theFolderOfARunWhoseProcessIsGoneIsRemovedWithWhatIsInIt() async throws {
    let state = try newState()
    let folder = state.runFolder("gone")
    try StateFolder.make(folder.appending("data/closed"))
    var owner = RunOwner(runID: "gone", deadline: .distantFuture)
    // Our own id, but another start: a process id that was used again.
    owner.processStart += 1
    try owner.write(to: folder.appending("owner.json").string)
    chmod(folder.appending("data/closed").string, 0)
    let found = Leftovers(in: state).list()
    #expect(found.map(\.path) == [folder] && found[0].reason.contains(String(getpid())))
    #expect(await Leftovers(in: state).remove().isEmpty)
    #expect(access(folder.string, F_OK) != 0)
    await FolderRemoval.remove(state.path)
  }

  @Test func aRunOfAnEarlierBootIsALeftover() async throws {
    let state = try newState()
    let folder = state.runFolder("old")
    try StateFolder.make(folder)
    var owner = RunOwner(runID: "old", deadline: .distantFuture)
    owner.bootID = "another"
    try owner.write(to: folder.appending("owner.json").string)
    #expect(Leftovers(in: state).list().map(\.reason) == ["the machine has been started again since"])
    await FolderRemoval.remove(state.path)
  }

  @Test func `a template that no run has used for a month is a leftover, others are not`() async throws {
    let state = try newState()
    let (old, new) = (state.templates.appending("mysql-8.0.1"), state.templates.appending("mysql-8.4"))
    for folder in [old, new] { try StateFolder.make(folder.appending("data")) }
    var times = [timeval](repeating: timeval(tv_sec: time(nil) - 31 * 86_400, tv_usec: 0), count: 2)
    #expect(utimes(old.string, &times) == 0)
    #expect(Leftovers(in: state).list().map(\.path) == [old])
    #expect(await Leftovers(in: state).remove().isEmpty)
    #expect(StateFolder.names(in: state.templates).filter { $0 != ".lock" } == ["mysql-8.4"])
    await FolderRemoval.remove(state.path)
  }

  @Test func aFolderWithoutAnOwnerIsLeftAloneForAMinute() async throws {
    let state = try newState()
    try StateFolder.make(state.runFolder("nameless"))
    #expect(Leftovers(in: state).list().isEmpty)
    #expect(Leftovers(in: state, graceSeconds: -1).list().count == 1)
    await FolderRemoval.remove(state.path)
  }

  @Test(.enabled(if: geteuid() == 0)) func theCgroupOfACrashedRunIsEndedAndRemoved() async throws {
    let state = try newState()
    let folder = state.runFolder("crashed-\(getpid())")
    try StateFolder.make(folder)
    var owner = RunOwner(runID: "crashed", deadline: .distantFuture)
    owner.processStart += 1
    try owner.write(to: folder.appending("owner.json").string)
    let made = try ControlGroupHost.find()?.make(runID: "crashed-\(getpid())", limits: Limits()) {
      try RunFolder.record(cgroups: $0, in: folder)
    }
    guard let group = made else { return await FolderRemoval.remove(state.path) }
    let script = "for f; do echo 0 >$f; done; sleep 1000 & sleep 1000"
    let inside = try await ChildProcess.start(Command("/bin/sh", ["-c", script, "sh"] + group.joinFiles))
    for _ in 0..<1000 where !group.joinFiles.allSatisfy({ Self.holds($0, inside.processID) }) {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(await Leftovers(in: state).remove().isEmpty)
    #expect(await inside.wait() == .signalled(SIGKILL))
    #expect(!group.folders.contains { access($0, F_OK) == 0 })
    await FolderRemoval.remove(state.path)
  }

  private static func holds(_ group: String, _ process: Int32) -> Bool {
    ((try? String(contentsOfFile: group, encoding: .utf8)) ?? "").split(separator: "\n").contains("\(process)")
  }

  @Test func aUserIdIsFreeAgainWhenItsHolderIsGone() async throws {
    let state = try newState()
    var claim = try UserClaim.take(in: state)
    let user = try #require(claim).user
    #expect(FileLock.isHeld(state.users.appending(String(user))))
    #expect(try FileLock.take(state.users.appending(String(user))) == nil)
    claim = nil
    #expect(Leftovers(in: state).list().map(\.kind) == [.userClaim])
    #expect(await Leftovers(in: state).remove().isEmpty)
    #expect(StateFolder.names(in: state.users).isEmpty)
    await FolderRemoval.remove(state.path)
  }

  @Test(arguments: ["", "a/b", "..", "a b", String(repeating: "a", count: 65), "é"])
  func whatIsNoRunIdMakesNoFolder(_ text: String) async throws {
    let state = try newState()
    #expect(throws: RunTrouble.self) { _ = try RunFolder.make(in: state, runID: text, deadline: .distantFuture) }
    await FolderRemoval.remove(state.path)
  }

  @Test func removingFollowsNoLinks() async throws {
    let state = try newState()
    let outside = state.path.appending("outside")
    let folder = state.path.appending("folder")
    for path in [outside, folder] { try StateFolder.make(path) }
    try TextFile.make("kept", at: outside.appending("file").string)
    symlink(outside.string, folder.appending("link").string)
    await FolderRemoval.remove(folder)
    #expect(access(folder.string, F_OK) != 0)
    #expect(TextFile.read(outside.appending("file").string) == "kept")
    await FolderRemoval.remove(state.path)
  }
}
