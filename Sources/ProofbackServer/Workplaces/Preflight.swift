import Foundation
import ProofbackCore

/// Looks at what a run elsewhere will take, before a machine is started for it: at the object in its bucket and its first bytes,
/// with the run's own key, as the worker will, and at the last proven run of its restore test.
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
    var look: BackupLook?
    let reading = try? state.facilities.read(specification.location, specification.filePattern)
    if looks, let reach = reading?.reach {
      switch try await seen(assignment, reach) {
      case .success(let found): look = found
      case .failure(let refusal): return .refused(refusal.report)
      }
    }
    let object = look?.report.source
    let expectation = RunExpectation(
      specification, size: object?.size, head: look?.head, past: try restoreTest.flatMap(past))
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
  private func seen(_ assignment: Assignment, _ reach: BucketReach) async throws -> Result<BackupLook?, Refusal> {
    guard let look = await state.facilities.look(Self.looking(for: assignment)) else { return .success(nil) }
    try Task.checkCancellation()
    var report = look.report
    let holds =
      report.verdict == .failed || look.isDecidedByHead || report.cause.map(reach.answers.contains) == true
    guard holds else { return .success(look) }
    report.runID = assignment.specification.runID
    report.findings.append(PreflightFindings.seen.finding("no machine was started for this run"))
    return .failure(Refusal(report: report))
  }

  private static func looking(for assignment: Assignment) -> Assignment {
    let whole = assignment.specification
    var specification = RunSpecification(
      runID: "check-\(Identifier.make())", location: whole.location, stateFolder: whole.stateFolder)
    // What a drill damages is not what lies there.
    specification.goal = whole.damage == nil ? .look : .locate
    specification.limits.seconds = patience
    (specification.filePattern, specification.allowedHosts) = (whole.filePattern, whole.allowedHosts)
    (specification.maxAgeSeconds, specification.minSizeBytes) = (whole.maxAgeSeconds, whole.minSizeBytes)
    (specification.type, specification.encryption) = (whole.type, whole.encryption)
    specification.asOf = whole.asOf
    var secrets = RunSecrets()
    (secrets.cloudKey, secrets.authority) = (assignment.secrets.cloudKey, assignment.secrets.authority)
    // That there are keys, and none of them.
    secrets.decryptionKeys = assignment.secrets.decryptionKeys.map(nameOnly)
    secrets.passphrase = assignment.secrets.passphrase.map(nameOnly)
    secrets.proofKey = assignment.secrets.proofKey.map(nameOnly)
    return Assignment(specification: specification, secrets: secrets)
  }

  private static func nameOnly(_ secret: NamedSecret) -> NamedSecret { NamedSecret(name: secret.name, content: Data()) }

  private func past(_ restoreTest: String) throws -> RunExpectation.Past? {
    let runs = try state.kept.history.newest(of: restoreTest, limit: RunForecast.looksBack)
    guard let proof = runs.first(where: { $0.verdict == .passed }), let seconds = proof.seconds,
      let report = try state.kept.history.report(proof.id), let file = report.source?.size,
      // One that was too long to be reported says nothing about what is needed.
      let restored = report.inventory?.bytes,
      let definition = try state.kept.history.definition(proof.id)
    else { return nil }
    return RunExpectation.Past(
      fileBytes: file, restoredBytes: restored, diskLimit: definition.limits.diskBytes,
      seconds: seconds, layers: report.layers)
  }
}
