import Foundation
import HTTPTypes
import Hummingbird
import ProofbackCore
import ProofbackServer

/// Runs: ask for one, list them, follow one, end one.
enum RunRoutes {
  static let all: [Route] = [
    .post("/runs", .person, request), .get("/runs/{id}", .person, show),
    .get("/runs/{id}/events", .person, RunEvents.follow), .post("/runs/{id}/cancel", .person, cancel),
    .post("/runs/{id}/dismiss", .person, dismiss), .post("/runs/{id}/again", .person, again),
    .get("/runs/{id}/report.json", .person, json),
    .get("/runs/{id}/report.xml", .person, junit), .get("/runs/{id}/log.txt", .person, RunLogText.send),
    .get("/runs/{id}/report", .person, report),
  ]

  @Sendable private static func request(_ visit: Visit) async throws -> Response {
    let form = RunRequests.Form(visit)
    do {
      if visit.field("do") == "check" {
        let outcome = try await LocationCheck(visit.state).check(visit.site.requests.definition(form))
        return try HomeRoutes.show(visit, form: form, check: outcome)
      }
      let run = try visit.site.requests.request(form, by: visit.actor)
      visit.site.dispatcher.ring()
      return visit.go(to: "/runs/\(run.id)")
    } catch let problems as FormProblems {
      return try HomeRoutes.show(visit, form: form, problems: problems)
    }
  }

  @Sendable private static func again(_ visit: Visit) throws -> Response {
    let old = try run(visit)
    guard let definition = try visit.state.kept.history.definition(old.id) else { throw StoreError.notThere }
    do {
      let new = try visit.site.requests.again(
        definition, title: old.title, restoreTest: old.restoreTest, by: visit.actor)
      visit.site.dispatcher.ring()
      return visit.go(to: "/runs/\(new.id)")
    } catch let problems as FormProblems {
      return try HomeRoutes.show(visit, form: RunRequests.Form(definition), problems: problems)
    }
  }

  @Sendable private static func cancel(_ visit: Visit) throws -> Response {
    let run = try run(visit)
    if try visit.state.kept.queue.cancel(run.id, by: visit.actor) { visit.site.dispatcher.cancel(run.id) }
    return visit.go(to: "/runs/\(run.id)")
  }

  /// Back to where the button is: home, or the run.
  @Sendable private static func dismiss(_ visit: Visit) throws -> Response {
    let run = try run(visit)
    let byHandSince = StandingTally.byHandSince(visit.now)
    _ = try visit.state.kept.standings.dismiss(run.id, byHandSince: byHandSince, by: visit.actor)
    return visit.go(to: visit.field("from") == "run" ? "/runs/\(run.id)" : "/")
  }

  @Sendable private static func show(_ visit: Visit) throws -> Response {
    let material = try material(visit)
    let find = String((visit.query("find") ?? "").prefix(200))
    let log = try RunLogContent.find(find, in: visit.state.kept.history, of: material.run.id)
    return visit.page("run", material.run.title, RunContent(material, log: log))
  }

  /// Everything unfolded, for paper.
  @Sendable private static func report(_ visit: Visit) throws -> Response {
    let material = try material(visit)
    guard material.report != nil else { throw StoreError.notThere }
    let log = try RunLogContent.find("", in: visit.state.kept.history, of: material.run.id)
    return visit.page(
      "report", "Report of \(material.run.title)", RunContent(material, log: log, isReport: true))
  }

  /// What has ended before a run of a restore test, and its last proof.
  private static func material(_ visit: Visit) throws -> RunMaterial {
    let (run, history) = (try run(visit), visit.state.kept.history)
    let past = try (run.restoreTest.map { try history.newest(of: $0, limit: RunForecast.looksBack) } ?? []).filter {
      $0.state == .ended && $0.requested < run.requested
    }
    let kept = visit.state.kept
    return RunMaterial(
      run: run, report: try history.report(run.id), position: visit.state.watch.position(run.id), past: past,
      schedule: try run.restoreTest.flatMap { try kept.schedules.schedule(ofRestoreTest: $0) },
      asker: try run.requestedBy.map { try kept.people.person($0)?.name ?? "somebody who was removed" },
      pattern: try history.definition(run.id)?.filePattern,
      proof: try history.proof(before: run.id),
      canDismiss: try kept.standings.canDismiss(run.id, byHandSince: StandingTally.byHandSince(visit.now)),
      now: visit.now)
  }

  @Sendable private static func json(_ visit: Visit) throws -> Response {
    guard let report = try visit.state.kept.history.report(run(visit).id) else { throw StoreError.notThere }
    return file(try JSONReport.render(report), "application/json", "\(report.runID).json")
  }

  @Sendable private static func junit(_ visit: Visit) throws -> Response {
    guard let report = try visit.state.kept.history.report(run(visit).id) else { throw StoreError.notThere }
    return file(JUnitReport.render(report), "application/xml", "\(report.runID).xml")
  }

  private static func file(_ text: String, _ type: String, _ name: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  static func run(_ visit: Visit) throws -> RunRecord {
    guard let id = visit.parameters.get("id"), let run = try visit.state.kept.history.run(id) else {
      throw StoreError.notThere
    }
    return run
  }
}

extension RunRequests.Form {
  init(_ definition: RestoreTestDefinition) {
    self.init()
    location = definition.location
    file = definition.filePattern ?? ""
    type = definition.type?.rawValue ?? ""
    server = definition.server ?? ""
    decryptionKeys = definition.decryptionKeys
    (passphrase, proofKey) = (definition.passphrase ?? "", definition.proofKey ?? "")
    maxAge = definition.maxAgeSeconds.map(Quantity.written(seconds:)) ?? ""
    minSize = definition.minSizeBytes.map(Quantity.written(bytes:)) ?? ""
    requireEncryption = definition.encryption?.demandsEncryption ?? false
    recipients = (definition.encryption?.recipients ?? []).map(\.text).joined(separator: "\n")
    volatileTables = VolatileTables.text(definition.volatileTables ?? [])
    tolerances = ToleranceText.text(definition.tolerances ?? [:])
    checks = (definition.checks ?? []).map(\.text).joined(separator: "\n")
    opensslCipher = definition.opensslCipher ?? ""
    depth = definition.depth.rawValue
    let usual = Limits()
    let limits = definition.limits
    timeout = limits.seconds == usual.seconds ? "" : Quantity.written(seconds: limits.seconds)
    memory = limits.memoryBytes == usual.memoryBytes ? "" : Quantity.written(bytes: limits.memoryBytes)
    disk = limits.diskBytes == usual.diskBytes ? "" : Quantity.written(bytes: limits.diskBytes)
    workplace = definition.workplace ?? ""
    (sandbox, image) = (definition.sandbox ?? "", definition.image ?? "")
    options = definition.engineOptions
  }
}
