import Foundation
import ProofbackCore

/// Looks at what a run elsewhere will take, before a machine is started for it: at the object in its bucket, with the run's own
/// key, as the worker will, and at the last proven run of its restore test.
struct Preflight: Sendable {
  enum Answer: Sendable {
    /// - Parameters:
    ///   - wasSeen: whether the object is there.
    ///   - notes: what is to be said on the run.
    case goes(RunNeeds, wasSeen: Bool, notes: [Finding])
    /// A machine would only cost money.
    case refused(RunReport)
  }

  /// Seconds that a look may take.
  private static let patience = 60.0

  let state: ServerState

  /// - Parameter looks: whether the bucket is asked, too.
  /// - Throws: `CancellationError`, `StoreError`.
  func look(_ assignment: Assignment, restoreTest: String?, looks: Bool) async throws -> Answer {
    let started = state.now()
    let specification = assignment.specification
    var object: SourceObject?
    let reading = try? state.facilities.read(specification.location, specification.filePattern)
    if looks, let reach = reading?.reach {
      switch try await seen(assignment, reach) {
      case .success(let found): object = found
      case .failure(let refusal): return .refused(refusal.report)
      }
    }
    let expectation = RunExpectation(specification, size: object?.size, past: try restoreTest.flatMap(past))
    if let trouble = expectation.refusal {
      return .refused(.notRun(specification, because: trouble.finding, started: started))
    }
    var notes: [Finding] = []
    if object?.size == nil {
      notes.append(
        PreflightFindings.sizeUnknown.finding(
          "the file's size was not known before the machine was started",
          evidence: [
            reading?.reach == nil ? "only files in buckets are looked at by the server" : "the server could not look"
          ]))
    }
    return .goes(expectation.needs, wasSeen: object != nil, notes: notes)
  }

  private struct Refusal: Error { var report: RunReport }

  /// - Returns: nil when the server could not tell; a worker may.
  private func seen(_ assignment: Assignment, _ reach: BucketReach) async throws -> Result<SourceObject?, Refusal> {
    let whole = assignment.specification
    var specification = RunSpecification(
      runID: "check-\(Identifier.make())", location: whole.location, stateFolder: whole.stateFolder)
    specification.goal = .locate
    specification.limits.seconds = Self.patience
    (specification.filePattern, specification.allowedHosts) = (whole.filePattern, whole.allowedHosts)
    (specification.maxAgeSeconds, specification.minSizeBytes) = (whole.maxAgeSeconds, whole.minSizeBytes)
    specification.asOf = whole.asOf
    var secrets = RunSecrets()
    (secrets.cloudKey, secrets.authority) = (assignment.secrets.cloudKey, assignment.secrets.authority)
    let look = Assignment(specification: specification, secrets: secrets)
    var report: RunReport
    do {
      report = try await state.launcher.launch(look, events: NoEvents())
    } catch is RunTrouble {
      return .success(nil)
    }
    try Task.checkCancellation()
    let holds = report.verdict == .failed || report.cause.map(reach.answers.contains) == true
    guard holds else { return .success(report.source) }
    report.runID = assignment.specification.runID
    report.findings.append(PreflightFindings.seen.finding("no machine was started for this run"))
    return .failure(Refusal(report: report))
  }

  private func past(_ restoreTest: String) throws -> RunExpectation.Past? {
    let runs = try state.kept.history.newest(of: restoreTest, limit: RunForecast.looksBack)
    guard let proof = runs.first(where: { $0.verdict == .passed }), let seconds = proof.seconds,
      let report = try state.kept.history.report(proof.id), let file = report.source?.size,
      let definition = try state.kept.history.definition(proof.id)
    else { return nil }
    return RunExpectation.Past(
      fileBytes: file, restoredBytes: report.inventory?.bytes ?? 0, diskLimit: definition.limits.diskBytes,
      seconds: seconds)
  }
}
