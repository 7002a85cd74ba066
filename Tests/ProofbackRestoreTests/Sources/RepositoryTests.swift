import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

/// restic's and borg's repositories, made by themselves.
@Suite struct RepositoryTests {
  typealias Program = TestRepository.Program

  private func surroundings(_ folder: TemporaryFolder, _ secrets: RunSecrets) throws -> SourceSurroundings {
    SourceSurroundings(keyFolder: FilePath(try folder.folder("keys-\(UUID().uuidString.prefix(8))")), secrets: secrets)
  }

  private func location(_ program: Program, _ path: String, _ repository: String, more: String = "") -> String {
    "\(program.rawValue)://local\(path)?repository=\(repository)\(more)"
  }

  private func read(
    _ location: String, pattern: String? = nil, _ surroundings: SourceSurroundings
  ) async throws -> (object: SourceObject, data: Data, finding: Finding?) {
    let source = try SourceCatalogue.parse(location)
    let object = try await source.locate(pattern: pattern, in: surroundings)
    let stream = try await source.open(object, in: surroundings)
    let data = try await Blocking.run("read") {
      try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd() ?? Data()
    }
    let finding = await stream.finish()
    try stream.descriptor.close()
    return (object, data, finding)
  }

  private func code(_ location: String, _ surroundings: SourceSurroundings) async throws -> String? {
    do {
      return try await read(location, surroundings).finding?.code.rawValue
    } catch {
      let finding = (error as? RunTrouble)?.finding ?? (error as? BadBackup)?.finding
      for text in [finding?.message].compactMap({ $0 }) + (finding?.evidence ?? []) {
        #expect(LocationText.isHarmless(text) && !text.contains(TestRepository.password))
      }
      return finding?.code.rawValue
    }
  }

