import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

@Suite struct NestingTests {
  private static let nestings: [(script: String, layers: [String])] = [
    ("zstd -q -c | $G -r carol@example.org -e", ["gpg", "zstd"]),
    ("gzip -c | gzip -c", ["gzip", "gzip"]),
    ("xz -0c | age -r $(cat $K/age.pub)", ["age", "xz"]),
    ("$G -a -r carol@example.org -e | gzip -c", ["gzip", "gpg"]),
    ("zstd -q -c | $G --passphrase-file $K/symmetric -c", ["gpg", "zstd"]),
    (
      "bzip2 -c | $G -r carol@example.org -e | age -a -r $(cat $K/age.pub) | lz4 -q -c", ["lz4", "age", "gpg", "bzip2"]
    ),
  ]

  @Test(arguments: nestings.map(\.script)) func layersAreFoundInAnyNesting(_ script: String) async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    let gpg = LayerKeys.gpg + " --trust-model always"
    try await bench.shell("K=\(keys); G=\"\(gpg)\"; head -c 3000000 $K/plain > part; (\(script)) < part > file.sql")
    var secrets = try RunSecrets.keys("\(keys)/carol.sec", "\(keys)/age.key", passphrase: LayerKeys.passphrase)
    if !script.contains("$G") && !script.contains("age") { secrets = RunSecrets() }
    let result = try await bench.decode("file.sql", secrets)
    #expect(result.names == Self.nestings.first { $0.script == script }?.layers)
    #expect(result.codes == (Set(result.names).isSuperset(of: ["age", "gpg"]) ? ["decrypt.encrypted-twice"] : []))
    #expect(result.sha256 == (try await bench.sha256("part")))
    #expect(try await bench.leftovers() == [])
  }

  @Test func aTarInsideGzipIsSeenAsTar() async throws {
    let bench = try DecodingBench()
    try await bench.shell("mkdir dump; seq 1000 > dump/a; tar -czf file dump; tar --format=v7 -cf old dump")
    let result = try await bench.decode("file")
    #expect(result.isTar && result.names == ["gzip"] && result.codes == [])
    #expect(try await bench.decode("old").isTar)
  }

  @Test func membersOfOneGzipAndFramesOfOneZstdComeAsOne() async throws {
    let bench = try DecodingBench()
    try await bench.shell(
      """
      seq 100000 > a; seq 5 > b; cat a b > both
      (gzip -c a; gzip -c b; head -c 1000 /dev/zero) > file.gz
      (printf '\\x50\\x2a\\x4d\\x18\\x04\\x00\\x00\\x00skip'; zstd -qc a; zstd -qc b) > file.zst
      """)
    for file in ["file.gz", "file.zst"] {
      let result = try await bench.decode(file)
      #expect(result.codes == [], "\(file)")
      #expect(result.sha256 == (try await bench.sha256("both")), "\(file)")
    }
  }

  @Test func aLegacyLZ4FrameIsReadAndItsCutsAreToldApart() async throws {
    let bench = try DecodingBench()
    try await bench.shell(
      """
      seq 3000000 > a; lz4 -q -l -1 -c a > good; size=$(stat -c %s good)
      head -c $((size / 2)) good > cut; head -c $((size - 1)) good > short
      # Inside of the second block's length.
      length=$(od -An -tu4 -j 4 -N 4 good); head -c $((8 + length + 2)) good > length
      """)
    #expect(try await bench.decode("good").codes == [])
    #expect(try await bench.decode("good").sha256 == (try await bench.sha256("a")))
    for file in ["cut", "short", "length"] {
      #expect(try await bench.decode(file).codes == ["decompress.truncated"], "\(file)")
    }
  }

  @Test func documentsOfBSONAreNoLZMA() {
    for id: [UInt8] in [[1] + [0, 0, 0, 0, 0, 0, 0, 0], [0x10, 1, 0, 0, 0], [0x0A]] {
      let key = Array("_id".utf8) + [0]
      let document: [UInt8] = [0x5D, 0, 0, 0] + id.prefix(1) + key + id.dropFirst() + [UInt8](repeating: 0, count: 80)
      #expect(DecoderCatalogue.decoder(for: document) == nil)
    }
  }

  @Test func aZstdWindowOfTwoGibibytesIsRead() async throws {
    let bench = try DecodingBench()
    try await bench.shell("seq 100000 > a; zstd -q --ultra --long=31 -1 -c < a > file")
    let result = try await bench.decode("file")
    #expect(result.codes == [])
    #expect(result.sha256 == (try await bench.sha256("a")))
  }

  @Test func theOutermostDamageIsSaidFirst() async throws {
    let bench = try DecodingBench()
    let keys = try await LayerKeys.folder()
    try await bench.shell(
      """
      K=\(keys)
      zstd -qc $K/plain | \(LayerKeys.gpg) --trust-model always -z 0 -r carol@example.org -e > good
      size=$(stat -c %s good); (head -c $((size / 2)) good; printf '\\x00\\x01\\x02'; tail -c +$((size / 2 + 4)) good) > bad
      """)
    let result = try await bench.decode("bad", try .keys("\(keys)/carol.sec"))
    #expect(result.codes == ["decrypt.integrity", "decompress.corrupt"])
  }

  @Test func plainFilesHaveNoLayers() async throws {
    let bench = try DecodingBench()
    try await bench.shell(
      """
      printf -- '-- MySQL dump 10.13\\n' > sql; printf '\\x6d\\xe2\\x99\\x81' > archive; : > empty
      printf 'SQLite format 3\\0' > sqlite; head -c 100000 /dev/zero > zeros; printf '\\xff\\xfe-\\x00-\\x00' > utf16
      """)
    for file in ["sql", "archive", "empty", "sqlite", "zeros", "utf16"] {
      let result = try await bench.decode(file)
      #expect(result.names == [] && result.codes == [] && !result.isTar, "\(file)")
    }
  }

  @Test func aFileInMoreThanTwelveLayersIsRefused() async throws {
    let bench = try DecodingBench()
    try await bench.shell("echo x > f; for n in $(seq 13); do gzip -c f > g; mv g f; done")
    let error = await #expect(throws: BadBackup.self) { try await bench.decode("f") }
    #expect(error?.finding.code.rawValue == "decode.too-many-layers")
    #expect(try await bench.leftovers() == [])
  }

  @Test func aBombPassesInConstantMemory() async throws {
    let bench = try DecodingBench()
    try await bench.shell("head -c 1000000000 /dev/zero | zstd -q -1 -c | gzip -1c > bomb")
    let before = residentKilobytes()
    let backup = try await DecodingChain.open(try await bench.pipe("bomb"), surroundings: bench.surroundings())
    _ = try await DecodingBench.sha256(reading: backup.output)
    #expect(await backup.finish() == [])
    #expect(backup.layers.map(\.bytes).last == 1_000_000_000)
    // Other tests run in this process at the same time; 1 GB would show all the same.
    #expect(residentKilobytes() - before < 200_000)
  }

  private func residentKilobytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
  }
}
