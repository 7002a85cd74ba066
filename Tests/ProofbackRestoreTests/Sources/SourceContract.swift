import Crypto
import Foundation
import ProofbackCore
import ProofbackSystem
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What every source does, run against real files in `folder`, or what a source has in their place. A source's own test
/// file is one call per behaviour.
struct SourceContract: Sendable {
  let folder: TemporaryFolder
  /// The location of an absolute path of this machine.
  let location: @Sendable (String) -> String
  let surroundings: SourceSurroundings
  /// What a path that is not there comes to.
  var missing = "location.missing-file"
  /// Takes a file of `folder`, by its name, to where the source finds it.
  var upload: (@Sendable (_ name: String) async throws -> Void)?

  struct Behaviour: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Of file systems only: what has no pipes and no links, and is never seen half written, is not asked.
    let isOfFiles: Bool
    /// Of places that list names: a web server does not.
    let isOfLists: Bool
    /// Of places whose files change, and whose folders are no backups; a repository's snapshot is neither.
    let isOfLiveFiles: Bool
    let check: @Sendable (SourceContract) async throws -> Void
    init(
      _ sentence: String, ofFiles: Bool = false, ofLists: Bool = false, ofLiveFiles: Bool = false,
      _ check: @escaping @Sendable (SourceContract) async throws -> Void
    ) {
      testDescription = sentence
      isOfFiles = ofFiles
      isOfLists = ofLists
      isOfLiveFiles = ofLiveFiles
      self.check = check
    }
  }

  static let behaviours: [Behaviour] = [
    Behaviour("finds a file with its size and time") { try await $0.findsAFile() },
    Behaviour("chooses the newest of the files that match", ofLists: true) { try await $0.choosesTheNewest() },
    Behaviour("says that a file is missing where the location answers") { try await $0.missesAFile() },
    Behaviour("says that a folder is missing", ofLists: true) { try await $0.missesAFolder() },
    Behaviour("says that nothing matches the pattern", ofLists: true) { try await $0.matchesNothing() },
    Behaviour("asks for a pattern when the location is a folder", ofLists: true, ofLiveFiles: true) {
      try await $0.refusesAFolder()
    },
    Behaviour("finds an empty file", ofLists: true) { try await $0.findsAnEmptyFile() },
    Behaviour("refuses pipes without opening them", ofFiles: true) { try await $0.refusesAPipe() },
    Behaviour("follows a link to a file", ofFiles: true) { try await $0.followsALink() },
    Behaviour("brings twenty megabytes whole") { try await $0.bringsAllBytes() },
    Behaviour("lets a reader give up early") { try await $0.letsAReaderGiveUp() },
    Behaviour("reads files of strange names and runs nothing of them", ofLists: true) {
      try await $0.readsStrangeNames()
    },
    Behaviour("tells that a file changed after it was chosen", ofLiveFiles: true) { try await $0.tellsOfAnExchange() },
    Behaviour("tells that a file grew while it was read", ofFiles: true) { try await $0.tellsOfGrowth() },
  ]

  private func write(_ name: String, _ content: String, age: Double = 0) async throws {
    try await write(name, Data(content.utf8), age: age)
  }

  private func write(_ name: String, _ content: Data, age: Double = 0) async throws {
    try folder.write(name, content, age: age)
    try await upload?(name)
  }

  func source(_ name: String = "") throws -> any Source {
    try SourceCatalogue.parse(location(name.isEmpty ? folder.path : folder.path + "/" + name))
  }

  func read(_ object: SourceObject, from source: any Source) async throws -> (Data, Finding?) {
    let stream = try await source.open(object, in: surroundings)
    let data = try await Blocking.run("read") {
      try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd() ?? Data()
    }
    let finding = await stream.finish()
    try stream.descriptor.close()
    return (data, finding)
  }

  // MARK: Behaviours

  private func findsAFile() async throws {
    try await write("shop.sql", "hello", age: 3600)
    let object = try await source("shop.sql").locate(pattern: nil, in: surroundings)
    #expect(
      object.name == "shop.sql" && object.path.hasSuffix(folder.path.dropFirst() + "/shop.sql") && object.size == 5)
    #expect(abs(object.modified!.timeIntervalSinceNow + 3600) < 300)
    #expect(object.matches == nil)
  }

  private func choosesTheNewest() async throws {
    _ = try folder.folder("shop-folder.sql")
    let ages: KeyValuePairs = [
      "shop-1.sql": 50.0, "shop-3.sql": 30, "shop-2.sql": 30, "shop-9.sql.part": 0, ".shop-9.sql": 0, "other.sql": 0,
      "shop-folder.sql/inside": 0,
    ]
    // Those of one age are of one second.
    let now = Date()
    for (name, age) in ages { try folder.write(name, "x", age: age, now: now) }
    for (name, _) in ages { try await upload?(name) }
    let object = try await source().locate(pattern: "shop-*.sql", in: surroundings)
    #expect(object.name == "shop-3.sql" && object.matches == 3)
    #expect(SourceFindings.chosen(object)?.message == "shop-3.sql is the newest of 3 files that match the pattern")
    let part = try await source().locate(pattern: "*.part", in: surroundings)
    #expect(part.name == "shop-9.sql.part")
  }

  private func missesAFile() async throws {
    for name in ["missing.sql", "no/such/folder/missing.sql"] {
      let bad = await #expect(throws: BadBackup.self) {
        try await source(name).locate(pattern: nil, in: surroundings)
      }
      #expect(bad?.finding.code.rawValue == missing)
    }
  }

  private func missesAFolder() async throws {
    let bad = await #expect(throws: BadBackup.self) {
      try await source("no-folder").locate(pattern: "*", in: surroundings)
    }
    #expect(bad?.finding.code.rawValue == missing)
  }

  private func matchesNothing() async throws {
    try await write("shop.sql.part", "x")
    let bad = await #expect(throws: BadBackup.self) { try await source().locate(pattern: "*", in: surroundings) }
    #expect(bad?.finding.code.rawValue == "location.no-match")
  }

  private func refusesAFolder() async throws {
    try await write("file", "x")
    let trouble = await #expect(throws: RunTrouble.self) { try await source().locate(pattern: nil, in: surroundings) }
    #expect(trouble?.finding.code.rawValue == "location.is-folder")
    #expect(trouble?.finding.hint.contains("--file") == true)
    let other = await #expect(throws: RunTrouble.self) {
      try await source("file").locate(pattern: "*", in: surroundings)
    }
    #expect(other?.finding.code.rawValue == "location.not-a-folder")
  }

  private func findsAnEmptyFile() async throws {
    try await write("old.sql", "x", age: 60)
    try await write("new.sql", "")
    let source = try source()
    let object = try await source.locate(pattern: "*.sql", in: surroundings)
    #expect(object.name == "new.sql" && object.size == 0)
    let (data, finding) = try await read(object, from: source)
    #expect(data.isEmpty && finding == nil)
  }

  private func refusesAPipe() async throws {
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    let trouble = await #expect(throws: RunTrouble.self) {
      try await source("pipe").locate(pattern: nil, in: surroundings)
    }
    #expect(trouble?.finding.code.rawValue == "location.not-a-file")
  }

  private func followsALink() async throws {
    try await write("real.sql", "content", age: 10)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/latest.sql", withDestinationPath: "real.sql")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/broken.sql", withDestinationPath: "gone")
    let source = try source()
    let object = try await source.locate(pattern: "[lb]*.sql", in: surroundings)
    #expect(object.name == "latest.sql" && object.size == 7 && object.matches == 1)
    #expect(try await read(object, from: source).0 == Data("content".utf8))
  }

  private func bringsAllBytes() async throws {
    let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
    // No multiple of any read size.
    let content = try #require(try random.read(upToCount: 20_971_523))
    try await write("big", content)
    let source = try source("big")
    let object = try await source.locate(pattern: nil, in: surroundings)
    let (data, finding) = try await read(object, from: source)
    #expect(SHA256.hash(data: data) == SHA256.hash(data: content))
    #expect(finding == nil)
  }

  private func letsAReaderGiveUp() async throws {
    try await write("big", Data(count: 20_000_000))
    let source = try source("big")
    let object = try await source.locate(pattern: nil, in: surroundings)
    for closesFirst in [true, false] {
      let stream = try await source.open(object, in: surroundings)
      var some = [UInt8](repeating: 1, count: 1000)
      #expect(try some.withUnsafeMutableBytes { try stream.descriptor.read(into: $0) } > 0)
      if closesFirst { try stream.descriptor.close() }
      #expect(await stream.finish() == nil)
      if !closesFirst { try stream.descriptor.close() }
    }
  }

  private func readsStrangeNames() async throws {
    let names =
      [
        "with space", "it's \"quoted\"", "$(touch x)", "`touch x`", "a;touch x", "-rf", "-oProxyCommand=touch x",
        "ünïcödé 数据", "100%25", "back\\slash", "[set]*?", "a+b&c=d #?",
      ] + (upload == nil ? ["new\nline", "esc\u{1B}[31mred"] : [])
    for name in names { try await write(name, name) }
    let source = try source()
    for name in names {
      // A pattern that matches this name only: each character as itself, what is not allowed as `?`.
      let pattern = name.unicodeScalars.map { scalar in
        LocationText.isHarmless(String(scalar))
          ? "*?[\\".unicodeScalars.contains(scalar) ? "\\\(scalar)" : "\(scalar)" : "?"
      }.joined()
      let object = try await source.locate(pattern: pattern, in: surroundings)
      #expect(try await read(object, from: source).0 == Data(name.utf8), "\(name)")
      #expect(LocationText.isHarmless(object.name) && LocationText.isHarmless(object.path))
      #expect(LocationText.isHarmless(SourceFindings.chosen(object)!.message))
    }
    #expect(folder.names.count == names.count)
  }

  private func tellsOfAnExchange() async throws {
    try await write("shop.sql", "first", age: 100)
    let source = try source("shop.sql")
    let object = try await source.locate(pattern: nil, in: surroundings)
    try await write("shop.sql", "second")
    let trouble = await #expect(throws: RunTrouble.self) { try await source.open(object, in: surroundings) }
    #expect(trouble?.finding.code.rawValue == "location.changed-while-read")
  }

  private func tellsOfGrowth() async throws {
    let path = try folder.write("shop.sql", Data(count: 20_000_000), age: 100)
    let source = try source("shop.sql")
    let object = try await source.locate(pattern: nil, in: surroundings)
    let stream = try await source.open(object, in: surroundings)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("more".utf8))
    try handle.close()
    _ = try await Blocking.run("read") {
      try FileHandle(fileDescriptor: stream.descriptor.rawValue, closeOnDealloc: false).readToEnd()
    }
    #expect(await stream.finish()?.code.rawValue == "location.changed-while-read")
    try stream.descriptor.close()
  }
}
