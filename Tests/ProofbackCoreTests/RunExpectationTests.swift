import Foundation
import ProofbackCore
import Testing

/// What a run is expected to take, and what is plainly too much.
@Suite struct RunExpectationTests {
  private static let gigabyte: UInt64 = 1_000_000_000

  private func expectation(
    size: UInt64?, past: RunExpectation.Past? = nil, disk: UInt64 = 20 * gigabyte, seconds: Double = 7200
  ) -> RunExpectation {
    var specification = RunSpecification(runID: "r", location: "s3://b/k", stateFolder: "/")
    (specification.limits.diskBytes, specification.limits.seconds) = (disk, seconds)
    return RunExpectation(specification, size: size, past: past)
  }

  private func past(_ file: UInt64, _ restored: UInt64, seconds: Double = 600) -> RunExpectation.Past {
    RunExpectation.Past(fileBytes: file, restoredBytes: restored, diskLimit: 20 * Self.gigabyte, seconds: seconds)
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
    #expect(large.evidence == ["the file has 81.0 GB"])
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

  @Test(arguments: [
    (0, "$0.00"), (0.00012, "$0.0001"), (0.00472, "$0.0047"), (0.0123, "$0.012"), (0.256, "$0.26"),
    (1234.5, "$1234.50"),
    (0.999, "$1.00"),
  ])
  func `dollars have two digits that say something`(_ dollars: Double, _ text: String) {
    #expect(Quantity.text(dollars: dollars) == text)
  }
}
