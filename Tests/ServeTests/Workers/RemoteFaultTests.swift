import Foundation
import Glibc
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// What becomes of a run whose worker, server or connection breaks. The runs are stand-ins that hold a real sandbox's
/// processes until they are told to end.
@Suite(.serialized) struct RemoteFaultTests {
  private func kit(_ settings: [String: String] = [:]) async throws -> RemoteKit {
    try await RemoteKit(settings.merging(["inner": BuiltProgram.path("TestWorker")]) { $1 })
  }

  @Test func `a killed worker is silent past its lease, and nothing of it is left`() async throws {
    let kit = try await kit(["lease": "3"])
    let id = try await kit.holding()
    kill(try await kit.workerProcess(id), SIGKILL)
    let run = try await kit.ended(id)
    #expect(run.verdict == .inconclusive && run.cause == "worker.silent")
    #expect(run.sentence?.contains("silent for 3") == true, "\(run.sentence ?? "")")
    // Only the folder is, which the machine takes with it; here the next worker's reaper does.
    try await RemoteKit.wait("the end of the processes") {
      ProcessTable.all().allSatisfy { !$0.arguments.contains { $0.hasPrefix(kit.folder + "/workers") } }
    }
  }

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `a worker whose run crashes says so`() async throws {
    let kit = try await kit()
    try kit.write("crash", "x")
    let id = try kit.request("crash")
    #expect(try await kit.ended(id).cause == "run.worker-died")
    try await kit.isSaid("the server has the report", id)
    try await kit.nothingIsLeft()
  }

  @Test func `a cancelled run is ended on the worker's machine, through a connection that was lost meanwhile`()
    async throws
  {
    let kit = try await kit()
    let id = try await kit.holding()
    try kit.proxy.set("cut")
    try await Task.sleep(for: .seconds(1))
    #expect(try kit.runs.cancel(id, by: kit.by))
    try await Task.sleep(for: .seconds(2))
    #expect(try kit.runs.run(id)?.state == .running, "nobody could tell the worker yet")
    try kit.proxy.set("open")
    let run = try await kit.ended(id)
    #expect(run.verdict == .passed, "the stand-in reports that after it was told to end: \(run.sentence ?? "")")
    #expect(kit.console(id).contains("the server does not answer") && kit.console(id).contains("answers again"))
    try await kit.nothingIsLeft()
  }

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `a worker whose server was killed ends and cleans up once another server answers`() async throws {
    let kit = try await kit(["destroys": "no"])
    let id = try await kit.holding()
    kit.killServer()
    try await Task.sleep(for: .seconds(1))
    #expect(kill(try await kit.workerProcess(id), 0) == 0, "it goes on while nobody answers")
    try await kit.start()
    try await kit.nothingIsLeft()
    #expect(kit.console(id).contains("worker.run-over"), "\(kit.console(id))")
    #expect(try await kit.ended(id).cause == "run.interrupted")
  }

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `a server that ends does not wait for workers elsewhere, and their runs are interrupted`() async throws {
    let kit = try await kit(["destroys": "no"])
    let id = try await kit.holding()
    let asked = ContinuousClock.now
    kit.stopServer()
    #expect(asked.duration(to: .now) < .seconds(45), "less than the farewell that a cancelled worker has")
    #expect(try kit.runs.run(id)?.cause == "run.interrupted")
    try await kit.start()
    try await kit.nothingIsLeft()
  }

  @Test func `a second key with the token ends the run, its worker and the sandbox, and alerts`() async throws {
    let kit = try await kit(["destroys": "no"])
    let id = try await kit.holding()
    let thief = try await kit.work(try await kit.ticket(id))
    #expect(thief.code == 2 && thief.text.contains("worker.second-claim"), "\(thief.text)")
    let run = try await kit.ended(id)
    #expect(run.verdict == .inconclusive && run.cause == "worker.second-claim")
    try await kit.nothingIsLeft()
    let alert = try #require(try Alerts(kit.store).open(limit: 10).first)
    #expect(alert.kind == .claim && alert.subject == id)
    #expect(try AuditTrail(kit.store).lines().contains { $0.what == "run.token-shown-twice" && $0.about == id })
  }

  @Test(.enabled(if: TestAll.isOn, "takes long: make test-all runs it"))
  func `a flood of events is bounded, and the report comes after it`() async throws {
    let kit = try await kit()
    try kit.write("flood", "x")
    let id = try kit.request("flood")
    #expect(try await kit.ended(id).verdict == .passed)
    let lines = try kit.log(id)
    #expect(lines.first?.hasPrefix("line 0 ") == true)
    #expect(lines.count < 20_000)
    try await kit.nothingIsLeft()
  }
}
