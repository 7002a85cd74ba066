import Foundation
import Glibc
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// Whole runs by workers that know of their server nothing but an address, a token and a certificate.
@Suite(.serialized) struct RemoteWorkerTests {
  private static let dump = "CREATE TABLE `planets` (`id` int);\nINSERT INTO `planets` VALUES (1),(2),(3);\n"

  @Test func `a worker elsewhere proves a backup, be its connections cut again and again`() async throws {
    let kit = try await RemoteKit()
    try kit.write("good.sql", Self.dump)
    // Enough for a handshake and a request or two.
    try kit.proxy.set("6000")
    let id = try kit.request("good.sql")
    let run = try await kit.ended(id)
    #expect(run.verdict == .passed, "\(run.sentence ?? "") \(kit.console(id))")
    let report = try #require(try kit.runs.report(id))
    #expect(report.inventory?.tables.map(\.name) == ["planets"])
    #expect(report.runID == "run-" + id)
    let begins = try kit.log(id).filter { $0.hasSuffix(" begins") }
    #expect(begins.count == Set(begins).count && begins.contains("import begins"), "each event once: \(begins)")
    let ticket = try await kit.ticket(id)
    #expect(!kit.console(id).contains(ticket.token))
    #expect(try await kit.work(ticket).text.contains("worker.second-claim"))
    try await kit.nothingIsLeft()
  }
}
