import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct SSHSourceTests {
  @Test(arguments: SourceContract.behaviours) func aHost(_ behaviour: SourceContract.Behaviour) async throws {
    try await SSHServer.running { server in
      try await TemporaryFolder.with { folder in
        try await behaviour.check(
          SourceContract(
            folder: folder, location: { server.location($0) }, surroundings: try server.surroundings()))
      }
      #expect(server.clients.isEmpty)
    }
  }

  @Test func anAccountThatMayDoNothingButSFTPIsEnough() async throws {
    let options = SSHServer.Options(configuration: ["ForceCommand internal-sftp", "PermitTTY no"])
    try await SSHServer.running(options) { server in
      let file = try server.folder.write("shop.sql", "hello")
      let object = try await SourceCatalogue.parse(server.location(file)).locate(
        pattern: nil, in: server.surroundings())
      #expect(object.size == 5)
    }
  }

  @Test func aSlowReaderLosesNothing() async throws {
    try await SSHServer.running { server in
      let file = try server.folder.write("big", Data(count: 8_000_000))
      let surroundings = try server.surroundings()
      let source = SSHSource(
        location: try SSHLocation(server.location(file).dropFirst(6)),
        patience: SSHPatience(connect: 5, alive: 1, aliveCount: 2, answer: 2))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      try await Task.sleep(for: .seconds(4))
      let data = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd()
      }
      #expect(data?.count == 8_000_000)
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
    }
  }

  @Test func whatMayNotBeReadIsNoVerdict() async throws {
    let options = SSHServer.Options(configuration: ["ForceCommand internal-sftp -p open"])
    try await SSHServer.running(options) { server in
      let file = try server.folder.write("shop.sql", "hello")
      let trouble = await #expect(throws: RunTrouble.self) {
        try await SourceCatalogue.parse(server.location(file)).locate(pattern: nil, in: server.surroundings())
      }
      #expect(trouble?.finding.code.rawValue == "location.denied")
    }
  }

  @Test func aTransferThatIsGivenUpUnreadLeavesNoProcess() async throws {
    try await SSHServer.running { server in
      let file = try server.folder.write("big", Data(count: 20_000_000))
      let surroundings = try server.surroundings()
      let source = try SourceCatalogue.parse(server.location(file))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      #expect(server.clients.count == 1)
      #expect(await stream.finish() == nil)
      #expect(server.clients.isEmpty)
      try stream.descriptor.close()
    }
  }
}
