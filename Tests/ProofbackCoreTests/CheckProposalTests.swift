import Foundation
import ProofbackCore
import Testing

/// What passed runs suggest to check.
@Suite struct CheckProposalTests {
  private static let day = 86_400.0
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)

  private func baseline(runs: Int, rows: UInt64 = 1234, moves: Bool = true) -> Baseline {
    var profile = DatabaseProfile()
    var column = ColumnProfile(name: "sold", kind: .time)
    column.newest = Self.now.addingTimeInterval(-Self.day / 2)
    profile.tables = [
      TableProfile(database: "shop", name: "tickets", rows: rows, columns: [column]),
      TableProfile(database: "shop", name: "sessions", rows: 5000),
      TableProfile(database: "shop", name: "few", rows: 3),
    ]
    profile.objects = [SchemaObject(kind: "view", name: "shop.sold"), SchemaObject(kind: "column", name: "shop.few.a")]
    profile.databases = ["shop"]
    let steps = (1..<runs).map { _ in
      BaselineStep(
        asOf: Self.now, seconds: Self.day,
        tables: Dictionary(
          uniqueKeysWithValues: ["shop.tickets", "shop.sessions", "shop.few"].map {
            ($0, TableStep(rowsBefore: rows - 234, rowsAfter: rows, goneShare: 0, changedShares: [:], hasMoved: moves))
          }))
    }
    return Baseline(
      key: 1, newest: PassedRun(runID: "r", asOf: Self.now, source: nil, dumpedAt: nil, profile: profile), steps: steps)
  }

  private func proposed(_ baseline: Baseline, beside: [Check] = []) -> [String] {
    CheckProposals(baseline, volatileTables: ["session*"]).checks(beside: beside).map(\.text)
  }

  @Test func nothingIsProposedBeforeThreeRuns() { #expect(proposed(baseline(runs: 2)).isEmpty) }

  @Test func floorsAgesAndObjectsAreProposed() {
    #expect(
      proposed(baseline(runs: 3)) == [
        "rows of tickets: rows of tickets => >= 500", "newest of tickets: newest of tickets.sold => newer than 3d",
        "view shop.sold: object view shop.sold => exists",
      ])
  }

  @Test func whatStandsStillHasNoAge() {
    #expect(!proposed(baseline(runs: 4, moves: false)).contains { $0.hasPrefix("newest") })
  }

  @Test func whatIsAskedAlreadyIsNotProposedAgain() throws {
    let own = try Check("mine: rows of tickets => > 7")
    #expect(!proposed(baseline(runs: 3), beside: [own]).contains { $0.hasPrefix("rows") })
  }
}
