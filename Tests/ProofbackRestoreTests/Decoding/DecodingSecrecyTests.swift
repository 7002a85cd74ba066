import Foundation
import ProofbackCore
import ProofbackSystem
import Testing

@testable import ProofbackRestore

@Suite struct DecodingSecrecyTests {
  private static let recipes = LayerRecipe.encryptions.filter {
    ["gpg to a protected key", "gpg with a passphrase", "age to a key"].contains($0.name)
  }

  @Test(arguments: recipes, [false, true])
  func noKeyOrPassphraseShowsInAnyProcessListing(_ recipe: LayerRecipe, isTheKeysOwn: Bool) async throws {
    let contract = try DecoderContract(recipe)
    try await contract.make()
    var secrets = try await recipe.secrets()
    if isTheKeysOwn, let passphrase = secrets.passphrase, !secrets.decryptionKeys.isEmpty {
      secrets.decryptionKeys[0].passphrase = passphrase.content
      secrets.passphrase = nil
    }
    let planted = Self.words(of: secrets)
    try planted.joined(separator: "\n").write(
      toFile: contract.bench.folder + "/planted", atomically: true, encoding: .utf8)
    let watcher = Task.detached {
      var seen = ""
      while !Task.isCancelled {
        seen += try await contract.bench.shell(
          "grep -aFl -f planted /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null || true")
      }
      return seen
    }
    let result = try await contract.bench.decode("good", secrets)
    watcher.cancel()
    #expect(try await watcher.value == "")
    #expect(result.codes == [])
    let said = String(decoding: try JSONEncoder().encode(result.findings), as: UTF8.self)
    for word in planted { #expect(!said.contains(word)) }
  }

  /// The passphrase, and lines out of the middle of each key.
  private static func words(of secrets: RunSecrets) -> [String] {
    let keys = secrets.decryptionKeys.compactMap { key in
      String(decoding: key.content, as: UTF8.self).split(separator: "\n").filter { $0.utf8.count > 30 }.last.map(
        String.init)
    }
    let given = [secrets.passphrase?.content] + secrets.decryptionKeys.map(\.passphrase)
    let passphrases = given.compactMap { $0 }.map { String(decoding: $0.dropLast(), as: UTF8.self) }
    // As the agent is told them.
    let hex = passphrases.map { $0.utf8.map { String($0, radix: 16) }.joined() }
    return keys + passphrases + hex
  }

  @Test(arguments: LayerRecipe.some) func aToolKilledFromOutsideIsNotTheBackupsFault(_ recipe: LayerRecipe) async throws
  {
    let contract = try DecoderContract(recipe)
    try await contract.make()
    let backup = try await DecodingChain.open(
      try await contract.bench.pipe("good"), surroundings: contract.bench.surroundings(try await recipe.secrets()))
    contract.bench.killTools(named: recipe.program)
    _ = try await DecodingBench.sha256(reading: backup.output)
    let findings = await backup.finish()
    #expect(findings.map(\.code.rawValue) == ["decoder.killed"])
    #expect(findings.first?.consequence == .inconclusive)
    #expect(try await contract.bench.leftovers() == [])
  }
}
