import ProofbackCore
import ProofbackSystem
import SystemPackage
import Testing

@testable import ProofbackRestore

@Suite struct PostgreSQLArchiveWalkTests {
  private let maker = PostgreSQLArchiveMaker(rows: [Array("1\tada\n".utf8), [UInt8](repeating: 7, count: 400_000)])

  private func walk(_ bytes: [UInt8]) throws -> PostgreSQLArchiveWalk.Outcome {
    let walk = PostgreSQLArchiveWalk(
      MemoryReader(bytes), to: try FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec))
    try walk.run()
    return walk.outcome
  }

  @Test func `a whole archive has all blocks, and nothing behind them`() throws {
    let outcome = try walk(maker.whole)
    #expect(outcome == .init(isKnown: true, announced: 2, blocks: 2))
  }

  @Test func `the table of contents, written once more behind the end, is pg_dump's own doing`() throws {
    let outcome = try walk(maker.whole + maker.contents(place: 2))
    #expect(outcome.bytesBehind == 0 && outcome.findings(isRead: true).isEmpty)
  }

  @Test func `anything else behind the end is told`() throws {
    let contents = maker.contents(place: 2)
    var other = contents
    other[20] ^= 1
    for behind in [contents + [0], Array(contents.dropLast()), contents + contents, other, [1, 2, 3], maker.whole] {
      let outcome = try walk(maker.whole + behind)
      #expect(outcome.bytesBehind > 0, "\(behind.count)")
      #expect(outcome.findings(isRead: true).map(\.code) == [PostgreSQLFindings.trailing.code])
    }
  }

  @Test func `an archive that is cut is a bad one, also where pg_restore is too old to see it`() throws {
    for count in [maker.head.count + 40, maker.whole.count - 1, maker.whole.count / 2] {
      let outcome = try walk(Array(maker.whole.prefix(count)))
      #expect(outcome.isCut && outcome.findings(isRead: false).isEmpty)
      let codes = outcome.findings(isRead: false, isNewer: true).map(\.code)
      #expect(codes == [PostgreSQLFindings.archiveDamaged.code])
    }
  }
}
