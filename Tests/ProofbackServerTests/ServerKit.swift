import Foundation
import Logging
import ProofbackCore
import ProofbackServer
import ProofbackStore
import ProofbackTestSupport
import Synchronization

/// A launcher that does what a test tells it.
final class SteerableLauncher: Launcher {
  let name = "steerable"
  private let work: @Sendable (Assignment) async throws -> RunReport
  private let counts = Mutex((now: 0, most: 0))

  private let gathering: Int

  init(_ work: @escaping @Sendable (Assignment) async throws -> RunReport) {
    self.work = work
    gathering = 0
  }

  /// All pass, none before so many have gone on at the same time, or five seconds are over.
  init(gathering: Int) {
    self.gathering = gathering
    work = { Self.passed($0) }
  }

  /// The most that went on at the same time.
  var most: Int { counts.withLock { $0.most } }

  func launch(_ assignment: Assignment, events: any EventSink) async throws -> RunReport {
    counts.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    defer { counts.withLock { $0.now -= 1 } }
    for _ in 0..<500 where most < gathering { try await Task.sleep(for: .milliseconds(10)) }
    return try await work(assignment)
  }

  static func passed(_ assignment: Assignment) -> RunReport {
    ended(assignment, .passed, "this backup was restored")
  }

  static func stopped(_ assignment: Assignment) -> RunReport {
    ended(assignment, .inconclusive, "could not tell: it was stopped")
  }

  private static func ended(_ assignment: Assignment, _ verdict: Verdict, _ sentence: String) -> RunReport {
    RunReport(
      runID: assignment.specification.runID, verdict: verdict, cause: nil, sentence: sentence,
      findings: [], stages: [], inventory: nil, engine: nil, sandbox: nil, source: nil, layers: [], depth: .full,
      started: Date(), seconds: 0)
  }
}

/// A server's state with real repositories, and a dispatcher that a test runs.
struct ServerKit {
  let store: StoreKit
  let state: ServerState
  let dispatcher: Dispatcher
  let by: Actor
  let most: Int

  init(
    _ launcher: any Launcher, most: Int = 2, launchers: [any LauncherKind] = [], desk: (any WorkerDesk)? = nil,
    read: @escaping @Sendable (String, String?) -> LocationReading = { location, _ in
      LocationReading(host: nil, path: location, description: location)
    },
    look: @escaping @Sendable (Assignment) async -> BackupLook? = { _ in nil },
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws {
    self.most = most
    store = try StoreKit()
    by = store.actor(try store.manager())
    try Settings(store.database).allow(path: store.folder, by: by)
    state = ServerState(
      Self.repositories(store),
      facilities: Facilities(
        types: [],
        options: ["database", "collection"].map { OptionSchema(name: $0, summary: $0, defaultText: "") },
        read: read,
        inspect: { _, _, _ in .key("key") }, hostKeys: { _ in [] }, look: look),
      launcher: launcher, folder: store.folder, launchers: Launchers(kinds: launchers, desk: desk),
      now: now)
    dispatcher = Dispatcher(state, most: most, logger: Logger(label: "test"))
  }

  /// - Parameter database: nil for the store's own.
  static func repositories(
    _ store: StoreKit, database: StateDatabase? = nil
  ) -> ServerState.Repositories {
    let database = database ?? store.database
    return ServerState.Repositories(
      people: People(database), sessions: Sessions(database), tokens: APITokens(database),
      credentials: store.credentials,
      servers: BackupServers(database), workplaces: Workplaces(database), audit: AuditTrail(database),
      secondFactors: NoSecondFactors(),
      settings: Settings(database), runs: Runs(database, baselines: store.baselines), baselines: store.baselines,
      drills: Drills(database), schedules: Schedules(database), channels: store.channels, outbox: Messages(database),
      alerts: Alerts(database),
      check: {})
  }

  func request(_ location: String, passphrase: String? = nil, workplace: String? = nil) throws -> RunRecord {
    var definition = RestoreTestDefinition(location: location)
    definition.passphrase = passphrase
    definition.workplace = workplace
    return try store.runs.request(definition, title: location, restoreTest: nil, by: by)
  }

  func carryOut(within seconds: Double = 60) async throws {
    try await Self.carryOut(dispatcher, store, within: seconds)
  }

  /// Lets a dispatcher work until all runs have ended.
  static func carryOut(_ dispatcher: Dispatcher, _ store: StoreKit, within seconds: Double = 60) async throws {
    let work = Task { try await dispatcher.run() }
    defer { work.cancel() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try store.runs.newest(before: nil, limit: 100).contains(where: { $0.state != .ended }), Date() < deadline {
      dispatcher.ring()
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

/// Nobody's login asks for a code.
struct NoSecondFactors: SecondFactorRepository {
  func isOn(for person: String) -> Bool { false }
  func begin(for person: String, by actor: Actor) throws -> SecondFactorSecret { throw StoreError.alreadyThere }
  func begun(for person: String) -> SecondFactorSecret? { nil }
  func confirm(_ code: String, for person: String, by actor: Actor) -> [String]? { nil }
  func accepts(_ code: String, of person: String, by actor: Actor) -> Bool { false }
  func turnOff(for person: String, by actor: Actor) throws { throw StoreError.notThere }
}
