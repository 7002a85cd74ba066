import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

@testable import ProofbackRestore

/// Several keys, each locked with a passphrase of its own.
@Suite struct OwnPassphraseTests {
  private static let bob = LayerKeys.bobsPassphrase
  private static let dora = LayerKeys.dorasPassphrase

  /// - Parameter keys: files, and what each is locked with.
  private func decode(_ wrap: String, _ keys: [(file: String, passphrase: String?)], run passphrase: String? = nil)
    async throws -> DecodingBench.Result
  {
    let bench = try DecodingBench()
    let folder = try await LayerKeys.folder()
    let gpg = LayerKeys.gpg + " --trust-model always"
    try await bench.shell("export K=\(folder); G=\"\(gpg)\"; head -c 200000 $K/plain > part; (\(wrap)) < part > file")
    var secrets = try RunSecrets.keys(passphrase: passphrase)
    secrets.decryptionKeys = try keys.map { key in
      NamedSecret(
        name: key.file, content: try Data(contentsOf: URL(filePath: "\(folder)/\(key.file)")),
        passphrase: key.passphrase.map { Data($0.utf8) })
    }
    let result = try await bench.decode("file", secrets)
    #expect(try await bench.leftovers() == [])
    return result
  }

  @Test(arguments: [
    "$G -r dora@example.org -e", "$G -r bob@example.org -e", "$G -R dora@example.org -e", "$G -R bob@example.org -e",
    "$G -r bob@example.org -r dora@example.org -e",
  ]) func `each GPG key is opened by its own passphrase, whichever the backup is encrypted to`(_ wrap: String)
    async throws
  {
    let result = try await decode(wrap, [("bob.sec", Self.bob), ("dora.sec", Self.dora)])
    #expect(result.codes == [])
    #expect(result.layers.map(\.bytes) == [200_000])
  }

  @Test(
    arguments: TestAll.first(
      1, of: [("-r", "the key is"), ("-R", "encrypted to a key that is not named, and a key held is")]))
  func `a key whose own passphrase is wrong stays locked, which says nothing of the backup`(
    _ to: String, _ key: String
  ) async throws {
    let wrap = "$G \(to) dora@example.org -e"
    let result = try await decode(wrap, [("bob.sec", Self.bob), ("dora.sec", Self.bob)])
    let finding = try #require(result.findings.first)
    #expect(result.codes == ["decrypt.key-locked"] && finding.consequence == .inconclusive)
    #expect(finding.message == "\(key) protected, and the passphrase stored with it does not unlock it")
    #expect(finding.hint == "give its right passphrase under Credentials")
    let run = try await decode(wrap, [("dora.sec", nil)], run: Self.bob)
    #expect(run.codes == ["decrypt.key-locked"])
    #expect(run.findings.first?.message == "\(key) protected, and the passphrase given does not unlock it")
    let other = try await decode("$G \(to) carol@example.org -e", [("bob.sec", Self.bob), ("dora.sec", Self.dora)])
    #expect(other.codes == ["decrypt.no-secret-key"] && other.findings.first?.consequence == .failed)
  }

  @Test func `a wrong passphrase of a key that is not needed changes nothing`() async throws {
    let result = try await decode(
      "$G -r bob@example.org -e", [("bob.sec", Self.bob), ("dora.sec", "not this one")])
    #expect(result.codes == [])
  }

  @Test(arguments: TestAll.first(1, of: ["bob", "dora"]))
  func `a key without one of its own is opened by the run's passphrase`(_ who: String) async throws {
    let result = try await decode(
      "$G -r \(who)@example.org -e", [("bob.sec", nil), ("dora.sec", Self.dora)], run: Self.bob)
    #expect(result.codes == [])
    let locked = try await decode("$G -r bob@example.org -e", [("bob.sec", nil), ("dora.sec", Self.dora)])
    #expect(locked.codes == ["decrypt.key-locked"])
    #expect(locked.findings.first?.message == "the key is protected, and no passphrase was given")
  }

  @Test func `what is encrypted with a passphrase is opened by the run's, not by that of a key`() async throws {
    let wrap = "$G --passphrase-file $K/symmetric -c"
    let keys: [(file: String, passphrase: String?)] = [("bob.sec", Self.bob)]
    #expect(try await decode(wrap, keys, run: LayerKeys.passphrase).codes == [])
    #expect(try await decode(wrap, [("bob.sec", LayerKeys.passphrase)]).codes == ["decrypt.no-secret-key"])
  }

  @Test(arguments: ["bob", "dora"])
  func `each SSH key that age takes is opened by its own passphrase`(_ who: String) async throws {
    let wrap = "age -R $K/\(who).ssh.pub"
    let result = try await decode(wrap, [("bob.ssh", Self.bob), ("dora.ssh", Self.dora)])
    #expect(result.codes == [])
    #expect(result.layers.map(\.bytes) == [200_000])
    let run = try await decode(wrap, [("\(who).ssh", nil)], run: who == "bob" ? Self.bob : Self.dora)
    #expect(run.codes == [])
    let wrong = try await decode(wrap, [("bob.ssh", Self.dora), ("dora.ssh", Self.bob)])
    #expect(wrong.codes == ["decrypt.key-locked"])
    #expect(wrong.findings.first?.consequence == .inconclusive)
    #expect(wrong.findings.first?.message == "an SSH key given is protected, and no passphrase given unlocks it")
  }
}
