import Foundation
import ProofbackCore
import Testing

/// What a run is expected to take, and what is plainly too much.
@Suite struct RunExpectationTests {
  private static let gigabyte: UInt64 = 1_000_000_000

  private func expectation(
    size: UInt64?, _ packing: BackupHead.Packing? = nil, past: RunExpectation.Past? = nil,
    disk: UInt64 = 20 * gigabyte, seconds: Double = 7200
  ) -> RunExpectation {
    var specification = RunSpecification(runID: "r", location: "s3://b/k", stateFolder: "/")
    (specification.limits.diskBytes, specification.limits.seconds) = (disk, seconds)
    return RunExpectation(specification, size: size, head: packing.map { BackupHead(packing: $0) }, past: past)
  }

  private func past(
    _ file: UInt64, _ restored: UInt64, seconds: Double = 600, _ layers: [String]? = nil
  ) -> RunExpectation.Past {
    RunExpectation.Past(
      fileBytes: file, restoredBytes: restored, diskLimit: 20 * Self.gigabyte, seconds: seconds, layers: layers)
  }

  @Test func `without a past a run needs its limits, and of a small file a hundred times its size`() {
    #expect(expectation(size: nil).needs.diskBytes == 20 * Self.gigabyte)
    #expect(expectation(size: nil).needs.basis == "the run's limits")
    #expect(expectation(size: Self.gigabyte).needs.diskBytes == 20 * Self.gigabyte)
    let small = expectation(size: 10_000_000).needs
    #expect(small.diskBytes == 3 * Self.gigabyte && small.seconds == 7200)
    #expect(small.basis == "the file's 10.0 MB and the run's limits")
  }

  @Test
  func `with a past it needs what came back then, as much more as the file has grown, and never more than its limits`()
  {
    let grown = expectation(size: 2 * Self.gigabyte, past: past(Self.gigabyte, 2 * Self.gigabyte)).needs
    #expect(grown.diskBytes == 14 * Self.gigabyte && grown.seconds == 2460)
    #expect(grown.basis == "the last proven run (1.0 GB) and the file's 2.0 GB")
    #expect(expectation(size: nil, past: past(Self.gigabyte, Self.gigabyte)).needs.diskBytes == 5 * Self.gigabyte)
    let huge = expectation(size: 9 * Self.gigabyte, past: past(Self.gigabyte, 5 * Self.gigabyte)).needs
    #expect(huge.diskBytes == 20 * Self.gigabyte)
  }

