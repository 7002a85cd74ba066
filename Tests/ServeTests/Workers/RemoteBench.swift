import Foundation
import ProofbackCore
import ProofbackTestSupport
import Testing

/// What it costs that a worker is elsewhere: the same runs on the same server, by workers on its machine and by workers
/// that come over TLS, in turns.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["PROOFBACK_BENCH"] == "1", "make bench runs it"))
struct RemoteBench {
  private static let pairs = 7

  private func seconds(_ kit: RemoteKit) async throws -> Double {
    let run = try await kit.ended(try kit.request("rows.sql"))
    #expect(run.verdict == .passed)
    return try #require(run.ended).timeIntervalSince(try #require(run.started))
  }

  @Test func `the overhead of a worker elsewhere`() async throws {
    var dump = "CREATE TABLE `rows` (`id` int PRIMARY KEY, `text` varchar(100));\n"
    for part in 0..<200 {
      let rows = (0..<500).map { "(\(part * 500 + $0),'\(String(repeating: "x", count: 80))')" }
      dump += "INSERT INTO `rows` VALUES \(rows.joined(separator: ","));\n"
    }
    let (here, elsewhere) = (try await RemoteKit(["launcher": "local"]), try await RemoteKit())
    var times: (here: [Double], elsewhere: [Double]) = ([], [])
    for kit in [here, elsewhere] {
      try kit.write("rows.sql", dump)
      // Templates are prepared once.
      _ = try await seconds(kit)
    }
    for _ in 0..<Self.pairs {
      times.here.append(try await seconds(here))
      times.elsewhere.append(try await seconds(elsewhere))
    }
    let differences = zip(times.elsewhere, times.here).map { $0 - $1 }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    func text(_ value: Double) -> String { String(format: "%.2f s", value) }
    print(
      """
      a run of \(dump.utf8.count / 1_000_000) MB of SQL, medians of \(Self.pairs) pairs: \
      \(text(median(times.here))) by a worker on the server's machine, \
      \(text(median(times.elsewhere))) by one that comes over TLS; \(text(median(differences))) more
      """)
  }
}
