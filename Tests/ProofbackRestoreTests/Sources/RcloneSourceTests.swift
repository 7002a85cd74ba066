import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct RcloneSourceTests {
  /// One server for all, which serves the whole machine.
  private static let shared = Task { try await RcloneServer.start("webdav", serving: "/") }

  private static func location(_ server: RcloneServer, _ path: String) -> String {
    let plain = CharacterSet(charactersIn: "/._-").union(.alphanumerics)
    return "webdav://127.0.0.1:\(server.port)\(path.addingPercentEncoding(withAllowedCharacters: plain) ?? path)"
  }

  private func surroundings(
    _ folder: TemporaryFolder, _ secrets: RunSecrets, allowed: [String]? = nil
  ) throws -> SourceSurroundings {
    let keys = try folder.folder("../keys-\(UUID().uuidString.prefix(8))")
    return SourceSurroundings(keyFolder: FilePath(keys), secrets: secrets, allowedHosts: allowed)
  }

  /// rclone is started for each question: what asks many is `make test-all`'s.
  private static let behaviours = SourceContract.behaviours.filter {
    !$0.isOfFiles && (TestAll.isOn || !$0.testDescription.contains("strange names"))
  }

  @Test(arguments: behaviours)
  func aWebDAVServer(_ behaviour: SourceContract.Behaviour) async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let contract = SourceContract(
        folder: folder, location: { Self.location(server, $0) },
        surroundings: try surroundings(folder, server.secrets()), upload: { _ in })
      try await behaviour.check(contract)
    }
  }

  private func finding(_ location: String, _ secrets: RunSecrets, allowed: [String]? = nil) async throws -> Finding? {
    try await TemporaryFolder.with { folder in
      let error = await #expect(throws: (any Error).self) {
        try await SourceCatalogue.parse(location).locate(
          pattern: nil, in: surroundings(folder, secrets, allowed: allowed))
      }
      let finding = (error as? RunTrouble)?.finding ?? (error as? BadBackup)?.finding
      for text in [finding?.message, finding?.hint].compactMap({ $0 }) + (finding?.evidence ?? []) {
        #expect(LocationText.isHarmless(text) && !text.contains("Secret+of"))
      }
      return finding
    }
  }

  @Test func eachReasonHasItsFinding() async throws {
    let server = try await Self.shared.value
    let there = Self.location(server, "/etc/hostname")
    func code(_ location: String, _ secrets: RunSecrets, allowed: [String]? = nil) async throws -> String? {
      try await finding(location, secrets, allowed: allowed)?.code.rawValue
    }
    #expect(try await code(there, server.secrets(login: nil)) == "web.no-login")
    #expect(try await code(there, server.secrets(login: "backup:wrong")) == "web.login-refused")
    #expect(try await code(there, server.secrets(login: "{\"type\":\"external_account\"}")) == "web.login-unusable")
    var unknown = server.secrets()
    unknown.authority = nil
    #expect(try await code(there, unknown) == "web.certificate-untrusted")
    #expect(try await code(there, server.secrets(), allowed: []) == "web.local-address")
    #expect(try await code("webdav://127.0.0.1:1/x", server.secrets()) == "location.unreachable")
    #expect(try await code("webdav://no-such-host.invalid/x", server.secrets()) == "location.unreachable")
    #expect(try await code("b2://backups/x", RunSecrets()) == "web.no-login")
    #expect(try await code("gcs://backups/x", server.secrets()) == "web.login-unusable")
    #expect(try await code("azureblob://backups/x?account=shop", server.secrets()) == "web.login-unusable")
  }

  @Test func anFTPServerOfAPrivateAuthorityIsReadOverTLSAndNoOther() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write("shop.sql", "hello")
      let server = try await FTPServer.start(serving: folder.path)
      let there = "ftps://127.0.0.1:\(server.port)/shop.sql"
      let surroundings = try surroundings(folder, server.secrets())
      let source = try SourceCatalogue.parse(there)
      let object = try await source.locate(pattern: nil, in: surroundings)
      let stream = try await source.open(object, in: surroundings)
      let data = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd() ?? Data()
      }
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
      #expect(data == Data("hello".utf8))
      var unknown = server.secrets()
      unknown.authority = nil
      #expect(try await finding(there, unknown)?.code.rawValue == "web.certificate-untrusted")
      #expect(try await finding(there, server.secrets(password: "wrong"))?.code.rawValue == "web.login-refused")
      #expect(
        try await finding(there.replacing("shop", with: "none"), server.secrets())?.code.rawValue
          == "location.missing-file")
      await server.stop()
    }
  }

  /// rclone's own words, and those of the services behind it (errors of Azure's Blob service, Backblaze's and Google's APIs, RFC
  /// 959), as rclone 1.60 passes them on.
  @Test(arguments: [
    ("Failed to cat: BlobArchived: This operation is not permitted on an archived blob.", "rclone.archived"),
    ("Failed to cat: unknown 401 Unauthorized: bad_auth_token (401 bad_auth_token)", "web.login-refused"),
    ("Failed to lsjson: AuthenticationFailed: Server failed to authenticate the request.", "web.login-refused"),
    (
      #"couldn't fetch token: oauth2: cannot fetch token: 400 Bad Request {"error": "invalid_grant"}"#,
      "web.login-refused"
    ),
    ("error listing: login: 530 Login incorrect.", "web.login-refused"),
    ("googleapi: Error 403: Forbidden, forbidden", "location.denied"),
    ("AuthorizationPermissionMismatch: This request is not authorized", "location.denied"),
    ("error reading: 503 Service Unavailable", "web.busy"),
    ("couldn't list: Too Many Requests: HTTP error 429 (429 Too Many Requests) returned", "web.busy"),
    ("dial tcp 10.0.0.1:443: i/o timeout", "location.unreachable"),
    ("x509: certificate signed by unknown authority", "web.certificate-untrusted"),
    ("Failed to cat: something that nobody knows", "rclone.refused"),
  ])
  func whatAServiceSaysHasItsFinding(words: String, code: String) throws {
    let kind = try #require(RcloneSourceKind.all.first { $0.name == "b2" })
    let location = try #require(try kind.parse("b2://nights/shop.sql") as? RcloneSource).location
    var secrets = RunSecrets()
    secrets.login = NamedSecret(name: "login", content: Data("a:b".utf8))
    let fault = RcloneFault(
      end: .exited(1), words: Array("2026/11/28 03:00:00 ERROR : \(words)\n".utf8), location: location, secrets: secrets
    )
    let trouble = try #require(fault.error(about: RawPath("/shop.sql")) as? RunTrouble)
    #expect(trouble.finding.code.rawValue == code && !trouble.finding.hint.isEmpty)
  }

  @Test func aConfigurationHoldsWhatItsBackendMayAndNoMore() async throws {
    try await TemporaryFolder.with { folder in
      func config(_ location: String, _ login: String) async throws -> String {
        var secrets = RunSecrets()
        secrets.login = NamedSecret(name: "login", content: Data(login.utf8))
        let kind = try #require(RcloneSourceKind.all.first { location.hasPrefix($0.name + "://") })
        let source = try #require(try kind.parse(location) as? RcloneSource)
        let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: secrets)
        _ = try await RcloneConfig.prepare(source.location, WebPatience(), in: surroundings)
        return try String(contentsOfFile: folder.path + "/rclone.conf", encoding: .utf8)
      }
      #expect(
        try await config("b2://nights/shop", "id1:key1") == "[backup]\ntype = b2\naccount = id1\nkey = key1\n")
      #expect(
        try await config("swift://nights/x?auth=https://a.example/v3&tenant=shop", "me:pw")
          == "[backup]\ntype = swift\nauth = https://a.example/v3\ntenant = shop\nuser = me\nkey = pw\n")
      #expect(
        try await config("webdav://c.example:8443/x?root=/dav/me%20too&vendor=nextcloud", "tok.en")
          == "[backup]\ntype = webdav\nvendor = nextcloud\nurl = https://c.example:8443/dav/me%20too\nbearer_token = tok.en\n"
      )
      let ftp = try await config("ftps://f.example/x", "me:geheim")
      #expect(
        ftp.hasPrefix("[backup]\ntype = ftp\nhost = f.example\nport = 21\nexplicit_tls = true\nuser = me\npass = "))
      #expect(!ftp.contains("geheim"))
      #expect(try await config("ftps://f.example/x?tls=implicit", "me:pw").contains("port = 990\ntls = true"))
      let google =
        #"{"type": "service_account", "private_key": "a\nb", "token_uri": "https://oauth2.googleapis.com/token"}"#
      let lines = try await config("gcs://nights/x", google).split(separator: "\n")
      #expect(
        lines.last
          == #"service_account_credentials = {"private_key":"a\nb","token_uri":"https://oauth2.googleapis.com/token","type":"service_account"}"#
      )
      // rclone reads what stands in such signs as another entry, or without them.
      for odd in ["me:%(type)s", "me:\"x\"", "me:`x`"] {
        let trouble = await #expect(throws: RunTrouble.self) { try await config("b2://nights/x", odd) }
        #expect(trouble?.finding.code.rawValue == "web.login-unusable")
      }
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/rclone.conf")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test func aProofBesideTheFileIsFoundAndNoSecretIsInAnArgument() async throws {
    let server = try await Self.shared.value
    try await TemporaryFolder.with { folder in
      let file = try folder.write("big", Data(count: 30_000_000))
      try folder.write("big.proof", "sealed")
      let surroundings = try surroundings(folder, server.secrets())
      let source = try SourceCatalogue.parse(Self.location(server, file))
      let object = try await source.locate(pattern: nil, in: surroundings)
      #expect(
        try await source.companion(of: object, ending: ".proof", limit: 100, in: surroundings) == Data("sealed".utf8))
      #expect(try await source.companion(of: object, ending: ".none", limit: 100, in: surroundings) == nil)
      let stream = try await source.open(object, in: surroundings)
      let own = ProcessTable.all().filter { $0.arguments.contains("cat") && $0.arguments.contains("--config") }
      #expect(!own.isEmpty)
      for process in own { #expect(!"\(process.arguments)".contains("Secret+of")) }
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
    }
  }
}
