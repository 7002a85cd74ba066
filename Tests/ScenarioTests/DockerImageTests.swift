import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

/// Images and engines that break: each is its own finding, and none is a verdict on the backup.
@Suite(
  .serialized, .enabled(if: DockerEngine.canRun && TestAll.isOn, "\(DockerEngine.whyNot), or make test-all runs it"))
struct DockerImageTests {
  private func dump() async throws -> String { try await MatrixDumps.shared.file("everything/simple.sql", .none) }

  /// An image of Debian with these scripts for the server and its client.
  private func image(_ name: String, server: String) async throws -> String {
    let base = try await DockerEngine.running().image("empty")
    let folder = NSTemporaryDirectory() + "image-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (program, script) in [("mariadbd", server), ("mariadb", "exit 1")] {
      try "#!/bin/sh\n\(script)\n".write(toFile: "\(folder)/\(program)", atomically: true, encoding: .utf8)
      chmod("\(folder)/\(program)", 0o755)
    }
    let container = "make-\(name)-\(getpid())"
    for arguments in [
      ["create", "--name", container, base, "true"], ["cp", "\(folder)/mariadbd", "\(container):/usr/sbin/mariadbd"],
      ["cp", "\(folder)/mariadb", "\(container):/usr/bin/mariadb"],
      ["commit", container, "proofback-test/\(name):1"], ["rm", container],
    ] {
      let outcome = try await DockerEngine.docker(arguments)
      try #require(outcome.end.isSuccess, "\(outcome.errorText)")
    }
    return "proofback-test/\(name):1"
  }

  private static let version =
    "case \"$*\" in *--version*) echo 'mariadbd  Ver 10.11.6-MariaDB for debian-linux-gnu on x86_64'; exit ;; esac\n"

  @Test func `a server that crashes as it starts is no verdict, and its last words are shown`() async throws {
    let script =
      Self.version + #"""
        case "$*" in *--bootstrap*)
          for word; do case $word in --datadir=*) mkdir -p "${word#--datadir=}/mysql" ;; esac; done; cat >/dev/null; exit ;;
        esac
        echo 'the plug-in is of another version' >&2; kill -SEGV $$
        """#
    let outcome = try await DockerRun.plain(["--image", image("crashing", server: script)], dump: dump())
    #expect(outcome.code == .exited(2) && outcome.causes == "engine.not-started", "\(outcome.text)")
    #expect(outcome.finding("engine.not-started")?.evidence.contains { $0.contains("another version") } == true)
  }

  @Test func `a server that can't make its own schema is no verdict`() async throws {
    let outcome = try await DockerRun.plain(
      ["--image", image("failing", server: Self.version + "exit 1")], dump: dump())
    #expect(outcome.code == .exited(2) && outcome.causes == "engine.not-started", "\(outcome.text)")
  }

  @Test func `a server that never answers ends inconclusive`() async throws {
    let script = Self.version + "sleep 1000"
    let outcome = try await DockerRun.plain(
      ["--image", image("silent", server: script), "--timeout", "20s"], dump: dump())
    #expect(outcome.code == .exited(2), "\(outcome.text)")
    #expect(await (Containers.list() ?? []).filter { $0.runID == outcome.report?.runID } == [])
  }

  @Test func `a backup that needs a tool which the image lacks is not judged`() async throws {
    let physical = try await MatrixDumps.shared.file("everything/physical.tar", .none)
    let image = try await DockerEngine.running().image("mariadb-10.11")
    let outcome = try await DockerRun.plain(["--image", image], dump: physical)
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.image-without-tool", "\(outcome.text)")
    #expect(outcome.text.contains("mariadb-backup"))
  }

  @Test func `pages are looked at by the image's own tool`() async throws {
    let image = try await DockerEngine.running().image("everything")
    let whole = try await DockerRun.plain(
      ["--image", image], dump: MatrixDumps.shared.file("everything/physical.tar", .none))
    #expect(whole.report?.verdict == .passed && whole.finding("mysql.prepared") != nil, "\(whole.text)")
    let path = try await MatrixDumps.shared.file("everything/prepared.tar", .none)
    var bytes = try Data(contentsOf: URL(filePath: path))
    let member = try #require(bytes.range(of: Data("/portable/planets.ibd".utf8)))
    let row = try #require(bytes.range(of: Data("planet of star 50".utf8), in: member.upperBound..<bytes.count))
    bytes[row.lowerBound + 3] ^= 1
    let spoiled = MatrixDumps.shared.root + "/page.tar"
    try bytes.write(to: URL(filePath: spoiled))
    let outcome = try await DockerRun.plain(["--image", image], dump: spoiled)
    #expect(outcome.report?.verdict == .failed && outcome.causes == "mysql.page-damaged", "\(outcome.text)")
  }

  // MARK: Engines

  /// A dump that takes some seconds.
  private func longDump() throws -> String {
    let path = MatrixDumps.shared.root + "/long.sql"
    try FileManager.default.createDirectory(atPath: MatrixDumps.shared.root, withIntermediateDirectories: true)
    var text = "CREATE TABLE `rows` (`id` int PRIMARY KEY, `text` varchar(200), KEY (`text`));\n"
    for part in 0..<800 {
      let rows = (0..<500).map { "(\(part * 500 + $0),'\(($0 &* 7919) % 1009) \(String(repeating: "x", count: 120))')" }
      text += "INSERT INTO `rows` VALUES \(rows.joined(separator: ","));\n"
    }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `an engine that dies during a run is no verdict`() async throws {
    let root = NSTemporaryDirectory() + "pb-other-\(getpid())"
    let engine = try await DockerEngine.another(root: root)
    defer { try? FileManager.default.removeItem(atPath: root) }
    let image = try await engine.image("mariadb-10.11")
    let dump = try longDump()
    async let running = DockerRun.plain(["--image", image, "--type", "mariadb"], dump: dump, host: engine.socket)
    for _ in 0..<600 {
      let top = try await engine.docker(["ps", "--quiet", "--filter", "label=\(Containers.runLabel)"])
      if !top.text.isEmpty { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    try await Task.sleep(for: .seconds(6))
    await engine.stop()
    let outcome = try await running
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.container-gone", "\(outcome.text)")
  }

  @Test func `an engine without room says so`() async throws {
    let root = NSTemporaryDirectory() + "pb-full-\(getpid())"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let mounted = try await Command("/bin/mount", ["-t", "tmpfs", "-o", "size=400m", "tmpfs", root]).capture()
    try #require(mounted.end.isSuccess, "\(mounted.errorText)")
    defer {
      umount2(root, Int32(MNT_DETACH))
      try? FileManager.default.removeItem(atPath: root)
    }
    let engine = try await DockerEngine.another(root: root)
    let image = try await engine.image("empty")
    _ = try await Command("/bin/sh", ["-c", "cat /dev/zero >\(root)/filler"]).capture()
    let outcome = try await DockerRun.plain(["--image", image], dump: dump(), host: engine.socket)
    await engine.stop()
    #expect(outcome.code == .exited(2) && outcome.causes == "sandbox.docker-full", "\(outcome.text)")
  }

  /// Other tests have containers in this engine meanwhile: these runs have a state folder of their own.
  @Test func `nothing is left in the engine of a run that is killed, whenever that is`() async throws {
    let image = try await DockerEngine.running().image("mariadb-10.11")
    let dump = try longDump()
    let state = NSTemporaryDirectory() + "pb-killed-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: state) }
    let arguments = ["--image", image, "--type", "mariadb"]
    let before = try await volumes()
    func kill(after delays: [Int]) async throws {
      for delay in delays {
        let child = try await DockerRun.begin(arguments, dump: dump, state: state)
        try await Task.sleep(for: .milliseconds(delay))
        child.signal(SIGKILL)
        _ = await child.wait()
      }
    }
    try await kill(after: [900, 3500])  // Which makes the template.
    let whole = try await DockerRun.plain(arguments, dump: dump, state: state)
    try #require(whole.code == .exited(0), "\(whole.text)")
    try await kill(after: [200, 500, 900, 1400, 2200, 3500, 6000])
    // Killed between create and start, one was never begun: that is the reaper's. All others end and go by themselves.
    let begun = try await gone(within: 60) { try await containers(of: state).filter { !$0.hasSuffix(" Created") } }
    #expect(begun == [])
    #expect(await Leftovers(in: StateFolder(FilePath(state)), graceSeconds: 0).remove() == [])
    #expect(try await gone(within: 10) { try await containers(of: state) } == [])
    #expect(try await gone(within: 10) { try await Array(volumes().subtracting(before)) } == [])
  }

  /// What is there yet after so many seconds.
  private func gone(within seconds: Int, _ left: () async throws -> [String]) async throws -> [String] {
    for _ in 0..<(seconds * 5) {
      if try await left().isEmpty { return [] }
      try await Task.sleep(for: .milliseconds(200))
    }
    return try await left()
  }

  /// With their status, also of those that have ended.
  private func containers(of state: String) async throws -> [String] {
    let format = "{{.Label \"\(Containers.folderLabel)\"}} {{.Status}}"
    let outcome = try await DockerEngine.docker(["ps", "--all", "--format", format])
    try #require(outcome.end.isSuccess, "\(outcome.errorText)")
    return outcome.text.split(separator: "\n").filter { $0.hasPrefix(state + "/") }.map(String.init)
  }

  /// Those that no container has: others have theirs meanwhile.
  private func volumes() async throws -> Set<String> {
    let list = try await DockerEngine.docker(["volume", "ls", "--quiet", "--filter", "dangling=true"])
    return Set(list.text.split(whereSeparator: \.isNewline).map(String.init))
  }
}
