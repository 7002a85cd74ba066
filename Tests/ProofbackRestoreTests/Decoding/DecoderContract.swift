import Foundation
import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

/// What every layer kind keeps to: the bytes come through whole or a finding says why not; nothing is left.
struct DecoderContract {
  let recipe: LayerRecipe
  let bench: DecodingBench

  init(_ recipe: LayerRecipe) throws {
    self.recipe = recipe
    bench = try DecodingBench()
  }

  /// Makes `good`, the 4 MB file in its layer, and `script` on top of it.
  func make(_ script: String = "true") async throws {
    try await bench.shell("ln -s '\(try await LayerKeys.encoded(recipe))' good; \(script)")
  }

  func decode(_ file: String) async throws -> DecodingBench.Result {
    let result = try await bench.decode(file, try await recipe.secrets())
    #expect(try await bench.leftovers() == [])
    return result
  }

  func goodStreamComesThroughWhole() async throws {
    try await make()
    let result = try await decode("good")
    #expect(result.sha256 == (try await bench.sha256(try await LayerKeys.folder() + "/plain")))
    #expect(result.codes == [])
    #expect(result.names == [recipe.layer])
    #expect(result.layers.map(\.bytes) == [UInt64(LayerKeys.plainBytes)])
    #expect(String(decoding: result.head.prefix(20), as: UTF8.self).hasPrefix("(1,\"row of a dump"))
    // A plain user with many pipes gets them at two pages each (pipe-user-pages-soft), and a head no longer than that.
    #expect((8192...ContentHead.limit).contains(result.head.count))
  }

  func damageIsToldApart() async throws {
    try await make(
      """
      size=$(stat -Lc %s good)
      head -c $((size / 2)) good > cut
      (cat good; echo 'mysqldump: Got error: 2013: Lost connection') > garbage
      cat good > flipped
      byte=$(dd if=good bs=1 skip=$((size / 2)) count=1 status=none | od -An -tu1)
      printf "\\\\$(printf %03o $((byte ^ 8)))" | dd of=flipped bs=1 seek=$((size / 2)) conv=notrunc status=none
      """)
    #expect(try await decode("cut").codes == [recipe.truncated])
    #expect(try await decode("flipped").codes == [recipe.flipped])
    #expect(try await decode("garbage").codes == recipe.garbage)
  }

  func anEmptyLayerGivesNoBytes() async throws {
    let keys = try await LayerKeys.folder()
    try await bench.shell("export K=\(keys); (\(recipe.wrap)) < /dev/null > empty")
    let result = try await decode("empty")
    #expect(result.codes == [])
    #expect(result.layers.map(\.bytes) == [0])
    #expect(result.head == [])
  }

  func aReaderThatStopsEarlyLeavesNothing() async throws {
    try await make()
    let backup = try await DecodingChain.open(
      try await bench.pipe("good"), surroundings: bench.surroundings(try await recipe.secrets()))
    try await bench.readSome(of: backup)
    try backup.output.close()
    #expect(await backup.finish() == [])
    #expect(try await bench.leftovers() == [])
  }

  func abortingTwiceIsSafe() async throws {
    try await make()
    let backup = try await DecodingChain.open(
      try await bench.pipe("good"), surroundings: bench.surroundings(try await recipe.secrets()))
    await backup.abort()
    #expect(try await bench.leftovers() == [])
    await backup.abort()
    _ = try await DecodingBench.sha256(reading: backup.output)
    #expect(await backup.finish() == [])
    #expect(try await bench.leftovers() == [])
  }
}

@Suite struct DecoderContractTests {
  @Test(arguments: LayerRecipe.all) func aGoodStreamComesThroughWhole(_ recipe: LayerRecipe) async throws {
    try await DecoderContract(recipe).goodStreamComesThroughWhole()
  }
  @Test(arguments: LayerRecipe.all) func cutFlippedAndAppendedToAreToldApart(_ recipe: LayerRecipe) async throws {
    try await DecoderContract(recipe).damageIsToldApart()
  }
  @Test(arguments: LayerRecipe.some) func anEmptyLayerGivesNoBytesAndNoFinding(_ recipe: LayerRecipe) async throws {
    try await DecoderContract(recipe).anEmptyLayerGivesNoBytes()
  }
  @Test(arguments: LayerRecipe.some) func aReaderThatStopsEarlyLeavesNoProcessAndNoFinding(_ recipe: LayerRecipe)
    async throws
  {
    try await DecoderContract(recipe).aReaderThatStopsEarlyLeavesNothing()
  }
  @Test(arguments: LayerRecipe.some) func abortingTwiceIsSafe(_ recipe: LayerRecipe) async throws {
    try await DecoderContract(recipe).abortingTwiceIsSafe()
  }
}
