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

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `the worker's clock may be wrong: ages are judged by the server's, and the run says so`() async throws {
    let kit = try await RemoteKit(["ahead": "7200"])
    try kit.write("good.sql", Self.dump)
    let fresh = try kit.request("good.sql") { $0.maxAgeSeconds = 3 * 3600 }
    let old = try kit.request("good.sql") { $0.maxAgeSeconds = 3600 }
    #expect(try await kit.ended(fresh).verdict == .passed)
    let report = try #require(try kit.runs.report(fresh))
    let warning = try #require(report.findings.first { $0.code.rawValue == "worker.clock-skew" })
    #expect(warning.message.contains("behind the server's") && warning.status == .warning)
    #expect(report.started.timeIntervalSinceNow > 3600)
    #expect(try await kit.ended(old).cause == "backup.too-old")
  }

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `a server whose certificate is renewed meanwhile is still known`() async throws {
    let kit = try await RemoteKit(["inner": BuiltProgram.path("TestWorker")])
    let id = try await kit.holding()
    try await RemoteKit.makeCertificate(kit.folder + "/server")
    // The connection stands; over it the worker hears of the new one.
    try await Task.sleep(for: .seconds(4))
    try kit.proxy.set("cut")
    try await Task.sleep(for: .seconds(1))
    try kit.proxy.set("open")
    try await Task.sleep(for: .seconds(1))
    _ = try kit.runs.cancel(id, by: kit.by)
    #expect(try await kit.ended(id).verdict == .passed, "\(kit.console(id))")
    #expect(kit.console(id).contains("answers again"), "\(kit.console(id))")
  }
}
