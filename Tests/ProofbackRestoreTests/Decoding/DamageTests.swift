import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// Damage at every kind of place: whatever does not come through whole is a finding against the backup, and none is
/// left undecided.
@Suite struct DamageTests {
  @Test(arguments: LayerRecipe.some) func noDamagePassesAndNoneIsUndecided(_ recipe: LayerRecipe) async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    try await bench.shell("export K=\(keys); head -c 200000 $K/plain > plain; (\(recipe.wrap)) < plain > good")
    let plain = try await bench.sha256("plain")
    let good = try Data(contentsOf: URL(fileURLWithPath: bench.folder + "/good"))
    for (name, bytes) in Self.damaged(good) {
      try bytes.write(to: URL(fileURLWithPath: bench.folder + "/case"))
      let result = try await bench.decode("case", try await recipe.secrets())
      // Without the head of its layer it is a file of another kind.
      if result.names.isEmpty { continue }
      let said = Comment(rawValue: "\(name): \(result.codes)")
      #expect(!result.findings.contains { $0.consequence == .inconclusive }, said)
      #expect(result.sha256 == plain || result.findings.contains { $0.consequence == .failed }, said)
    }
  }

  private static func damaged(_ good: Data) -> [(String, Data)] {
    let size = good.count
    let places = [
      5, 10, 50, 100, 280, 1000, size / 2, size - 100, size - 40, size - 28, size - 27, size - 22, size - 1,
    ]
    var cases = places.filter { $0 < size }.map { ("cut at \($0)", Data(good.prefix($0))) }
    // gpg's sixth byte names an algorithm that a newer one may know.
    for place in places.dropFirst() where place < size {
      var copy = good
      copy[place] ^= 4
      cases.append(("flipped at \(place)", copy))
    }
    let tails = [Data(count: 1), Data(count: 10240), Data("\r\n".utf8), good.prefix(size / 2)]
    return cases + tails.map { ("followed by \($0.count) bytes", good + $0) }
  }

  @Test func aCutMessageWithAPassphraseIsCutAndNotLocked() async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    let recipe = try #require(LayerRecipe.encryptions.first { $0.name == "gpg with a passphrase" })
    try await bench.shell(
      "export K=\(keys); head -c 200000 $K/plain | (\(recipe.wrap)) > good; head -c 6000 good > cut")
    #expect(try await bench.decode("cut", try await recipe.secrets()).codes == ["decrypt.truncated"])
  }

  @Test func anArmorsWrongChecksumIsDamage() async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    let recipe = try #require(LayerRecipe.encryptions.first { $0.name == "gpg, armored" })
    try await bench.shell(
      """
      export K=\(keys); head -c 200000 $K/plain | (\(recipe.wrap)) > good
      sed 's/^=\\(.\\)A\\(..\\)$/=\\1B\\2/; t; s/^=\\(.\\).\\(..\\)$/=\\1A\\2/' good > bad
      sed 's/^=\\(.\\)...$/=\\1/' good > short
      """)
    for file in ["bad", "short"] {
      #expect(try await bench.decode(file, try await recipe.secrets()).codes == ["decrypt.integrity"], "\(file)")
    }
  }

  /// One bit can make a `=` of a character, which ends what gpg reads, or join two lines, which loses nothing of the
  /// message and still makes gpg end as one that failed.
  @Test func aChangedCharacterOfAnArmorIsDamage() async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    let places = [1, 2, 3, 20, 60, 61, 64]
    let files = places.map { "ends at \($0)" } + [20, 1000, 3000].map { "ends in line \($0)" } + ["joined"]
    for recipe in LayerRecipe.encryptions where recipe.name.hasSuffix(", armored") {
      try await bench.shell(
        """
        export K=\(keys); head -c 200000 $K/plain | (\(recipe.wrap)) > good
        middle=$(($(wc -l < good) / 2))
        for place in \(places.map(String.init).joined(separator: " ")); do
          sed "${middle}s/./=/$place" good > "ends at $place"
        done
        sed "${middle}{N; s/\\n/\\x02/}" good > joined
        (\(recipe.wrap)) < $K/plain > large; test $(wc -l < large) -gt 3000
        for line in 20 1000 3000; do sed "${line}s/./=/20" large > "ends in line $line"; done
        """)
      for file in files {
        let codes = try await bench.decode(file, try await recipe.secrets()).codes
        #expect(codes == ["decrypt.integrity"], "\(recipe.name), \(file)")
      }
      try await bench.shell("rm good large ends* joined")
    }
  }
}
