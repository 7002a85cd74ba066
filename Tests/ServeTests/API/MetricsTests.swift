import Foundation
import Testing

/// Who may read the server's counts.
@Suite struct MetricsTests {
  @Test func `metrics are for anybody when the server is started so, and nothing else is`() async throws {
    let kit = try ServeKit()
    _ = try await kit.start(["--metrics-open"])
    let nobody = Caller(origin: kit.origin, token: nil)
    let open = try await nobody.get("/metrics")
    #expect(open.status == 200 && open.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
    #expect(open.text.contains("proofback_running_runs 0"))
    // A token that is none does no harm where none is needed.
    #expect(try await Caller(origin: kit.origin, token: "proofback_none").get("/metrics").status == 200)
    #expect(try await nobody.get("/runs").status == 401)
    #expect(try await nobody.get("/overview").status == 401)
    #expect(try await nobody.ask("POST", "/metrics").status == 405)
    #expect(kit.stop() == 0)
    _ = try await kit.start()
    #expect(try await nobody.get("/metrics").status == 401)
  }
}
