import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What the worker makes of neighbours that do not keep to what was agreed. They are shells of the tests' own here.
@Suite struct NeighbourTests {
  /// A spool with a neighbour that runs `script`; `$1` is the spool.
  private func with<Value>(
    _ script: String, patience: Double = 10, _ body: (Neighbour) async throws -> Value
  ) async throws -> Value {
    signal(SIGPIPE, SIG_IGN)
    let place = TaskPlace(FilePath(NSTemporaryDirectory()).appending("task-\(UInt32.random(in: 0...UInt32.max))"))
    let spool = place.path(.spoolServer)
    try FileManager.default.createDirectory(atPath: spool.string, withIntermediateDirectories: true)
    let shell = try await ChildProcess.start(
      Command("/bin/bash", ["-c", script, "neighbour", spool.string]), ownSession: true)
    do {
      let neighbour = try await Neighbour.meet(.server, in: place, within: patience)
      let value = try await body(neighbour)
      neighbour.close()
      await shell.stop(within: 0)
      await FolderRemoval.remove(place.folder)
      return value
    } catch {
      await shell.stop(within: 0)
      await FolderRemoval.remove(place.folder)
      throw error
    }
  }

  /// Begins one job as it should, and does `work` then; descriptors 4 to 7 are its pipes.
  private func begins(_ work: String) -> String {
    """
    until [ -p "$1/jobs" ]; do sleep 0.02; done
    exec 3<"$1/jobs"; read -r job <&3; cd "$1/$job"
    exec 4>end 5>err; [ -p out ] && exec 6>out; [ -p in ] && exec 7<in
    echo "begun 77" >&4
    \(work)
    """
  }

