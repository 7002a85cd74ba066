import ProofbackSystem
import Testing

@Suite struct SealTests {
  @Test func aSealedProcessHasNoCapabilitiesNoNetworkAndAnUnprivilegedUser() async throws {
    let seal = Seal(user: 910_001, binds: [.init("/usr/bin/cat")])
    let status = try await seal.seal(Command("/usr/bin/cat", ["/proc/self/status"])).capture()
    #expect(status.end == .exited(0), "\(status.errorText)")
    #expect(status.text.contains("CapEff:\t0000000000000000"))
    #expect(status.text.contains("CapBnd:\t0000000000000000"))
    #expect(status.text.contains("NoNewPrivs:\t1"))
    #expect(!status.text.contains("Uid:\t0\t"))
    let network = try await seal.seal(Command("/usr/bin/cat", ["/proc/net/dev"])).capture()
    let interfaces = network.text.split(separator: "\n").dropFirst(2).map {
      $0.split(separator: ":")[0].filter { $0 != " " }
    }
    #expect(interfaces == ["lo"])
  }

  @Test func aSealedProcessSeesNothingOfTheHostButWhatIsBound() async throws {
    let seal = Seal(user: 910_001)
    for path in ["/etc/passwd", "/root", "/home", "/var", "/bin/sh", "/usr/bin/env"] {
      let outcome = try await seal.seal(Command("/usr/bin/ls", ["-d", path])).capture()
      #expect(!outcome.end.isSuccess, "\(path) is visible")
    }
    let tmp = try await seal.seal(Command("/usr/bin/ls", ["-A", "/tmp"])).capture()
    #expect(tmp.end == .exited(0) && tmp.text.isEmpty)
  }

  @Test func aChildsOutputAndErrorsComeBackWhole() async throws {
    let outcome = try await Command("/bin/sh", ["-c", "cat; echo no >&2; exit 3"]).capture(input: Array("hello".utf8))
    #expect(outcome.text == "hello")
    #expect(outcome.errorText == "no\n")
    #expect(outcome.end == .exited(3))
  }

  @Test func aChildStartedByACancelledTaskIsStillHeld() async throws {
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await ChildProcess.start(Command("/bin/sleep", ["1000"]))
    }
    task.cancel()
    let child = try await task.value
    child.signal(9)
    #expect(await child.wait() == .signalled(9))
  }

  @Test func peekingAPipeTakesNothingOutOfIt() async throws {
    let pipe = try Pipe()
    let writer = try await ChildProcess.start(
      Command("/bin/sh", ["-c", "printf abc; sleep 0.05; printf def"]), output: .descriptor(pipe.writeEnd))
    let head = try await Blocking.run("peek") { try PipePeek.head(of: pipe.readEnd, count: 100) }
    #expect(head == Array("abcdef".utf8))
    var rest = [UInt8](repeating: 0, count: 10)
    #expect(try rest.withUnsafeMutableBytes { try pipe.readEnd.readSome(into: $0) } == 6)
    #expect(await writer.wait() == .exited(0))
    try pipe.readEnd.close()
  }
}
