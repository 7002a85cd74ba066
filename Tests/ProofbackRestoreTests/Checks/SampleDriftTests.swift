import Foundation
import ProofbackCore
import Testing

@testable import ProofbackRestore

/// The same rows, held against each other.
@Suite struct SampleDriftTests {
  /// A table of one number, whose only row has these bytes.
  private func table(_ cell: [UInt8]) -> TableProfile {
    let key = withUnsafeBytes(of: UInt64(7).littleEndian) { Data($0) }
    return TableProfile(
      name: "counters", rows: 1, columns: [ColumnProfile(name: "value", kind: .number)],
      sample: RowSample(isKeyed: true, isComplete: true, keys: key, cells: Data(cell)))
  }

  private func column(_ before: [UInt8], _ now: [UInt8]) throws -> SampleDrift.Column {
    try #require(SampleDrift(table(before), table(now)).columns["value"])
  }

  @Test func `a number of another magnitude has changed, also where its fingerprint is the same by chance`() throws {
    let fell = try column([90, 95, 0], [90, 1, 0])
    #expect(fell.changed == 1 && fell.shrunken == 1)
    #expect(try column([90, 95, 0], [91, 95, 0]).shrunken == 0)
    #expect(try column([90, 95, 0], [90, 95, 0]).changed == 0)
  }
}
