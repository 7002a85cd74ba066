import Foundation
import ProofbackTestSupport
import Testing

/// What `proofback serve` says when it starts, and when it can't.
@Suite(.serialized) struct ServeStartTests {
  private func serve(_ kit: ServeKit, _ options: String...) async throws -> ClientProgram.Ended {
    let state = options.contains("--state-folder") ? [] : ["--state-folder", kit.folder + "/other"]
    return try await ClientProgram.run(["serve"] + state + options, config: kit.folder + "/client.json")
  }

  /// What it prints until it serves; then it ends.
  private func started(_ kit: ServeKit, _ listen: String, _ options: String...) async throws -> String {
    let program = Process()
    program.executableURL = URL(fileURLWithPath: BuiltProgram.proofback)
    program.arguments = ["serve", "--listen", listen, "--state-folder", kit.folder + "/other"] + options
    let output = Pipe()
    program.standardOutput = output
    program.standardError = output
    try program.run()
    let text = await ServeKit.start(from: output.fileHandleForReading)
    program.terminate()
    await Task.detached { program.waitUntilExit() }.value
    return text
  }

  @Test func `a port that is taken and folders that are none are facts, without usage`() async throws {
    let kit = try ServeKit()
    _ = try await kit.start()
    let address = "127.0.0.1:\(kit.port)"
    let taken = try await serve(kit, "--listen", address)
    #expect(taken.status == 1 && taken.errors.hasPrefix("\(address) is in use by another program"), "\(taken)")
    #expect(taken.errors.contains("next: listen elsewhere, with --listen") && !taken.errors.contains("Usage"))
    let far = try await serve(kit, "--listen", "192.0.2.1:8080")
    #expect(far.status == 1 && far.errors.contains("192.0.2.1:8080 is no address of this machine"), "\(far)")
    let file = kit.folder + "/file"
    try Data("no folder".utf8).write(to: URL(fileURLWithPath: file))
    let folder = try await serve(kit, "--state-folder", file + "/state")
    #expect(folder.status == 1 && folder.errors.hasPrefix("the state folder \(file)/state can't be used"), "\(folder)")
    try FileManager.default.createDirectory(atPath: kit.folder + "/odd", withIntermediateDirectories: true)
    try Data("no database, whatever its name".utf8).write(to: URL(fileURLWithPath: kit.folder + "/odd/state.sqlite"))
    let odd = try await serve(kit, "--state-folder", kit.folder + "/odd")
    #expect(odd.status == 1 && odd.errors.contains("file is not a database") && !odd.errors.contains("SELECT"))
  }

  @Test func `the first manager's link leads to where people reach the server, and what is odd is warned of`()
    async throws
  {
    let kit = try ServeKit()
    let here = "127.0.0.1:\(kit.port)"
    let plain = try await started(kit, here)
    #expect(plain.contains("once: http://\(here)/setup?token=") && !plain.contains("warning"), "\(plain)")
    let behind = try await started(kit, here, "--behind-tls")
    #expect(behind.contains("links in messages lead to https://127.0.0.1, which is only guessed"), "\(behind)")
    let named = try await started(kit, here, "--behind-tls", "--public-url", "https://backups.example.org/")
    #expect(named.contains("once: https://backups.example.org/setup?token="), "\(named)")
    #expect(!named.contains("warning"))
    let open = try await started(kit, "0.0.0.0:\(kit.port)", "--public-url", "http://backups.example.org")
    #expect(open.contains("travel unencrypted to 0.0.0.0:\(kit.port)") && !open.contains("links in messages"))
    let guessed = try await started(kit, "0.0.0.0:\(kit.port)", "--behind-tls")
    #expect(guessed.contains("links in messages lead to https://") && !guessed.contains("unencrypted"))
  }

  @Test func `neither the whole machine nor the server's own state can be allowed`() async throws {
    let kit = try ServeKit()
    let manager = Caller(
      origin: kit.origin, token: try await Browser.manager(kit).token("paths", "manage"))
    try FileManager.default.createSymbolicLink(atPath: kit.folder + "/link", withDestinationPath: kit.folder)
    for (path, fact) in [
      ("/", "/ is the whole machine"), ("//", "/ is the whole machine"),
      (kit.folder, "holds this server's own state"), (kit.folder + "/state", "holds this server's own state"),
      (kit.folder + "/link", "holds this server's own state"),
    ] {
      let answer = try await manager.post("/settings/allowed-paths", ["path": path])
      #expect(answer.status == 422 && answer.text.contains(fact), "\(path): \(answer.text)")
    }
    #expect(try await manager.post("/settings/allowed-paths", ["path": kit.folder + "/backups"]).status == 201)
  }
}
