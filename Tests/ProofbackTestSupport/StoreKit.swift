public import Foundation
public import ProofbackCore
public import ProofbackStore

/// A state of a test's own.
public final class StoreKit: Sendable {
  public let folder: String
  public let database: StateDatabase
  public let people: People
  public let sessions: Sessions
  public let credentials: Credentials
  public let baselines: Baselines
  public let runs: Runs
  public let schedules: Schedules
  public let channels: Channels
  public let outbox: Messages
  public let alerts: Alerts
  public let trail: AuditTrail
  public let noon = Date(timeIntervalSince1970: 1_800_000_000)

  public init() throws {
    folder = NSTemporaryDirectory() + "proofback-store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try StateDatabase(path: folder + "/state.sqlite")
    // At the full cost a password takes a fifth of a second.
    people = People(database, cost: PasswordCost(rounds: 1024, blockSize: 8, parallelism: 1))
    sessions = Sessions(database)
    credentials = Credentials(database, vault: Vault(try MasterKey.load(path: folder + "/master.key")))
    baselines = Baselines(database, vault: Vault(try MasterKey.load(path: folder + "/master.key")))
    runs = Runs(database, baselines: baselines)
    schedules = Schedules(database)
    channels = Channels(database, vault: Vault(try MasterKey.load(path: folder + "/master.key")))
    outbox = Messages(database)
    alerts = Alerts(database)
    trail = AuditTrail(database)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The first manager.
  public func manager() throws -> Person {
    guard let token = try people.makeSetupToken(now: noon) else { throw StoreError.alreadyThere }
    return try people.setUp(
      token, login: "ada", name: "Ada", password: "correct horse battery", now: noon, from: "192.0.2.9")
  }

  public func actor(_ person: Person) -> Actor { Actor(person: person.id, at: noon, address: "192.0.2.1") }

  /// Carries out a run of a restore test, or one by hand.
  @discardableResult public func ended(
    _ verdict: Verdict, of test: RestoreTest? = nil, at: Date, by person: Person
  ) throws -> RunRecord {
    let run = try runs.request(
      test?.definition ?? RestoreTestDefinition(location: "/by/hand"), title: test?.name ?? "hand",
      restoreTest: test?.id, by: Actor(person: person.id, at: at, address: ""))
    _ = try runs.claim(run.id, by: "d", now: at)
    try runs.end(
      run.id,
      RunReport(
        runID: run.id, verdict: verdict, cause: nil, sentence: "s", findings: [], stages: [], inventory: nil,
        engine: nil, sandbox: nil, source: nil, layers: [], depth: .full, started: at, seconds: 1), now: at)
    return run
  }

  /// All that the database's files hold, as bytes.
  public func written() throws -> Data {
    var bytes = Data()
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("state") {
      bytes += try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    return bytes
  }
}
