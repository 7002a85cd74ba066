import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct HTTPSSourceTests {
  /// One server for all, which serves the whole machine.
  private static let shared = Task { try await WebServer.start(serving: "/") }

  @Test(arguments: SourceContract.behaviours.filter { !$0.isOfFiles && !$0.isOfLists })
  func aWebServer(_ behaviour: SourceContract.Behaviour) async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let contract = SourceContract(
        folder: folder, location: { server.location("plain" + $0) },
        surroundings: SourceSurroundings(keyFolder: FilePath(folder.path), secrets: server.secrets()),
        upload: { _ in })
      try await behaviour.check(contract)
    }
  }

  private func source(_ location: String, answer: Double = 60) throws -> HTTPSSource {
    let patience = WebPatience(connect: 20, answer: answer, pauses: [0.05, 0.05])
    return HTTPSSource(location: try HTTPSLocation(location.dropFirst(8)), patience: patience)
  }

  private func surroundings(
    _ folder: TemporaryFolder, _ secrets: RunSecrets, allowed: [String]? = nil
  ) -> SourceSurroundings {
    SourceSurroundings(keyFolder: FilePath(folder.path), secrets: secrets, allowedHosts: allowed)
  }

  /// What looking for a file that is there ends with when it is served in this way.
  private func finding(
    _ way: String, login: String? = nil, allowed: [String]? = nil, location: String? = nil
  ) async throws -> Finding? {
    let server = try await Self.shared.value
    return try await TemporaryFolder.with { folder in
      let file = try folder.write("shop.sql", "hello")
      let place = location ?? server.location("\(way)\(file)")
      do {
        _ = try await source(place).locate(
          pattern: nil, in: surroundings(folder, server.secrets(login: login), allowed: allowed))
        return nil
      } catch {
        let finding = (error as? RunTrouble)?.finding ?? (error as? BadBackup)?.finding
        for text in [finding?.message, finding?.hint].compactMap({ $0 }) + (finding?.evidence ?? []) {
          #expect(LocationText.isHarmless(text) && !text.contains("Secret+of") && !text.contains("Token-of"))
        }
        return finding
      }
    }
  }

  @Test(
    arguments: [
      ("plain", nil, nil), ("norange", nil, nil), ("chunked", nil, nil), ("busy-once", nil, nil), ("hop", nil, nil),
      ("basic", "web.no-login", nil), ("basic", "web.login-refused", "backup:wrong"),
      ("basic", nil, WebServer.login), ("bearer", nil, WebServer.token), ("bearer", "web.login-refused", "other"),
      ("plain", "web.login-unusable", "two\nlines"), ("plain", "web.login-unusable", "{\"type\": \"x\"}"),
      ("status-403", "location.denied", nil), ("status-410", "location.missing-file", nil),
      ("status-404", "location.missing-file", nil), ("status-500", "web.busy", nil), ("status-429", "web.busy", nil),
      ("status-418", "https.unexpected-answer", nil), ("page", "https.web-page", nil),
      ("hop-login", "https.web-page", nil), ("hop-http", "https.redirect-refused", nil),
      ("hop-file", "https.redirect-refused", nil), ("hop-circle", "https.redirect-refused", nil),
      ("hop-relative", "https.redirect-refused", nil), ("hop-local", "web.local-address", nil),
      ("hop-metadata", "web.local-address", nil),
    ] as [(String, String?, String?)])
  func eachAnswerHasItsFinding(_ way: String, _ code: String?, _ login: String?) async throws {
    let finding = try await finding(way, login: login)
    #expect(finding?.code.rawValue == code, "\(finding as Any)")
  }

  @Test func aHostOfThisMachinesOwnNetworkIsAskedWhereAManagerAllowedIt() async throws {
    let port = try await Self.shared.value.port
    #expect(try await finding("plain", allowed: [])?.code.rawValue == "web.local-address")
    #expect(try await finding("plain", allowed: ["127.0.0.1"]) == nil)
    let named = try await finding("plain", allowed: [], location: "https://localhost:\(port)/plain/etc/hostname")
    #expect(named?.code.rawValue == "web.local-address")
    // The certificate is of this name too, and the name is resolved by us.
    #expect(try await finding("plain", location: "https://localhost:\(port)/plain/etc/hostname") == nil)
    #expect(try await finding("plain", location: "https://127.0.0.1:1/x")?.code.rawValue == "location.unreachable")
    let none = try await finding("plain", location: "https://no-such-host.invalid/x")
    #expect(none?.code.rawValue == "location.unreachable")
  }

  @Test func aCertificateThatNobodyKnowsIsNotTrusted() async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let trouble = await #expect(throws: RunTrouble.self) {
        try await source(server.location("plain/etc/hostname")).locate(
          pattern: nil, in: surroundings(folder, RunSecrets()))
      }
      #expect(trouble?.finding.code.rawValue == "web.certificate-untrusted")
      #expect(trouble?.finding.hint.contains("--authority") == true)
    }
  }

  /// Fetches a file of a million bytes in one of the server's ways.
  private func fetch(_ way: String, answer: Double = 60) async throws -> (content: Data, came: Data, finding: Finding?)
  {
    let server = try await Self.shared.value
    return try await TemporaryFolder.with { folder in
      let content = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      let file = try folder.write("big", content, age: 60)
      let source = try source(server.location(way + file), answer: answer)
      let surroundings = surroundings(folder, server.secrets())
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      let data = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd() ?? Data()
      }
      let finding = await stream.finish()
      try stream.descriptor.close()
      return (content, data, finding)
    }
  }

  @Test(arguments: [
    ("plain", nil), ("chunked", nil), ("norange", nil), ("hop", nil), ("cut", nil), ("cut-once", nil),
    ("cut-dated", nil), ("cut-digest", nil), ("cut-norange", "location.connection-lost"),
    ("cut-untold", "location.connection-lost"), ("cut-changed", "location.changed-while-read"),
    ("stall", "location.stalled"),
  ])
  func bytesThatBreakOffAreGoneOnWithOrSaidToBeLost(_ way: String, _ code: String?) async throws {
    let (content, came, finding) = try await fetch(way, answer: way == "stall" ? 3 : 60)
    #expect(finding?.code.rawValue == code, "\(finding as Any)")
    // What came is the beginning, in order and once; bytes of two files never come together.
    #expect(content.starts(with: came) && (code != nil || came.count == content.count))
  }

  @Test(arguments: [
    ("digest", nil), ("digest-parts", nil), ("digest-wrong", "repr-digest"), ("digest-old", "digest"),
    ("digest-md5", "content-md5"), ("digest-amz", "x-amz-checksum-sha256"), ("digest-hex", "x-checksum-sha1"),
  ])
  func bytesAreHeldAgainstTheServersOwnChecksum(_ way: String, _ header: String?) async throws {
    let (content, came, finding) = try await fetch(way)
    #expect(came == content)
    #expect(finding?.code.rawValue == header.map { _ in "web.checksum-mismatch" }, "\(finding as Any)")
    if let header {
      #expect(finding?.consequence == .failed && finding?.evidence.contains { $0.contains("(\(header))") } == true)
    }
  }

  @Test func aProofBesideTheFileIsFoundAndItsAbsenceIsNoTrouble() async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let file = try folder.write("shop.sql", "hello")
      let surroundings = surroundings(folder, server.secrets())
      let source = try source(server.location("plain" + file))
      let object = try await source.locate(pattern: nil, in: surroundings)
      #expect(try await source.companion(of: object, ending: ".proof", limit: 100, in: surroundings) == nil)
      try folder.write("shop.sql.proof", "sealed")
      #expect(
        try await source.companion(of: object, ending: ".proof", limit: 100, in: surroundings) == Data("sealed".utf8))
      await #expect(throws: OversizedCompanion.self) {
        try await source.companion(of: object, ending: ".proof", limit: 3, in: surroundings)
      }
    }
  }

  @Test func theLoginGoesToItsOwnServerAloneAndIsInNoArgument() async throws {
    let here = HTTPSTarget(origin: try WebAddress("https://a.example"), target: "/x/y?z")
    #expect(HTTPSTarget("//b.example/p?q", seenFrom: here)?.address == "https://b.example/p?q")
    #expect(HTTPSTarget("z", seenFrom: here)?.address == "https://a.example/x/z")
    #expect(HTTPSTarget("?r", seenFrom: here)?.address == "https://a.example/x/y?r")
    #expect(HTTPSTarget("/a#b", seenFrom: here)?.address == "https://a.example/a")
    for refused in [
      "", "http://b.example/", "ftp:x", "javascript:x", "https://u:p@b.example/", "/a b", "/../x", "https:x",
    ] {
      #expect(HTTPSTarget(refused, seenFrom: here) == nil, "\(refused)")
    }
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let file = try folder.write("big", Data(count: 30_000_000))
      let surroundings = surroundings(folder, server.secrets(login: WebServer.login))
      let source = try source(server.location("basic" + file))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      let curls = ProcessTable.all().filter { $0.arguments.first?.hasSuffix("curl") == true }
      #expect(!curls.isEmpty)
      for curl in curls { #expect(!"\(curl.arguments)".contains("Secret+of0the1Tests")) }
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
    }
  }
}