  @Test func `only what is plainly too much is refused, with its figures`() throws {
    #expect(expectation(size: 80 * Self.gigabyte).refusal == nil)
    let large = try #require(expectation(size: 81 * Self.gigabyte).refusal).finding
    #expect(large.code.rawValue == "preflight.too-large" && large.status == .skipped && !large.hint.isEmpty)
    #expect(large.message.hasSuffix("of disk are needed, and the run may take 20.0 GB"))
    #expect(
      large.evidence == ["the file has 81.0 GB", "a database keeps at least a quarter of what is in such a file"])
    // Rows that took more than their run was allowed lay packed on its disk.
    #expect(expectation(size: 2 * Self.gigabyte, past: past(Self.gigabyte, 60 * Self.gigabyte)).refusal == nil)
    let grown = try #require(
      expectation(size: 5 * Self.gigabyte, past: past(Self.gigabyte, 15 * Self.gigabyte)).refusal)
    #expect(grown.finding.code.rawValue == "preflight.too-large" && grown.finding.evidence.count == 2)
    let slow = past(Self.gigabyte, Self.gigabyte, seconds: 6000)
    #expect(expectation(size: Self.gigabyte * 18 / 10, past: slow).refusal == nil)
    let long = try #require(expectation(size: 2 * Self.gigabyte, past: slow).refusal).finding
    #expect(long.code.rawValue == "preflight.too-long")
    #expect(long.message == "about 3 h 20 min are needed, and the run may take 2 h")
  }

  static let heads: [(packing: BackupHead.Packing, disk: UInt64, basis: String)] = [
    (.text, 4, "the file's 100.0 MB, text that nothing packs"),
    (.layer("zstd", states: 400_000_000), 10, "the file's 100.0 MB, zstd, which unpacks to 400.0 MB"),
    (.layer("lz4", states: 200_000_000), 6, "the file's 100.0 MB, lz4, which unpacks to 200.0 MB"),
    // More tightly than a file without a word of its own is reckoned with.
    (.layer("zstd", states: 5_000_000_000), 102, "the file's 100.0 MB, zstd, which unpacks to 5.0 GB"),
    // What is inside hardly shrank: it is packed itself, or there is more of it.
    (
      .layer("zstd", states: 150_000_000), 12,
      "the file's 100.0 MB, zstd, whose first part states 150.0 MB, and the run's limits"
    ),
    (.layer("zstd", states: 0), 12, "the file's 100.0 MB, zstd, whose first part states 0 bytes, and the run's limits"),
    (
      .layer("zstd", states: .max), 12,
      "the file's 100.0 MB, zstd, whose first part states 18446744.1 TB, and the run's limits"
    ),
    (
      .layer("gzip", states: nil), 12,
      "the file's 100.0 MB, gzip, which does not say what it unpacks to, and the run's limits"
    ),
    (.unknown, 12, "the file's 100.0 MB and the run's limits"),
  ]

  @Test(arguments: heads.indices) func `without a past the head says how much is inside, where it can`(_ index: Int) {
    let head = Self.heads[index]
    let needs = expectation(size: 100_000_000, head.packing, disk: 200 * Self.gigabyte).needs
    #expect(needs.diskBytes == head.disk * Self.gigabyte)
    #expect(needs.basis == head.basis)
    #expect(expectation(size: 100_000_000, head.packing, disk: 2 * Self.gigabyte).needs.diskBytes == 2 * Self.gigabyte)
  }

  @Test func `frames behind the first one do not make too little of a backup`() {
    // Of a dump that shrinks to a tenth, in so many frames of one size each; a database takes twice the text.
    for frames in 1...200 as ClosedRange<UInt64> {
      let (frame, file) = (10 * Self.gigabyte, frames * Self.gigabyte)
      let needs = expectation(size: file, .layer("zstd", states: frame), disk: 100_000 * Self.gigabyte).needs
      #expect(Double(needs.diskBytes) >= Double(frames * frame) * 2, "\(frames)")
    }
  }

  @Test func `what would not fit were a tenth of it kept is refused, with what the head says`() throws {
    func refusal(_ packing: BackupHead.Packing, _ size: UInt64 = 5 * Self.gigabyte) -> Finding? {
      expectation(size: size, packing).refusal?.finding
    }
    #expect(refusal(.layer("zstd", states: 200 * Self.gigabyte)) == nil)
    let large = try #require(refusal(.layer("zstd", states: 201 * Self.gigabyte)))
    #expect(large.code.rawValue == "preflight.too-large")
    #expect(large.message == "at least 20.1 GB of disk are needed, and the run may take 20.0 GB")
    #expect(
      large.evidence == [
        "the file has 5.0 GB", "it is zstd, which unpacks to 201.0 GB",
        "a database keeps at least a tenth of what is inside",
      ])
    // Nobody packs so tightly: the head is damaged, and the run says so.
    #expect(refusal(.layer("zstd", states: 501 * Self.gigabyte)) == nil)
    #expect(refusal(.text, 80 * Self.gigabyte) == nil)
    #expect(refusal(.text, 81 * Self.gigabyte)?.evidence.contains("it is text that nothing packs") == true)
  }

  @Test func `a past whose file was packed otherwise says nothing of this one`() {
    let plain = past(10 * Self.gigabyte, 10 * Self.gigabyte, [])
    let now = expectation(
      size: Self.gigabyte, .layer("zstd", states: 4 * Self.gigabyte), past: plain, disk: 90 * Self.gigabyte)
    #expect(now.needs.diskBytes == 82 * Self.gigabyte && now.needs.seconds == 7200 && now.refusal == nil)
    #expect(
      now.needs.basis == "the file's 1.0 GB, zstd, which unpacks to 4.0 GB (the last proven run's was in no packing)")
    let packed = past(Self.gigabyte, 15 * Self.gigabyte, ["gzip"])
    #expect(expectation(size: 20 * Self.gigabyte, .text, past: packed).refusal == nil)
    #expect(expectation(size: 20 * Self.gigabyte, .layer("gzip", states: nil), past: packed).refusal != nil)
    // Nothing tells that it is another packing.
    #expect(expectation(size: 20 * Self.gigabyte, .unknown, past: packed).refusal != nil)
    #expect(expectation(size: 20 * Self.gigabyte, past: packed).refusal != nil)
    let before = past(Self.gigabyte, 15 * Self.gigabyte)
    #expect(expectation(size: 20 * Self.gigabyte, .text, past: before).refusal != nil)
  }

  @Test(arguments: [
    (0, "$0.00"), (0.00012, "$0.0001"), (0.00472, "$0.0047"), (0.0123, "$0.012"), (0.256, "$0.26"),
    (1234.5, "$1234.50"),
    (0.999, "$1.00"),
  ])
  func `dollars have two digits that say something`(_ dollars: Double, _ text: String) {
    #expect(Quantity.text(dollars: dollars) == text)
  }
}
