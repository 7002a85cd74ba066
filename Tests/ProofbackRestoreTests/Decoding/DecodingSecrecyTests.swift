import Foundation
import Glibc
import ProofbackCore
import ProofbackSystem
import Synchronization
import Testing

@testable import ProofbackRestore

@Suite struct DecodingSecrecyTests {
  private static let recipes = LayerRecipe.encryptions.filter { !$0.name.contains("armored") }

  @Test(arguments: recipes) func noKeyOrPassphraseShowsInAnyProcessListing(_ recipe: LayerRecipe) async throws {
    let contract = try DecoderContract(recipe)
    try await contract.make()
    let secrets = try await recipe.secrets()
    let planted = Self.words(of: secrets)
    let seen = Mutex<[String]>([])
    let watcher = Task.detached {
      while !Task.isCancelled {
        let text = Self.listings()
        for word in planted where text.contains(word) { seen.withLock { $0.append(word) } }
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    let result = try await contract.bench.decode("good", secrets)
    watcher.cancel()
    await watcher.value
    #expect(seen.withLock { $0 } == [])
    let said = String(decoding: try JSONEncoder().encode(result.findings), as: UTF8.self)
    for word in planted { #expect(!said.contains(word)) }
  }

  /// The passphrase, and lines out of the middle of each key.
  private static func words(of secrets: RunSecrets) -> [String] {
    let keys = secrets.decryptionKeys.compactMap { key in
      String(decoding: key.content, as: UTF8.self).split(separator: "\n").filter { $0.utf8.count > 30 }.last.map(
        String.init)
    }
    let passphrase = secrets.passphrase.map { String(decoding: $0.content.dropLast(), as: UTF8.self) }
    return keys + [passphrase].compactMap { $0 }
  }

  private static func listings() -> String {
    let own = String(getpid())
    let ids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).filter {
      Int($0) != nil && $0 != own
    }
    return ids.flatMap { id in
      ["cmdline", "environ"].map {
        (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/\($0)"))).map { String(decoding: $0, as: UTF8.self) }
          ?? ""
      }
    }.joined(separator: "\n")
  }

  @Test(arguments: LayerRecipe.all) func aToolKilledFromOutsideIsNotTheBackupsFault(_ recipe: LayerRecipe) async throws
  {
    let contract = try DecoderContract(recipe)
    try await contract.make()
    let backup = try await DecodingChain.open(
      try await contract.bench.pipe("good"), surroundings: contract.bench.surroundings(try await recipe.secrets()))
    contract.bench.killTools(named: recipe.layer)
    _ = try await DecodingBench.sha256(reading: backup.output)
    let findings = await backup.finish()
    #expect(findings.map(\.code) == ["decoder.killed"])
    #expect(findings.first?.consequence == .inconclusive)
    #expect(try await contract.bench.leftovers() == [])
  }
}
