import Foundation
import ProofbackCore
import ProofbackStore
import ProofbackTestSupport
import Testing

/// What passed runs of restore tests leave for later ones.
@Suite struct BaselineStoreTests {
  private let kit: StoreKit
  private let by: Actor
  private let schedule: Schedule
  private let key: UInt64 = 16_045_690_984_503_098_046
  private let rule = ScheduleRule(.daily, minuteOfDay: 0, timeZone: "UTC")

  init() throws {
    kit = try StoreKit()
    by = kit.actor(try kit.manager())
    schedule = try kit.schedules.add(
      name: "shop", RestoreTestDefinition(location: "/backups/shop.sql"), rule, .forEver, by: by)
  }

  private func baseline(_ table: String = "orders", steps: Int = 0) -> Baseline {
    var profile = DatabaseProfile()
    profile.tables = [TableProfile(name: table, rows: 7)]
    return Baseline(
      key: key, newest: PassedRun(runID: "r", asOf: kit.noon, source: nil, dumpedAt: nil, profile: profile),
      steps: (0..<steps).map { _ in BaselineStep(asOf: kit.noon, seconds: 60, tables: [:]) })
  }

  /// - Parameter meanwhile: what happens while it runs.
  @discardableResult private func end(
    _ baseline: Baseline?, _ verdict: Verdict = .passed, byHand: Bool = false, meanwhile: () throws -> Void = {}
  ) throws -> RunRecord {
    let run = try kit.runs.request(
      schedule.test.definition, title: "shop", restoreTest: byHand ? nil : schedule.test.id, by: by)
    _ = try kit.runs.claim(run.id, by: "d", now: kit.noon)
    try meanwhile()
    let report = RunReport(
      runID: run.id, verdict: verdict, cause: nil, sentence: "s", findings: [], stages: [], inventory: nil,
      engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: kit.noon, seconds: 1)
    try kit.runs.end(run.id, report, baseline: baseline, now: kit.noon)
    return run
  }

  private var kept: Baseline? { get throws { try kit.baselines.baseline(of: schedule.test.id) } }

  private func change(location: String) throws {
    try kit.schedules.change(
      schedule.id, name: "shop", RestoreTestDefinition(location: location), rule, .forEver, by: by)
  }

  @Test func `a passed run leaves its baseline, and no other run does`() throws {
    try end(baseline(), .failed)
    try end(baseline(), .inconclusive)
    try end(baseline(), byHand: true)
    try end(nil)
    #expect(try kept == nil && kit.baselines.kept(of: schedule.test.id) == nil)
    let run = try end(baseline())
    #expect(try kept == baseline())
    #expect(
      try kit.baselines.kept(of: schedule.test.id) == KeptBaseline(run: run.id, at: kit.noon, tables: 1))
    try end(baseline("other"), .failed)
    #expect(try kept == baseline())
    try end(baseline("customers", steps: 1))
    #expect(try kept == baseline("customers", steps: 1))
  }

  @Test func `it is forgotten when other backups are looked for, and not for a new name`() throws {
    try end(baseline())
    try kit.schedules.change(
      schedule.id, name: "other name", schedule.test.definition, rule, .forEver, by: by)
    #expect(try kept != nil)
    try change(location: "/backups/elsewhere.sql")
    #expect(try kept == nil)
    try end(baseline())
    #expect(try kept == nil, "this run was of the backups of before")
  }

  @Test func `it is forgotten by the button, which is in the audit trail once, and with its schedule`() throws {
    try end(baseline())
    try kit.baselines.forget(of: schedule, by: by)
    try kit.baselines.forget(of: schedule, by: by)
    #expect(try kept == nil)
    let lines = try kit.trail.page(AuditFilter(), limit: 50).lines.filter { $0.what == "schedule.new-baseline" }
    #expect(lines.count == 1 && lines.first?.about == schedule.id)
    try end(baseline())
    try kit.schedules.delete(schedule.id, by: by)
    #expect(try kept == nil)
  }

  @Test func `a run that goes on while a new baseline is begun does not bring back the old one`() throws {
    try end(baseline())
    try end(baseline(steps: 1)) { try kit.baselines.forget(of: schedule, by: by) }
    #expect(try kept == nil)
    try end(baseline()) { try kit.schedules.delete(schedule.id, by: by) }
    #expect(try kept == nil)
  }

  @Test func `its key is sealed, and sealed anew with a new master key`() throws {
    try end(baseline())
    let written = try kit.written()
    #expect(written.range(of: Data("\(key)".utf8)) == nil && written.range(of: Data("orders".utf8)) != nil)
    withUnsafeBytes(of: key.littleEndian) { #expect(written.range(of: Data($0)) == nil) }
    withUnsafeBytes(of: key.bigEndian) { #expect(written.range(of: Data($0)) == nil) }
    let file = KeyFile(kit.folder + "/master.key")
    #expect(try VaultRotation(kit.database, file).carryOut(origin: "test", now: kit.noon) == 1)
    let vault = Vault(try kit.database.masterKey(file, settles: false, now: kit.noon))
    #expect(try Baselines(kit.database, vault: vault).baseline(of: schedule.test.id) == baseline())
    #expect(throws: StoreError.wrongMasterKey) { try kept }
  }

  @Test func `one that is too large is not kept, and the log says so`() throws {
    let run = try end(baseline(String(repeating: "x", count: 33 << 20)))
    #expect(try kept == nil)
    #expect(try kit.runs.lines(run.id, after: 0, limit: 9).map(\.text).contains { $0.contains("too large") })
  }
}