  @Test(
    .enabled(if: TestAll.isOn), arguments: Program.allCases,
    SourceContract.behaviours.filter { !$0.isOfFiles && !$0.isOfLiveFiles })
  func aRepository(_ program: Program, _ behaviour: SourceContract.Behaviour) async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(program, in: place)
      try await TemporaryFolder.with { folder in
        try await repository.backUp([folder.path])
        let contract = SourceContract(
          folder: folder, location: { self.location(program, $0, repository.address) },
          surroundings: try surroundings(place, TestRepository.secrets()), missing: "repository.path-missing",
          upload: { _ in
            // borg knows an archive's time to the second.
            if program == .borg { try await Task.sleep(for: .seconds(1.1)) }
            try await repository.backUp([folder.path])
          })
        try await behaviour.check(contract)
      }
    }
  }

  @Test(arguments: Program.allCases)
  func filesAndFoldersComeOutOfTheNewestSnapshot(_ program: Program) async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(program, in: place)
      let nights = try place.folder("nights")
      try place.write("nights/shop-1.sql", "first", age: 90_000)
      try await repository.backUp([nights], name: "old-1", more: program == .restic ? ["--tag", "old"] : [])
      // borg knows an archive's time to the second.
      if program == .borg { try await Task.sleep(for: .seconds(1.1)) }
      try place.write("nights/shop-2.sql", "second", age: 3600)
      try await repository.backUp([nights], name: "new-1", more: program == .restic ? ["--host", "db2"] : [])
      let before = try snapshotOfFiles(repository.address)
      let surroundings = try surroundings(place, TestRepository.secrets())

      let one = try await read(location(program, nights + "/shop-1.sql", repository.address), surroundings)
      #expect(one.data == Data("first".utf8) && one.finding == nil && one.object.size == 5)
      #expect(abs(one.object.modified!.timeIntervalSinceNow + 90_000) < 300)
      let newest = try await read(location(program, nights, repository.address), pattern: "shop-*", surroundings)
      #expect(newest.data == Data("second".utf8) && newest.object.matches == 2 && newest.object.name == "shop-2.sql")
      let more = program == .restic ? "&tag=old" : "&archives=old-*"
      let old = location(program, nights, repository.address, more: more)
      #expect(try await read(old, pattern: "shop-*", surroundings).object.name == "shop-1.sql")
      #expect(
        try await code(location(program, nights + "/shop-2.sql", repository.address, more: more), surroundings)
          == "repository.path-missing")

      let folder = try await read(location(program, nights, repository.address), surroundings)
      #expect(folder.object.name == "nights.tar" && folder.object.size == nil && folder.finding == nil)
      #expect(abs(folder.object.modified!.timeIntervalSinceNow + 3600) < 300)
      let list = try await Command("/usr/bin/tar", ["tf", "-"]).capture(input: Array(folder.data))
      #expect(list.text.contains("nights/shop-1.sql") && list.text.contains("nights/shop-2.sql"))
      // Nothing was written, no lock either.
      #expect(try snapshotOfFiles(repository.address) == before)
    }
  }

  @Test func aRepositoryWhoseIndexIsMissingIsLeftAsItIs() async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(.borg, in: place)
      let file = try place.write("shop.sql", "hello")
      try await repository.backUp([file])
      for name in try FileManager.default.contentsOfDirectory(atPath: repository.address)
      where name.hasPrefix("index.") || name.hasPrefix("hints.") {
        try FileManager.default.removeItem(atPath: repository.address + "/" + name)
      }
      let before = try snapshotOfFiles(repository.address)
      let right = try surroundings(place, TestRepository.secrets())
      #expect(try await code(location(.borg, file, repository.address), right) == "repository.unreadable")
      #expect(try snapshotOfFiles(repository.address) == before)
    }
  }

  /// Names and sizes of all that lies in a folder.
  private func snapshotOfFiles(_ folder: String) throws -> [String] {
    try (FileManager.default.subpaths(atPath: folder) ?? []).sorted().map { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      return "\(name) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
    }
  }

  @Test(arguments: TestAll.first(1, of: Program.allCases)) func eachReasonHasItsFinding(_ program: Program) async throws
  {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(program, in: place)
      let random = try #require(try FileHandle(forReadingAtPath: "/dev/urandom")?.read(upToCount: 300_000))
      let file = try place.write("shop.sql", random)
      let there = location(program, file, repository.address)
      let right = try surroundings(place, TestRepository.secrets())
      #expect(try await code(there, right) == "repository.no-snapshot")
      try await repository.backUp([file], name: "first")
      #expect(try await code(there, right) == nil)
      #expect(
        try await code(there, surroundings(place, TestRepository.secrets("wrong"))) == "repository.password-wrong")
      #expect(try await code(there, surroundings(place, TestRepository.secrets(nil))) == "repository.no-password")
      #expect(try await code(location(program, "/nowhere", repository.address), right) == "repository.path-missing")
      #expect(try await code(location(program, file, "/nowhere"), right) == "repository.missing")
      #expect(try await code(location(program, file, try place.folder("empty")), right) == "repository.missing")
      try await lock(repository)
      #expect(try await code(there, right) == "repository.locked")
      try await unlock(repository)
      try repository.flipAByte()
      #expect(try await code(there, right) == "repository.damaged")
    }
  }

  /// The reader has been started, and waits; then data goes, with a program that goes through the repository and ends, or without.
  @Test(arguments: TestAll.isOn ? Program.allCases : [.borg], [true, false])
  func whatIsMissingAfterAPruneIsNoVerdictAndWhatIsMissingOtherwiseIsDamage(_ program: Program, isPruned: Bool)
    async throws
  {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(program, in: place)
      // Files that are open stay readable.
      if program == .borg { try await repository.run(["config", repository.address, "max_segment_size", "2000000"]) }
      func write(_ name: String) throws -> String {
        let random = try #require(try FileHandle(forReadingAtPath: "/dev/urandom")?.read(upToCount: 24_000_000))
        return try place.write(name, random)
      }
      let file = try write("shop.sql")
      try await repository.backUp([file, try write("other")], name: "first")
      if program == .borg { try await Task.sleep(for: .seconds(1.1)) }
      try await repository.backUp([file], name: "second")
      let surroundings = try surroundings(place, TestRepository.secrets())
      let source = try SourceCatalogue.parse(location(program, file, repository.address))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      let head = try await Blocking.run("head") {
        var byte: UInt8 = 0
        return try withUnsafeMutableBytes(of: &byte) { try stream.descriptor.readSome(into: $0) }
      }
      #expect(head == 1)
      if isPruned { try await prune(repository) }
      if program == .borg || !isPruned { try repository.loseData() }
      _ = try await Blocking.run("read") {
        try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd()
      }
      let finding = await stream.finish()
      try stream.descriptor.close()
      #expect(finding?.code.rawValue == (isPruned ? "repository.changed" : "repository.damaged"))
    }
  }

  private func prune(_ repository: TestRepository) async throws {
    switch repository.program {
    case .restic:
      try await repository.run(["forget", "--keep-last", "1", "--group-by", "host"])
      try await repository.run(["prune", "--max-unused", "0"])
    case .borg:
      try await repository.run(["delete", "\(repository.address)::first"])
      try await repository.run(["compact", "--threshold", "0", repository.address])
    }
  }

  /// Both leave their lock where they are killed.
  private func lock(_ repository: TestRepository) async throws {
    switch repository.program {
    case .borg:
      try FileManager.default.createDirectory(
        atPath: repository.address + "/lock.exclusive", withIntermediateDirectories: false)
    case .restic:
      let locks = repository.address + "/locks"
      // It is written under another name first.
      func isThere() -> Bool {
        ((try? FileManager.default.contentsOfDirectory(atPath: locks)) ?? []).contains { !$0.contains("tmp") }
      }
      // One that has checked all before it is killed takes its lock along.
      for _ in 0..<20 where !isThere() {
        let child = try await ChildProcess.start(repository.command(["check", "--read-data"]), ownSession: true)
        while !isThere(), !child.hasEnded { try await Task.sleep(for: .milliseconds(2)) }
        child.signal(SIGKILL)
        _ = await child.wait()
      }
      try #require(isThere())
    }
  }

  private func unlock(_ repository: TestRepository) async throws {
    switch repository.program {
    case .borg: try FileManager.default.removeItem(atPath: repository.address + "/lock.exclusive")
    case .restic: try await repository.run(["unlock", "--remove-all"])
    }
  }

  @Test(.enabled(if: TestAll.isOn)) func aSnapshotThatCannotBeReadIsNotPassedOver() async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(.restic, in: place)
      let file = try place.write("shop.sql", "hello")
      try await repository.backUp([file])
      try await repository.backUp([file])
      let folder = repository.address + "/snapshots"
      let newest = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder).max {
          let (one, other) = (stat(folder + "/" + $0), stat(folder + "/" + $1))
          return one < other
        })
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/" + newest)
      try Data("cut".utf8).write(to: URL(filePath: folder + "/" + newest))
      let right = try surroundings(place, TestRepository.secrets())
      #expect(try await code(location(.restic, file, repository.address), right) == "repository.damaged")
    }
  }

  private func stat(_ path: String) -> Date {
    (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
  }

  @Test func aRepositoryThatIsNotEncryptedIsNoneThatAPasswordBelongsTo() async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(.borg, in: place)
      let plain = place.path + "/plain"
      try await repository.run(["init", "--encryption", "none", plain])
      let file = try place.write("shop.sql", "hello")
      try await repository.run(["create", plain + "::{now} {x", file], mayFail: true)
      try await repository.run(["create", plain + "::one {{x}}", file])
      let there = location(.borg, file, plain)
      #expect(try await code(there, surroundings(place, TestRepository.secrets())) == "repository.not-encrypted")
      #expect(try await code(there, surroundings(place, TestRepository.secrets(nil))) == nil)
    }
  }

  @Test func aRandomSnapshotIsAnyOfThem() throws {
    let all = (0..<5).map { RepositorySnapshot(id: "\($0)", time: Date(timeIntervalSince1970: Double($0))) }
    var random = SystemRandomNumberGenerator()
    let drawn = Set((0..<500).compactMap { _ in RepositoryChoice.random.choose(of: all, using: &random)?.id })
    #expect(drawn.count == 5)
    #expect(RepositoryChoice.newest.choose(of: all.shuffled(), using: &random)?.id == "4")
    #expect(RepositoryChoice.random.choose(of: [], using: &random) == nil)
    #expect(ToolTime.read("2026-11-27T11:27:37.473165483Z")?.timeIntervalSince1970.rounded() == 1_795_778_857)
    #expect(ToolTime.read("2026-11-27T12:27:37+01:00") == ToolTime.read("2026-11-27T11:27:37.000000"))
    #expect(ToolTime.read("yesterday") == nil)
  }

  @Test(arguments: TestAll.isOn ? Program.allCases : [.borg]) func aRepositoryOnAHostIsReadOverSSHWithItsKeyAndHostKey(
    _ program: Program
  )
    async throws
  {
    try await SSHServer.running { server in
      let place = server.folder
      let repository = try await TestRepository.make(program, in: place)
      let file = try place.write("shop.sql", "hello", age: 60)
      try await repository.backUp([file], name: "first")
      let address =
        "\(program.rawValue)+ssh://\(server.user)@127.0.0.1:\(server.port)\(file)?repository=\(repository.address)"
      func with(_ change: (inout RunSecrets) throws -> Void = { _ in }) throws -> SourceSurroundings {
        try server.surroundings {
          $0.repositoryPassword = TestRepository.secrets().repositoryPassword
          try change(&$0)
        }
      }
      #expect(try await read(address, with()).data == Data("hello".utf8))
      #expect(
        try await code(address, with { $0.knownHosts = try server.knownHosts("other-host-key") })
          == "location.host-key-changed")
      #expect(try await code(address, with { $0.knownHosts = Data("\n".utf8) }) == "location.host-key-unknown")
      #expect(try await code(address, with { $0.sshKey = try server.key("stranger-key") }) == "location.login-refused")
      let nobody = address.replacing(":\(server.port)/", with: ":1/")
      let open = Data(
        "[127.0.0.1]:1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJJ\n".utf8)
      #expect(try await code(nobody, with { $0.knownHosts = open }) == "location.unreachable")
      #expect(try await code(address.replacing(repository.address, with: "/nowhere"), with()) == "repository.missing")
      if program == .borg {
        try await lock(repository)
        #expect(try await code(address, with()) == "repository.locked")
      }
    }
  }

  @Test(.enabled(if: TestAll.isOn)) func aRepositoryInABucketIsReadWithTheCloudKey() async throws {
    try await S3Server.running { service in
      try await service.makeBucket("nights")
      try await TemporaryFolder.with("repository") { place in
        let repository = try await TestRepository.make(
          .restic, in: place, address: "s3:\(service.endpoint)/nights/shop",
          environment: ["AWS_ACCESS_KEY_ID": S3Server.key, "AWS_SECRET_ACCESS_KEY": S3Server.secret])
        let file = try place.write("shop.sql", "hello", age: 60)
        try await repository.backUp([file])
        func address(_ bucket: String = "nights") -> String {
          "restic+s3://\(bucket)\(file)?prefix=shop&endpoint=\(service.endpoint)"
        }
        func with(_ secrets: RunSecrets) throws -> SourceSurroundings {
          var secrets = secrets
          secrets.repositoryPassword = TestRepository.secrets().repositoryPassword
          return try surroundings(place, secrets)
        }
        #expect(try await read(address(), with(S3Server.secrets())).data == Data("hello".utf8))
        #expect(try await code(address(), with(RunSecrets())) == "s3.no-key")
        #expect(try await code(address(), with(S3Server.secrets(id: "AKIASOMEBODYELSE"))) == "s3.key-unknown")
        #expect(
          try await code(address(), with(S3Server.secrets(secret: "not/the+right1secret"))) == "s3.secret-refused")
        #expect(try await code(address("elsewhere"), with(S3Server.secrets())) == "s3.bucket-missing")
        #expect(
          try await code(address().replacing("prefix=shop", with: "prefix=x"), with(S3Server.secrets()))
            == "repository.missing")
      }
    }
  }

  @Test(.enabled(if: TestAll.isOn)) func aRepositoryOnARESTServerIsReadWithItsLogin() async throws {
    try await TemporaryFolder.with("repository") { place in
      let server = try await RcloneServer.start("restic", serving: place.folder("served"))
      let authority = try place.write("authority.pem", server.authority)
      let made = try await TestRepository.make(
        .restic, in: place, address: "rest:https://backup:kept%3ASecret%2Bof0the1Tests@127.0.0.1:\(server.port)/shop",
        environment: ["RESTIC_CACERT": authority])
      let file = try place.write("shop.sql", "hello", age: 60)
      try await made.backUp([file])
      let address = "restic+https://127.0.0.1:\(server.port)\(file)?repository=/shop"
      func with(_ secrets: RunSecrets) throws -> SourceSurroundings {
        var secrets = secrets
        secrets.repositoryPassword = TestRepository.secrets().repositoryPassword
        return try surroundings(place, secrets)
      }
      #expect(try await read(address, with(server.secrets())).data == Data("hello".utf8))
      #expect(try await code(address, with(server.secrets(login: "backup:wrong"))) == "web.login-refused")
      var unknown = server.secrets()
      unknown.authority = nil
      #expect(try await code(address, with(unknown)) == "web.certificate-untrusted")
      #expect(try await code(address.replacing("=/shop", with: "=/x"), with(server.secrets())) == "repository.missing")
      await server.stop()
    }
  }

  @Test(arguments: TestAll.first(1, of: Program.allCases)) func noPasswordIsInAnArgumentOrAnEnvironment(
    _ program: Program
  ) async throws {
    try await TemporaryFolder.with("repository") { place in
      let repository = try await TestRepository.make(program, in: place)
      let random = try #require(try FileHandle(forReadingAtPath: "/dev/urandom")?.read(upToCount: 8_000_000))
      let file = try place.write("big", random)
      try await repository.backUp([file])
      let surroundings = try surroundings(place, TestRepository.secrets())
      let source = try SourceCatalogue.parse(location(program, file, repository.address))
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      let verb = program == .restic ? "dump" : "extract"
      let own = ProcessTable.all().filter {
        $0.arguments.contains(verb) && $0.arguments.contains { $0.contains(place.path) }
      }
      #expect(!own.isEmpty)
      for process in own {
        let environment = (try? String(contentsOfFile: "/proc/\(process.id)/environ", encoding: .utf8)) ?? ""
        #expect(!"\(process.arguments) \(environment)".contains(TestRepository.password))
      }
      #expect(await stream.finish() == nil)
      try stream.descriptor.close()
    }
  }
}
