import Foundation
import Glibc
import ProofbackCore
import ProofbackRestore
import ProofbackSystem
import ProofbackTestSupport
import Testing

@Suite(.serialized, .enabled(if: DockerEngine.canRun, "\(DockerEngine.whyNot)")) struct SidecarSandboxTests {
  /// What containers of one task can't promise, and why; each has a test here of what is so instead.
  private static let untrue = [
    "there is no network interface but a loopback": "containers of a task share its network",
    "a listener on the host's loopback can't be reached": "containers of a task share its network",
    "programs get no namespaces, keyrings or sockets to the hypervisor":
      "the filter of system calls is the platform's, and lets a socket to the hypervisor be made",
    "it can write to nothing but its folders and small folders in memory":
      "Fargate makes no folders in memory: /tmp is on the task's disk, and counts",
  ]

  @Test(arguments: SandboxContract.clauses.filter { untrue[$0.sentence] == nil })
  func theSandboxOfATaskKeepsTheContract(_ clause: SandboxContract.Clause) async throws {
    let image = try await DockerEngine.running().image("everything")
    try await clause.check(LocalTask(), image: image)
  }

  private func place() async throws -> SandboxPlace {
    let image = try await DockerEngine.running().image("everything")
    return try SandboxPlace(LocalTask(), image: image)
  }

  @Test func allButThoseClausesAreKept() {
    #expect(SandboxContract.clauses.count { Self.untrue[$0.sentence] == nil } == SandboxContract.clauses.count - 4)
  }

  @Test func theNetworkIsTheTasks_whichIsSaid() async throws {
    let listener = try HostListener()
    defer { listener.close() }
    let place = try await place()
    let sandbox = try await place.make()
    for role in [SandboxRole.server, .client] {
      let seen = try await place.run(
        "exec 3<>/dev/tcp/127.0.0.1/\(listener.port) && echo reached", in: sandbox, role: role)
      #expect(seen.output == "reached", "if this fails, the sandbox is better than it says")
    }
    #expect(sandbox.weaknesses.map(\.code.rawValue) == ["sandbox.shared-network"])
    #expect(sandbox.weaknesses.allSatisfy { $0.consequence == .warning })
    await sandbox.destroy()
    _ = await place.leave()
  }

  @Test func itsProgramsGetNoNamespacesAndNoKeyrings() async throws {
    let place = try await place()
    let sandbox = try await place.make()
    #if arch(x86_64)
      let (unshare, keyctl) = (272, 250)
    #else
      let (unshare, keyctl) = (97, 219)
    #endif
    let seen = try await place.run(
      "perl -e 'print join \" \", map { syscall(@$_) < 0 ? \"no\" : \"yes\" } [\(unshare), 0x10000000], [\(keyctl), 0, -3, 0]'",
      in: sandbox)
    #expect(seen.output == "no no", "\(seen)")
    await sandbox.destroy()
    _ = await place.leave()
  }

  @Test func itCanWriteToItsVolumesAlone_andWhatIsInTmpCounts() async throws {
    let place = try await place()
    let sandbox = try await place.make(Limits(diskBytes: 100_000_000))
    let seen = try await place.run(
      "for f in / /dev /usr /usr/bin /usr/lib /proc /etc /.proofback /.proofback/1; do touch $f/x 2>/dev/null && echo $f; done; touch /data/x /exchange/x /tmp/x",
      in: sandbox)
    #expect(seen.end.isSuccess && seen.output.isEmpty, "\(seen)")
    let filled = try await place.run(
      "dd if=/dev/zero bs=1M count=90 of=/tmp/1; dd if=/dev/zero bs=1M count=90 of=/tmp/2; sleep 20", in: sandbox)
    #expect(!filled.end.isSuccess)
    #expect(sandbox.limitReached(now: true)?.code.rawValue == "limit.disk")
    await sandbox.destroy()
    _ = await place.leave()
  }

  @Test(.enabled(if: TestAll.isOn, "starts containers: make test-all runs it"))
  func itsContainersEndWithIt() async throws {
    let place = try await place()
    let sandbox = try await place.make()
    let run = run(of: sandbox)
    #expect(try await TaskContainers.running(run) == 3)
    await sandbox.destroy()
    #expect(await SandboxPlace.eventually(within: 10) { (try? await TaskContainers.running(run)) == 0 })
    _ = await place.leave()
  }

  /// The program is the shell's own user: it may end it, and has nothing of it but the container's end.
  @Test(.enabled(if: TestAll.isOn, "starts containers: make test-all runs it"))
  func whoeverEndsTheShellThatStartsProgramsEndsTheContainer() async throws {
    let place = try await place()
    let sandbox = try await place.make()
    let run = run(of: sandbox)
    let seen = try await place.run(
      "for f in /proc/[0-9]*; do p=${f#/proc/}; [ $p -gt 1 ] && [ $p != $$ ] && kill -KILL $p 2>/dev/null; done; sleep 20",
      in: sandbox)
    #expect(seen.end == .signalled(SIGKILL))
    let name = TaskContainers.container(.server, run)
    #expect(
      await SandboxPlace.eventually(within: 10) {
        (try? await DockerEngine.docker(["ps", "--quiet", "--filter", "name=\(name)"]).text) == ""
      })
    await #expect(throws: RunTrouble.self) {
      _ = try await sandbox.start(SandboxPlace.script("true"), input: nil, output: nil)
    }
    #expect(try await place.run("echo still", in: sandbox, role: .client).output == "still")
    await sandbox.destroy()
    _ = await place.leave()
  }

  /// What is laid in the place of a server's socket is nobody's way to the worker's files.
  @Test(.enabled(if: TestAll.isOn, "starts containers: make test-all runs it"))
  func linksThatAreLaidIntoSharedFoldersLeadNowhere() async throws {
    let place = try await place()
    let sandbox = try await place.make()
    let outside = place.state.path.appending("outside")
    try Data("kept".utf8).write(to: URL(fileURLWithPath: outside.string))
    let seen = try await place.run(
      "ln -s \(outside) /data/file; ln -s \(place.state.path) /exchange/folder; cat /data/file", in: sandbox)
    #expect(!seen.end.isSuccess)
    #expect(sandbox.diskUsage() < 1_000_000)
    await sandbox.destroy()
    #expect(try String(contentsOfFile: outside.string, encoding: .utf8) == "kept")
    _ = await place.leave()
  }

  private func run(of sandbox: any Sandbox) -> String {
    sandbox.data.host.removingLastComponent().removingLastComponent().lastComponent!.string
  }
}
