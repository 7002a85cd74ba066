import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Testing

/// Bounds and options of a run, from the form to the worker's assignment.
@Suite struct RunFormTests {
  @Test func `bounds and options that a form gives are those of the run, and others are the usual ones`() async throws {
    let launcher = SteerableLauncher { assignment in
      let limits = assignment.specification.limits
      guard limits.seconds == 4 * 3600, limits.memoryBytes == 8_000_000_000, limits.diskBytes == Limits().diskBytes,
        assignment.specification.engineOptions == ["database": "shop"]
      else { throw RunTrouble(ServerFindings.internalError, "\(assignment.specification)") }
      return SteerableLauncher.passed(assignment)
    }
    let kit = try ServerKit(launcher)
    var form = RunRequests.Form()
    form.location = kit.store.folder + "/a"
    (form.timeout, form.memory) = ("4h", "8GB")
    form.options = ["database": "shop", "collection": ""]
    let run = try RunRequests(kit.state).request(form, by: kit.by)
    try await kit.carryOut()
    #expect(try kit.store.runs.run(run.id)?.verdict == .passed)
  }
}
