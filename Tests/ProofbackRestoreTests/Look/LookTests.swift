import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What is seen of a backup in a bucket by its first bytes, made by the tools themselves.
@Suite struct LookTests {
  private static let shared = Task { () -> S3Server in
    let server = try await S3Server.start()
    try await server.makeBucket("looked")
    return server
  }

  /// `$F` is a file of 3,000,000 bytes that shrinks to a fifth or less; `$K` the folder of `LayerKeys`.
  static let packings: [(make: String, packing: BackupHead.Packing)] = [
    ("zstd -q -c $F", .layer("zstd", states: 3_000_000)),
    ("zstd -q -c --rsyncable -T2 $F", .layer("zstd", states: 3_000_000)),
    ("zstd -q -c --long=31 --ultra -20 $F", .layer("zstd", states: 3_000_000)),
    ("cat $F | zstd -q -c", .layer("zstd", states: nil)),
    // The first of its frames; a skippable one comes before each of pzstd's.
    ("head -c 1000 $F > $F.1; zstd -q -c $F.1 $F", .layer("zstd", states: 1000)),
    ("head -c 200 $F > $F.1; zstd -q -c $F.1", .layer("zstd", states: 200)),
    ("pzstd -q -c $F", .layer("zstd", states: nil)),
    ("lz4 -q -c --content-size $F", .layer("lz4", states: 3_000_000)),
    ("lz4 -q -c $F", .layer("lz4", states: nil)),
    ("lz4 -q -l -c $F", .layer("lz4", states: nil)),
    ("gzip -c $F", .layer("gzip", states: nil)),
    ("xz -0 -c $F", .layer("xz", states: nil)),
    ("bzip2 -c $F", .layer("bzip2", states: nil)),
    ("age -r $(cat $K/age.pub) $F", .layer("age", states: nil)),
    ("\(LayerKeys.gpg) --passphrase-file $K/symmetric -c < $F", .layer("gpg", states: nil)),
    ("openssl enc -aes-256-cbc -pbkdf2 -pass file:$K/symmetric < $F", .layer("openssl", states: nil)),
    ("cat $F", .text),
    ("sqlite3 :memory: 'CREATE TABLE t(a); INSERT INTO t VALUES(1);' .dump", .text),
    ("sqlite3 $F.db 'CREATE TABLE t(a);'; cat $F.db", .unknown),
    ("tar -c -C ${F%/*} ${F##*/}", .unknown),
    ("head -c 5000 /dev/urandom | tr -d '\\000-\\177'", .unknown),
  ]

  @Test(arguments: packings.indices) func `the first bytes say how a backup is packed`(_ index: Int) async throws {
    let (make, packing) = Self.packings[index]
    let look = try await Self.on(make) { try await Self.run($0, .look, $1).0 }
    #expect(look.head?.packing == packing, "\(make)")
    #expect(look.head?.ends == nil || packing == .layer("age", states: nil), "\(make)")
    #expect(look.report.source?.size != nil && look.report.inventory == nil)
    let told = String(decoding: try JSONEncoder().encode(look.report), as: UTF8.self) + "\(look)"
    #expect(!told.contains("planted"), "not one of the bytes is told")
  }

  /// `nil`: it has to be tried.
  static let ends: [(make: String, code: String?)] = [
    ("\(LayerKeys.gpg) --trust-model always -r carol@example.org -e < $F", "decrypt.no-key-given"),
    (
      "\(LayerKeys.gpg) --trust-model always -r carol@example.org -r mallory@example.org -e < $F",
      "decrypt.no-key-given"
    ),
    ("\(LayerKeys.gpg) --trust-model always -R carol@example.org -e < $F", "decrypt.no-key-given"),
    ("age -r $(cat $K/age.pub) $F", "decrypt.no-key-given"),
    ("age -R $K/ssh.pub -R $K/bob.ssh.pub $F", "decrypt.no-key-given"),
    // A passphrase may be empty, and what is only signed needs no key.
    ("\(LayerKeys.gpg) --passphrase-file $K/symmetric -c < $F", nil),
    ("\(LayerKeys.gpg) --passphrase-file $K/symmetric --trust-model always -r carol@example.org -c -e < $F", nil),
    ("\(LayerKeys.gpg) --store < $F", nil),
    ("openssl enc -aes-256-cbc -pbkdf2 -pass file:$K/symmetric < $F", nil),
    ("age -r $(cat $K/age.pub) $F | sed '1,2s/X25519/x25519/'", nil),
    ("age -r $(cat $K/age.pub) $F | head -c 120", nil),
    ("printf '<!DOCTYPE html>\\n<h1>502 Bad Gateway</h1>\\n'", "content.unknown"),
    ("printf '{\"error\":\"no such table\"}'", nil),
    ("printf 'sh: 1: dump: not found\\n'", nil),
    ("head -c 1000 /dev/zero", "content.unknown"),
    ("printf '7z\\274\\257\\047\\034 and more'", "content.unsupported"),
    ("printf '\\377\\376'; printf 'CREATE TABLE t (a int);\\n' | iconv -t UTF-16LE", "content.wide-text"),
    // More of it may be a backup.
    ("printf '<!DOCTYPE html>\\n'; head -c 2000 $F", nil),
    ("head -c 4000 /dev/zero", nil),
    ("cat $F", nil), ("gzip < $F", nil),
  ]

