import Foundation
import ProofbackCore
import ProofbackTestSupport
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct PathSourceTests {
  @Test(arguments: SourceContract.behaviours) func aPath(_ behaviour: SourceContract.Behaviour) async throws {
    try await TemporaryFolder.with { folder in
      let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: RunSecrets())
      try await behaviour.check(SourceContract(folder: folder, location: { $0 }, surroundings: surroundings))
    }
  }

  @Test func aRelativePathIsThatOfTheCurrentFolder() async throws {
    let source = try SourceCatalogue.parse("Package.swift")
    let current = FileManager.default.currentDirectoryPath
    #expect(source.understoodAs == "the path \(current)/Package.swift")
  }

  @Test func aNameThatIsNotUTF8IsFoundAndRead() async throws {
    try await TemporaryFolder.with { folder in
      let name = RawPath(folder.path).appending(Array("shop-".utf8) + [0xE9, 0xFF] + Array(".sql".utf8))
      let file = name.withCString { open($0, O_WRONLY | O_CREAT, 0o600) }
      #expect(file >= 0 && write(file, "abc", 3) == 3)
      close(file)
      let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: RunSecrets())
      let contract = SourceContract(folder: folder, location: { $0 }, surroundings: surroundings)
      let source = try contract.source()
      let object = try await source.locate(pattern: "*.sql", in: surroundings)
      #expect(object.path.hasSuffix("/shop-%E9%FF.sql"))
      #expect(try await contract.read(object, from: source).0 == Data("abc".utf8))
    }
  }

  @Test func aFileThatIsCutWhileItIsReadIsToldOf() async throws {
    try await TemporaryFolder.with { folder in
      let path = try folder.write("shop.sql", Data(count: 1_000_000))
      let surroundings = SourceSurroundings(keyFolder: FilePath(folder.path), secrets: RunSecrets())
      let source = try SourceCatalogue.parse(path)
      let stream = try await source.open(source.locate(pattern: nil, in: surroundings), in: surroundings)
      #expect(truncate(path, 10) == 0)
      try stream.descriptor.close()
      #expect(await stream.finish()?.code.rawValue == "location.changed-while-read")
    }
  }

  @Test func whatMayNotBeReadIsNoVerdict() async throws {
    #expect(
      (PathTrouble.explain(EACCES, RawPath("/x"), reading: true) as? RunTrouble)?.finding.code.rawValue
        == "location.denied")
    #expect(
      (PathTrouble.explain(EIO, RawPath("/x"), reading: true) as? RunTrouble)?.finding.code.rawValue
        == "location.read-error")
    let stale = PathTrouble.explain(ESTALE, RawPath("/x"), reading: true) as? RunTrouble
    #expect(stale?.finding.code.rawValue == "location.unreachable" && stale?.canRetry == true)
  }
}
