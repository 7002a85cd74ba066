import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

/// The ways to fail, told apart against a real server.
@Suite struct SSHTroubleTests {
  private let impatient = SSHPatience(connect: 2, alive: 1, aliveCount: 2, answer: 4)

  private func trouble(
    _ server: SSHServer, user: String? = nil, patience: SSHPatience = SSHPatience(),
    _ change: (inout RunSecrets) throws -> Void = { _ in }
  ) async throws -> Finding? {
    let location = try SSHLocation(server.location(server.folder.path + "/sshd_config", user: user).dropFirst(6))
    let surroundings = try server.surroundings(change)
    let trouble = await #expect(throws: RunTrouble.self) {
      try await SSHSource(location: location, patience: patience).locate(pattern: nil, in: surroundings)
    }
    #expect(server.clients.isEmpty)
    return trouble?.finding
  }

  private func expect(
    _ code: String, _ server: SSHServer, user: String? = nil, patience: SSHPatience = SSHPatience(),
    _ change: (inout RunSecrets) throws -> Void = { _ in }, line: SourceLocation = #_sourceLocation
  ) async throws {
    let finding = try await trouble(server, user: user, patience: patience, change)
    #expect(finding?.code.rawValue == code, "\(finding as Any)", sourceLocation: line)
  }

  @Test func aHostThatRefusesTheConnectionIsUnreachable() async throws {
    let port = try FreePort.take()
    try await TemporaryFolder.with { folder in
      let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: RunSecrets())
      for host in ["127.0.0.1:\(port)", "no-such-host.invalid"] {
        let trouble = await #expect(throws: RunTrouble.self) {
          try await SourceCatalogue.parse("ssh://\(host)/x").locate(pattern: nil, in: surroundings)
        }
        #expect(trouble?.finding.code.rawValue == "location.unreachable" && trouble?.canRetry == true)
      }
    }
  }

  @Test func aHostThatShowsAnotherKeyIsNotTrusted() async throws {
    try await SSHServer.running { server in
      let finding = try await trouble(server) { $0.knownHosts = try server.knownHosts("other-host-key") }
      #expect(finding?.code.rawValue == "location.host-key-changed")
      let shown = try await server.fingerprint()
      #expect(finding?.evidence.contains { $0.contains(shown) } == true)
    }
  }

  @Test func aHostWhoseKeyIsNotKnownIsNotTrusted() async throws {
    try await SSHServer.running { server in
      let finding = try await trouble(server) { $0.knownHosts = Data() }
      #expect(finding?.code.rawValue == "location.host-key-unknown")
      let shown = try await server.fingerprint()
      #expect(finding?.evidence.contains { $0.contains(shown) } == true)
      #expect(finding?.hint.contains("ssh-keyscan -p \(server.port) 127.0.0.1") == true)
    }
  }

  @Test func aPinnedFingerprintIsEnough() async throws {
    try await SSHServer.running { server in
      let pinned = try await server.fingerprint()
      let surroundings = try server.surroundings { $0.knownHosts = Data((pinned + "\n").utf8) }
      let object = try await SourceCatalogue.parse(server.location(server.folder.path + "/sshd_config")).locate(
        pattern: nil, in: surroundings)
      #expect(object.name == "sshd_config")
      let other = try await server.fingerprint("other-host-key")
      try await expect("location.host-key-changed", server) { $0.knownHosts = Data(other.utf8) }
    }
  }

  @Test func aLoginThatIsRefusedIsNoVerdict() async throws {
    try await SSHServer.running(SSHServer.Options(acceptsKey: false)) { server in
      try await expect("location.login-refused", server)
      try await expect("location.login-refused", server, user: "nobody-of-this-name")
    }
  }

  @Test func aHostWithoutSFTPIsNamed() async throws {
    try await SSHServer.running(SSHServer.Options(offersSFTP: false)) { server in
      try await expect("ssh.no-sftp", server)
    }
    let chatty = SSHServer.Options(configuration: ["ForceCommand echo Welcome to this host, dear user"])
    try await SSHServer.running(chatty) { server in try await expect("ssh.no-sftp", server) }
    let closed = SSHServer.Options(configuration: ["ForceCommand exit 1"])
    try await SSHServer.running(closed) { server in try await expect("ssh.no-sftp", server) }
  }

  @Test func aBannerCannotPassForAnotherTrouble() async throws {
    try await TemporaryFolder.with { folder in
      let banner = try folder.write("banner", "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\n")
      let options = SSHServer.Options(acceptsKey: false, configuration: ["Banner \(banner)"])
      try await SSHServer.running(options) { server in
        try await expect("location.login-refused", server)
      }
    }
  }

  @Test func aKeyOfAnotherKindIsNamed() async throws {
    try await SSHServer.running { server in
      let publicKey = try server.key("user-key.pub")
      try await expect("ssh.key-unusable", server) { $0.sshKey = publicKey }
      let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IGEga2V5\n-----END OPENSSH PRIVATE KEY-----\n"
      let broken = NamedSecret(name: "broken", content: Data(text.utf8))
      try await expect("ssh.key-unusable", server) { $0.sshKey = broken }
    }
  }

  @Test func aKeyWithAPassphraseOpensWithIt() async throws {
    try await SSHServer.running { server in
      let path = server.folder.path + "/closed-key"
      try await SSHServer.makeKey(path, passphrase: "open sesame")
      try FileManager.default.removeItem(atPath: server.folder.path + "/accepted")
      try FileManager.default.copyItem(atPath: path + ".pub", toPath: server.folder.path + "/accepted")
      let key = try server.key("closed-key")
      try await expect("ssh.key-needs-passphrase", server) { $0.sshKey = key }
      let wrong = try await trouble(server) {
        $0.sshKey = key
        $0.passphrase = NamedSecret(name: "passphrase", content: Data("wrong".utf8))
      }
      #expect(wrong?.code.rawValue == "ssh.key-wrong-passphrase")
      let surroundings = try server.surroundings {
        $0.sshKey = key
        $0.passphrase = NamedSecret(name: "passphrase", content: Data("open sesame\n".utf8))
      }
      let source = try SourceCatalogue.parse(server.location(server.folder.path + "/sshd_config"))
      #expect(try await source.locate(pattern: nil, in: surroundings).name == "sshd_config")
    }
  }

  @Test(arguments: [(SIGSTOP, "location.stalled"), (SIGKILL, "location.connection-lost")])
  func aLinkThatBreaksInTheMiddleIsNoVerdict(_ signal: Int32, _ code: String) async throws {
    try await SSHServer.running { server in
      let file = try server.folder.write("big", Data(count: 200_000_000))
      let surroundings = try server.surroundings()
      let source = SSHSource(location: try SSHLocation(server.location(file).dropFirst(6)), patience: impatient)
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      server.signalSessions(signal)
      let read = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd()?.count ?? 0
      }
      let finding = await stream.finish()
      server.signalSessions(SIGKILL)
      try stream.descriptor.close()
      #expect(read < 200_000_000)
      #expect(finding?.code.rawValue == code && finding?.consequence == .inconclusive, "\(finding as Any)")
      #expect(finding?.evidence.contains { $0.hasSuffix(" of 200000000") } == true)
      #expect(server.clients.isEmpty)
    }
  }

  @Test func aDiskThatHangsBehindALivingHostIsAStall() async throws {
    let options = SSHServer.Options(offersSFTP: false, configuration: ["Subsystem sftp /bin/sleep 60"])
    try await SSHServer.running(options) { server in
      // No greeting: the host lives, its SFTP server does not.
      try await expect("location.stalled", server, patience: impatient)
    }
  }

  @Test func aHostThatTakesTheConnectionAndSaysNothingIsUnreachable() async throws {
    let port = try FreePort.take()
    let listener = try await ChildProcess.start(
      Command("/usr/bin/socat", ["TCP-LISTEN:\(port),bind=127.0.0.1,fork,reuseaddr", "SYSTEM:sleep 20"]),
      ownSession: true)
    while !FreePort.isListening(port) { try await Task.sleep(for: .milliseconds(25)) }
    try await TemporaryFolder.with { folder in
      let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: RunSecrets())
      let source = SSHSource(location: try SSHLocation("127.0.0.1:\(port)/x"), patience: impatient)
      let trouble = await #expect(throws: RunTrouble.self) {
        try await source.locate(pattern: nil, in: surroundings)
      }
      #expect(trouble?.finding.code.rawValue == "location.unreachable", "\(trouble as Any)")
    }
    let children = ProcessTable.descendants(of: listener.processID)
    for id in children { kill(id, SIGKILL) }
    await listener.stop(within: 2)
  }

  @Test func aTaskThatIsCancelledWaitsForNoHost() async throws {
    let options = SSHServer.Options(offersSFTP: false, configuration: ["Subsystem sftp /bin/sleep 60"])
    try await SSHServer.running(options) { server in
      let surroundings = try server.surroundings()
      let source = try SourceCatalogue.parse(server.location("/x"))
      let task = Task { try await source.locate(pattern: nil, in: surroundings) }
      while server.clients.isEmpty { try await Task.sleep(for: .milliseconds(25)) }
      let start = ContinuousClock.now
      task.cancel()
      _ = await task.result
      #expect(start.duration(to: .now) < .seconds(10))
      #expect(server.clients.isEmpty)
    }
  }

  @Test func aPathThatLooksLikeAnOptionOrACommandRunsNothing() async throws {
    try await SSHServer.running { server in
      let surroundings = try server.surroundings()
      let made = server.folder.path + "/made"
      for path in [
        "/-oProxyCommand=touch \(made)", "/$(touch \(made))", "/`touch \(made)`", "/x; touch \(made)",
        "/|touch \(made)",
      ] {
        let bad = await #expect(throws: BadBackup.self) {
          try await SourceCatalogue.parse(server.location(path)).locate(pattern: nil, in: surroundings)
        }
        #expect(bad?.finding.code.rawValue == "location.missing-file")
      }
      #expect(!FileManager.default.fileExists(atPath: made))
    }
  }

  @Test func aKeyFolderOfAStrangeNameWorks() async throws {
    try await SSHServer.running { server in
      let keys = try server.folder.folder("a \"b\" %h \\ c")
      let surroundings = SourceSurroundings(keyFolder: FilePath(keys), secrets: try server.surroundings().secrets)
      let source = try SourceCatalogue.parse(server.location(server.folder.path + "/sshd_config"))
      #expect(try await source.locate(pattern: nil, in: surroundings).name == "sshd_config")
    }
  }

  @Test func neitherKeyNorPassphraseIsOnACommandLine() throws {
    let location = try SSHLocation("backup@db1:2222/x")
    let credentials = SSHCredentials(options: ["IdentityFile=\"/k/ssh-key\""], environment: [:], hasKnownHosts: true)
    let command = SSHOptions.command("/usr/bin/ssh", to: location, patience: SSHPatience(), credentials: credentials)
    #expect(command.arguments.suffix(4) == ["-s", "--", "db1", "sftp"])
    #expect(command.arguments.contains("StrictHostKeyChecking=yes"))
    #expect(command.arguments.starts(with: ["-F", "none"]))
  }
}