  @Test(arguments: ends.indices) func `what the first bytes make certain is what a run ends with`(_ index: Int)
    async throws
  {
    let (make, code) = Self.ends[index]
    try await Self.on(make) { place, folder in
      let (look, _) = try await Self.run(place, .look, folder)
      // Some tools' messages are known to engines: what a look leaves open may be anything.
      #expect(look.head?.ends?.rawValue == code, "\(make)")
      #expect(look.isDecidedByHead == (code != nil) && look.report.cause?.rawValue == code)
      guard let code else { return }
      let (run, _) = try await Self.run(place, .restore, folder)
      #expect(run.report.cause?.rawValue == code, "\(make): \(run.report)")
      #expect(run.report.verdict == look.report.verdict && run.report.sentence == look.report.sentence)
      #expect(run.report.causeFinding == look.report.causeFinding)
    }
  }

  @Test func `where keys, a demand, a proof or its key may say more, the first bytes decide nothing`() async throws {
    let page = "printf '<!DOCTYPE html>\\n<h1>502 Bad Gateway</h1>\\n'"
    let sealed = "age -r $(cat $K/age.pub) $F"
    func ends(
      _ make: String, _ change: (inout RunSpecification, inout RunSecrets) -> Void, proof: Bool = false
    ) async throws -> String? {
      try await Self.on(make, proof: proof) { try await Self.run($0, .look, $1, change).0.head?.ends?.rawValue }
    }
    #expect(try await ends(page) { _, _ in } == "content.unknown")
    #expect(try await ends(page, { _, _ in }, proof: true) == nil)
    #expect(
      try await ends(page) {
        $0.encryption = EncryptionPolicy(isRequired: true)
        _ = $1
      } == nil)
    #expect(
      try await ends(page) {
        $1.proofKey = NamedSecret(name: "k", content: Data())
        _ = $0
      } == nil)
    #expect(
      try await ends(page) {
        $1.passphrase = NamedSecret(name: "k", content: Data())
        _ = $0
      } == "content.unknown")
    #expect(
      try await ends(sealed) {
        $1.passphrase = NamedSecret(name: "k", content: Data())
        _ = $0
      } == nil)
    #expect(
      try await ends(sealed) {
        $1.decryptionKeys = [NamedSecret(name: "k", content: Data())]
        _ = $0
      } == nil)
    #expect(
      try await ends(page) {
        $0.type = DatabaseType("nobody's")
        _ = $1
      } == nil)
  }

  @Test func `to locate a backup nobody looks at its bytes`() async throws {
    let (look, _) = try await Self.on("gzip < $F") { try await Self.run($0, .locate, $1) }
    #expect(look.head == nil && look.report.source?.size != nil)
  }

  // MARK: Making and running

  /// Puts what `make` writes into the bucket, for `body`.
  private static func on<Value>(
    _ make: String, proof: Bool = false, _ body: (String, TemporaryFolder) async throws -> Value
  ) async throws -> Value {
    let (server, keys) = (try await shared.value, try await LayerKeys.folder())
    return try await TemporaryFolder.with { folder in
      let header = "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n--\n"
      let row = "INSERT INTO `planets` VALUES (1,'planted row');\n"
      let text = header + String(repeating: row, count: 70_000)
      let file = try folder.write("file", Data(text.utf8.prefix(3_000_000)))
      let environment = Command.plainEnvironment.merging(["K": keys, "F": file]) { $1 }
      let made = try await Command(
        "/bin/bash", ["-c", "(\(make)) > $F.made"], environment: environment
      ).capture(within: 120)
      try #require(made.end.isSuccess, "\(make): \(made.errorText)")
      let place = "looked\(folder.path)/made"
      try await server.put(place, file: file + ".made")
      if proof { try await server.put(place + Proof.ending, file: file + ".made") }
      return try await body(server.location(place), folder)
    }
  }

  private static func run(
    _ location: String, _ goal: Goal, _ folder: TemporaryFolder,
    _ change: (inout RunSpecification, inout RunSecrets) -> Void = { _, _ in }
  ) async throws -> (BackupLook, RunSpecification) {
    var specification = RunSpecification(runID: "r", location: location, stateFolder: folder.path)
    specification.goal = goal
    var secrets = S3Server.secrets()
    change(&specification, &secrets)
    let path = FilePath(folder.path)
    let run = RestoreRun(
      Assignment(specification: specification, secrets: secrets),
      folders: RunFolders(run: path, keys: FilePath(try folder.folder("keys")), templates: path),
      plugins: Plugins(engines: EngineCatalogue.all, sandboxes: []), control: RunControl(), events: NoEvents(),
      started: Date())
    return (await run.look(), specification)
  }

  private struct NoEvents: EventSink {
    func send(_ event: RunEvent) {}
  }
}