  @Test func oneThatLooksAllTheTimeSeesNoPipeThatItCantOpen() async throws {
    let folder = FilePath(NSTemporaryDirectory()).appending("spool-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    let eager = #"""
      use Fcntl; for my $n (0..999) { 1 until -p "$ARGV[0]/$n"; sysopen(my $pipe, "$ARGV[0]/$n", O_RDONLY | O_NONBLOCK) or die $! }
      """#
    let looks = Command(
      "/usr/bin/setpriv",
      [
        "--reuid=\(TaskPlace.user)", "--regid=\(TaskPlace.user)", "--clear-groups", "perl", "-e", eager, folder.string,
      ], environment: Command.plainEnvironment)
    async let looked = looks.capture(within: 60)
    for number in 0..<1000 {
      try Spool(folder: folder).makePipe("\(number)", .toNeighbour)
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(try await looked.end == .exited(0))
  }

  @Test func oneThatNeverAnswersIsSaid() async throws {
    let trouble = await #expect(throws: RunTrouble.self) { try await with("sleep 5", patience: 0.3) { _ in } }
    #expect(trouble?.finding.code.rawValue == "sandbox.neighbour-missing")
  }

  @Test(arguments: [
    "echo \"begun 1\" >&4", "echo \"begun -4\" >&4", "echo \"begun 99999999999999\" >&4", "echo \"ended 0\" >&4",
    "yes | tr -d '\\n' >&4", "head -c 100000 /dev/urandom >&4", "exec 4>&-", "exit",
  ])
  func oneThatSaysSomethingElseStartsNothing(_ says: String) async throws {
    let script = begins(says).replacing("echo \"begun 77\" >&4\n", with: "")
    let trouble = await #expect(throws: RunTrouble.self) {
      try await with(script) { _ = try await $0.start(name: "server") { _ in "" } }
    }
    #expect(trouble?.finding.code.rawValue == "sandbox.broken")
  }

  @Test func theEndThatItTellsIsTakenOnlyWhenItIsOne() async throws {
    for (says, end) in [
      ("echo \"ended 3\" >&4", ProcessEnd.exited(3)), ("echo \"ended 139\" >&4", .signalled(SIGSEGV)),
      ("echo \"ended 256\" >&4", .signalled(SIGKILL)), ("echo missing >&4", .signalled(SIGKILL)),
      ("echo \"ended 0 0\" >&4", .signalled(SIGKILL)), ("exit", .signalled(SIGKILL)),
    ] {
      #expect(try await with(begins(says)) { try await $0.start(name: "x") { _ in "" }.wait() } == end, "\(says)")
    }
  }

  @Test func endlessErrorsAreNotKept() async throws {
    try await with(begins("head -c 20000000 /dev/zero >&5; echo \"ended 0\" >&4")) { neighbour in
      let program = try await neighbour.start(name: "x") { _ in "" }
      #expect(await program.wait() == .exited(0))
      #expect(program.errorOutput().count <= 65536)
    }
  }

  @Test func endlessOutputEndsWithItsReader() async throws {
    try await with(begins("cat /dev/zero >&6; echo \"ended 1\" >&4")) { neighbour in
      let pipe = try ProofbackSystem.Pipe()
      let program = try await neighbour.start(output: pipe.writeEnd, name: "x") { _ in "" }
      #expect(try pipe.readEnd.readWhole(10)?.count == 10)
      try pipe.readEnd.close()
      #expect(await program.wait() == .exited(1))
    }
  }

  @Test func inputThatIsNotReadAnyMoreIsNotWaitedFor() async throws {
    try await with(begins("head -c 10 <&7 >/dev/null; exec 7<&-; echo \"ended 0\" >&4; sleep 5")) { neighbour in
      let pipe = try ProofbackSystem.Pipe()
      let program = try await neighbour.start(input: pipe.readEnd, name: "x") { _ in "" }
      let error = await #expect(throws: Errno.self) {
        try await Blocking.run("feed") {
          ignoreBrokenPipe()
          defer { try? pipe.writeEnd.close() }
          let block = [UInt8](repeating: 1, count: 1 << 16)
          while true { try block.withUnsafeBytes { try pipe.writeEnd.writeFully($0) } }
        }
      }
      #expect(error == .brokenPipe)
      #expect(await program.wait() == .exited(0))
    }
  }

  @Test func onesThatHangHoldNobodyUpOnceTheyAreLeft() async throws {
    try await with(begins("sleep 100")) { neighbour in
      let (input, output) = (try ProofbackSystem.Pipe(), try ProofbackSystem.Pipe())
      let program = try await neighbour.start(input: input.readEnd, output: output.writeEnd, name: "x") { _ in "" }
      neighbour.close()
      #expect(await program.wait() == .signalled(SIGKILL))
      #expect(try await Blocking.run("end") { try output.readEnd.readWhole(1) } == nil)
      for end in [input.writeEnd, output.readEnd] { try end.close() }
      await #expect(throws: RunTrouble.self) { _ = try await neighbour.start(name: "y") { _ in "" } }
    }
  }

  @Test func whatLiesInThePlaceOfAPipeIsNotOpened() throws {
    let folder = FilePath(NSTemporaryDirectory()).appending("spool-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.string) }
    let spool = Spool(folder: folder)
    symlink("/etc/hostname", folder.appending("link").string)
    try Data().write(to: URL(fileURLWithPath: folder.appending("file").string))
    try spool.makePipe("foreign", .fromNeighbour)
    lchown(folder.appending("foreign").string, TaskPlace.user, TaskPlace.user)
    for name in ["link", "file", "foreign"] {
      #expect(throws: Errno.self) { try spool.open(name, .readOnly) }
    }
  }

  @Test func wordsOfAnyKindReachTheProgramAsTheyAre() async throws {
    let words = ["a b", "'", "''\"$(id)`id`\\", "new\nline", "-n", "*", "~", "é", ""]
    let text = "printf '%s|' \(words.map(SidecarScripts.quoted).joined(separator: " "))"
    for shell in ["/bin/dash", "/bin/bash"] {
      let seen = try await Command(shell, ["-c", text]).capture()
      #expect(seen.text == words.map { $0 + "|" }.joined())
    }
  }
}
