import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct S3SourceTests {
  /// One service for all: it takes seconds to start.
  private static let shared = Task { () -> S3Server in
    let server = try await S3Server.start()
    for bucket in ["backups", "shop"] { try await server.makeBucket(bucket) }
    return server
  }

  @Test(arguments: SourceContract.behaviours.filter { !$0.isOfFiles })
  func aBucket(_ behaviour: SourceContract.Behaviour) async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let contract = SourceContract(
        folder: folder, location: { server.location("backups" + $0) }, surroundings: Self.surroundings(folder),
        upload: { name in
          try await server.put("backups\(folder.path)/\(name)", file: "\(folder.path)/\(name)")
        })
      try await behaviour.check(contract)
    }
  }

  private static func surroundings(_ folder: TemporaryFolder, _ secrets: RunSecrets = S3Server.secrets())
    -> SourceSurroundings
  {
    SourceSurroundings(keyFolder: FilePath(folder.path), secrets: secrets)
  }

  /// Tries again at once; a busy machine is no stall.
  private func source(_ location: String, answer: Double = 60) throws -> S3Source {
    let patience = WebPatience(connect: 20, answer: answer, pauses: [0.05, 0.05])
    return S3Source(location: try S3Location(location.dropFirst(5)), patience: patience)
  }

  /// The code that looking for a place ends with.
  private func expect(
    _ code: String, _ place: String, _ secrets: RunSecrets = S3Server.secrets(), pattern: String? = nil,
    more: String = ""
  ) async throws -> Finding? {
    let server = try await Self.shared.value
    return try await expect(code, location: server.location(place, more: more), secrets, pattern: pattern)
  }

  private func expect(
    _ code: String, location: String, _ secrets: RunSecrets = S3Server.secrets(), pattern: String? = nil
  ) async throws -> Finding? {
    try await TemporaryFolder.with { folder in
      let source = try source(location)
      let error = await #expect(throws: (any Error).self) {
        try await source.locate(pattern: pattern, in: Self.surroundings(folder, secrets))
      }
      let finding = (error as? RunTrouble)?.finding ?? (error as? BadBackup)?.finding
      #expect(finding?.code.rawValue == code, "\(finding as Any)")
      for text in [finding?.message, finding?.hint].compactMap({ $0 }) + (finding?.evidence ?? []) {
        #expect(LocationText.isHarmless(text) && !text.contains(S3Server.secret))
      }
      return finding
    }
  }

  @Test func eachReasonOfAServiceHasItsFinding() async throws {
    let missing = try await expect("s3.bucket-missing", "no-such-bucket/x")
    #expect(missing?.consequence == .failed)
    _ = try await expect("s3.bucket-missing", "no-such-bucket", pattern: "*")
    _ = try await expect("s3.key-unknown", "backups/x", S3Server.secrets(id: "AKIASOMEBODYELSE"))
    _ = try await expect("s3.secret-refused", "backups/x", S3Server.secrets(secret: "not/the+right1secret"))
    let denied = try await expect("location.denied", "backups/x", S3Server.secrets(id: S3Server.limitedKey))
    #expect(denied?.hint.contains("s3:GetObject on backups/*") == true)
    _ = try await expect("s3.no-key", "backups/x", RunSecrets())
    var noKey = RunSecrets()
    noKey.cloudKey = NamedSecret(name: "id", content: Data("hello".utf8))
    _ = try await expect("s3.key-unusable", "backups/x", noKey)
    _ = try await expect("s3.clock-skew", "fault-skew/x")
    _ = try await expect("s3.session-ended", "fault-expired/x")
    _ = try await expect("s3.busy", "fault-busy/x")
    for bucket in ["fault-region", "fault-header"] {
      let region = try await expect("s3.wrong-region", "\(bucket)/x")
      #expect(region?.hint == "give eu-west-3 as its region")
    }
    _ = try await expect("location.unreachable", location: "s3://b/x?endpoint=http://127.0.0.1:1")
    _ = try await expect("location.unreachable", location: "s3://b/x?endpoint=http://no-such-host.invalid")
  }

  @Test func anObjectInAnArchiveIsNoVerdict() async throws {
    let server = try await Self.shared.value
    try await server.put("shop/cold.sql", file: "/etc/hostname", storage: "DEEP_ARCHIVE")
    _ = try await expect("s3.archived", "shop/cold.sql")
    _ = try await expect("s3.archived", "shop", pattern: "cold*")
  }

  @Test func whatDoesNotSpeakS3IsNoVerdict() async throws {
    for bucket in ["html", "huge", "entities", "circle", "speech"] {
      _ = try await expect("s3.unexpected-answer", "fault-\(bucket)", pattern: "*")
    }
  }

  @Test func aKeyThatSpeaksToTerminalsIsEscaped() async throws {
    let finding = try await expect("location.missing-file", "fault-names", pattern: "*")
    #expect(finding?.message.contains("\\u{1b}") == true, "\(finding as Any)")
  }

  @Test func aListingOfManyPagesIsReadToItsEnd() async throws {
    let server = try await Self.shared.value
    try await server.putMany(2500, bucket: "shop", prefix: "many/night-")
    try await TemporaryFolder.with { folder in
      try await server.put("shop/many/night-002499x", file: folder.write("newer", "x", age: -60))
      let object = try await source(server.location("shop/many")).locate(
        pattern: "night-*", in: Self.surroundings(folder))
      #expect(object.name == "night-002499x" && object.matches == 2501)
      #expect(object.etag?.hasPrefix("\"") == true)
    }
  }

  @Test(arguments: [("cut-once", nil), ("cut", "location.connection-lost"), ("stall", "location.stalled")])
  func bytesThatBreakOff(_ kind: String, _ code: String?) async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let content = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      let file = try folder.write("big", content)
      try await server.put("shop/\(kind)/big", file: file)
      let location = server.location("shop/\(kind)/big")
      let surroundings = Self.surroundings(folder)
      let object = try await source(location).locate(pattern: nil, in: surroundings)
      let stream = try await source(location, answer: kind == "stall" ? 4 : 60).open(object, in: surroundings)
      let data = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd() ?? Data()
      }
      let finding = await stream.finish()
      try stream.descriptor.close()
      #expect(finding?.code.rawValue == code, "\(finding as Any)")
      // Each try of `cut` brings some more; what came is the beginning, in order and once.
      #expect(content.starts(with: data) && (code != nil || data.count == content.count))
      if code != nil { #expect(finding?.evidence.contains { $0.hasSuffix(" of 1000000") } == true) }
    }
  }

  @Test func aCertificateThatIsNotTrustedEndsIt() async throws {
    try await TemporaryFolder.with { folder in
      let made = try await Command(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2", "-addext",
          "subjectAltName=IP:127.0.0.1", "-keyout", folder.path + "/key.pem", "-out", folder.path + "/cert.pem",
        ]
      ).capture()
      #expect(made.end.isSuccess)
      let both =
        try Data(contentsOf: URL(filePath: folder.path + "/cert.pem"))
        + Data(contentsOf: URL(filePath: folder.path + "/key.pem"))
      let server = try await S3Server.start(certificate: try folder.write("both.pem", both))
      _ = try await expect("s3.certificate-untrusted", location: server.location("backups/x"))
      await server.stop()
      // And TLS where there is none.
      let plain = try await Self.shared.value
      _ = try await expect(
        "location.unreachable", location: "s3://backups/x?endpoint=https://127.0.0.1:\(plain.port)")
    }
  }

  @Test func theFirstBytesAreThoseOfTheObjectThatWasFoundAndNoMore() async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let source = try source(server.location("shop/begins"))
      let surroundings = Self.surroundings(folder)
      func beginning(_ object: SourceObject, _ limit: Int) async throws -> [UInt8]? {
        try await source.beginning(of: object, limit: limit, in: surroundings)
      }
      try await server.put("shop/begins", file: folder.write("one", "0123456789"))
      let object = try await source.locate(pattern: nil, in: surroundings)
      #expect(try await beginning(object, 4) == Array("0123".utf8))
      #expect(try await beginning(object, 1024) == Array("0123456789".utf8))
      try await server.put("shop/begins", file: folder.write("two", "abcdefghij"))
      await #expect(throws: RunTrouble.self) { try await beginning(object, 4) }
    }
  }

  @Test func theSecretIsInNoArgument() async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let file = try folder.write("big", Data(count: 30_000_000))
      try await server.put("shop/big", file: file)
      let surroundings = Self.surroundings(folder)
      let source = try source(server.location("shop/big"))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      let curls = ProcessTable.all().filter { $0.arguments.contains("--config") }
      #expect(!curls.isEmpty)
      for curl in curls {
        let environment = (try? String(contentsOfFile: "/proc/\(curl.id)/environ", encoding: .utf8)) ?? ""
        #expect(!"\(curl.arguments) \(environment)".contains(S3Server.secret))
      }
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
    }
  }
}
