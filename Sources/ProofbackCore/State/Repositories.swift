public import Foundation

/// What the server keeps, one repository per aggregate. Every change is one transaction with its line of the audit trail.
/// All may be called from any thread, and by several servers that share one state.

/// People who log in.
public protocol PeopleRepository: Sendable {
  /// A link for the first manager; nil when there is one already. An earlier link ends.
  func makeSetupToken(now: Date) throws -> Token?
  func isSetupToken(_ token: Token) throws -> Bool
  /// Makes the first manager; the link works once.
  /// - Throws: `StoreError.notThere` when the link is none, or was used.
  func setUp(
    _ token: Token, login: String, name: String, password: String, now: Date, from address: String
  ) throws -> Person
  /// - Throws: `StoreError.alreadyThere` when somebody has the login.
  func add(login: String, name: String, role: Role, password: String, by manager: Actor) throws -> Person
  /// Sessions end at once, what they made stays.
  /// - Throws: `StoreError.lastManager`, `StoreError.notThere`.
  func remove(_ id: String, by manager: Actor) throws
  /// Those who are not removed, by login.
  func all() throws -> [Person]
  /// Removed ones too, for naming authors.
  func person(_ id: String) throws -> Person?
  /// Who has this login and password. Slow by design.
  func authenticate(login: String, password: String) throws -> Person?
  /// All sessions of the person but one end.
  func setPassword(_ password: String, of id: String, keeping token: Token?, by actor: Actor) throws
}

/// The browsers that people are logged in with.
public protocol SessionRepository: Sendable {
  func start(_ person: Person, address: String, now: Date) throws -> Token
  /// Nil when it ended: by logging out, idleness, age, or with its person.
  func session(_ token: Token, now: Date) throws -> Session?
  func end(_ token: Token) throws
  /// Those of a person that have not ended, the newest first.
  func open(of person: String, own token: Token?, now: Date) throws -> [OpenSession]
  /// Ends all of a person's but one.
  func endOthers(of person: String, keeping token: Token, by actor: Actor) throws
}

/// Tokens of the API. They end with their person.
public protocol APITokenRepository: Sendable {
  /// Makes a token for the actor. It is shown now and never again: the state keeps its hash.
  /// - Throws: `StoreError.alreadyThere` when the person has one of this name.
  func make(name: String, scope: TokenScope, by actor: Actor) throws -> (APIToken, secret: Token)
  /// A person's, by name.
  func tokens(of person: String) throws -> [APIToken]
  /// Ends one of the actor's own at once.
  /// - Throws: `StoreError.notThere`.
  func revoke(_ id: String, by actor: Actor) throws
  /// Whose token it is; the use is noted. Nil when it is none, was revoked, or its person was removed.
  func use(_ secret: Token, now: Date) throws -> (token: APIToken, person: Person)?
}

/// What runs add up to.
public protocol StatisticsRepository: Sendable {
  func statistics() throws -> RunStatistics
}

/// Stored secrets. They leave it for a run's assignment only.
public protocol CredentialRepository: Sendable {
  /// Seals and stores a secret, and the passphrase that it is locked with itself.
  /// - Throws: `StoreError.alreadyThere` when a credential has this name or is this secret.
  func add(
    name: String, kind: CredentialKind, description: String, hosts: [String], secret: Data, passphrase: Data?,
    by manager: Actor
  ) throws -> Credential
  func all() throws -> [Credential]
  func credential(_ id: String) throws -> Credential?
  /// Names of the restore tests and backup servers that use it.
  func users(of id: String) throws -> [String]
  /// The restore tests that decrypt with it, by name.
  func restoreTests(using id: String) throws -> [RestoreTest]
  /// Keeps the name, description and hosts that it has now, and a new passphrase that its key is locked with.
  /// - Parameter passphrase: nil: as it was.
  /// - Throws: `StoreError.alreadyThere` when another has the name, `StoreError.notThere`.
  func change(_ credential: Credential, passphrase: Data?, by manager: Actor) throws
  /// Deletes it for good.
  /// - Throws: `StoreError.inUse` with the names of the restore tests that need it.
  func delete(_ id: String, by manager: Actor) throws
  /// The secret under its credential's name, for an assignment.
  /// - Throws: `StoreError.notThere`, `StoreError.wrongMasterKey`.
  func open(_ id: String) throws -> NamedSecret
}

extension CredentialRepository {
  /// A secret that is not locked itself.
  public func add(
    name: String, kind: CredentialKind, description: String, hosts: [String], secret: Data, by manager: Actor
  ) throws -> Credential {
    try add(
      name: name, kind: kind, description: description, hosts: hosts, secret: secret, passphrase: nil, by: manager)
  }
}

/// Who did what when: append-only, each line hashed over the one before. The repositories write it with their changes.
public protocol AuditRepository: Sendable {
  /// The newest first. A text is looked for in so many lines that a page costs the same however long the trail is: one
  /// without lines may still have older ones.
  /// - Parameter before: where the page before ended.
  func page(_ filter: AuditFilter, before: Int64?, limit: Int) throws -> AuditPage
  func newest() throws -> AuditSeal?
  /// Reads the whole trail.
  /// - Parameter expected: a hash that was noted earlier: also whether its line is still there.
  func verify(expecting expected: String?) throws -> (AuditVerification, hasExpected: Bool)
}

/// What managers set for the whole server.
public protocol SettingsRepository: Sendable {
  /// Folders below which backups may be read on this machine; none at first.
  func allowedPaths() throws -> [String]
  func allow(path: String, by manager: Actor) throws
  func disallow(path: String, by manager: Actor) throws
  /// How long what runs leave behind is kept.
  func retention() throws -> Retention
  func keep(_ retention: Retention, by manager: Actor) throws
  /// Hosts of this machine's own network that the server may ask on behalf of people; none at first.
  func allowedHosts() throws -> [String]
  func allow(host: String, by manager: Actor) throws
  func disallow(host: String, by manager: Actor) throws
  /// Whether a run in whose middle the server ended is tried again, once; it is, unless somebody says otherwise.
  func triesAgain() throws -> Bool
  func tryAgain(_ isWanted: Bool, by manager: Actor) throws
  /// Which image a backup is restored into; the makers' own, unless somebody says otherwise.
  func images() throws -> ImageTable
  func choose(images: ImageTable, by manager: Actor) throws
  /// Prices that stand in the place of the product's, dollars an hour by the names of `PriceItem`s.
  func prices() throws -> [String: Double]
  /// Sets all of them anew.
  func set(prices: [String: Double], by manager: Actor) throws
}

/// Runs that wait, and who carries them out.
public protocol RunQueue: Sendable {
  /// Asks for a run; it waits until a dispatcher claims it. One of the same restore test that still waits gives way to it.
  func request(
    _ definition: RestoreTestDefinition, title: String, restoreTest: String?, by actor: Actor
  ) throws -> RunRecord
  /// Asks a run to end. One that waits ends at once.
  /// - Returns: whether it is running and has to be told.
  func cancel(_ id: String, by actor: Actor) throws -> Bool
  /// Ids, the oldest first.
  /// - Parameter workplace: nil: of those that run on the server's own machine.
  func waiting(limit: Int, in workplace: String?) throws -> [String]
  /// Takes a waiting run for this dispatcher. Of all that try, one gets it.
  /// - Returns: what it is to do; nil when another has taken it, or as many go on in its workplace as may.
  func claim(_ id: String, by dispatcher: String, now: Date) throws -> RestoreTestDefinition?
  /// Whether fewer runs go on in a workplace than may, for a drill that has been claimed: of runs it keeps one place free.
  func hasRoomForDrill(in workplace: String) throws -> Bool
  /// A dispatcher says that it is there, and why runs wait for it. A month that has begun meanwhile begins for workplaces.
  func beat(_ dispatcher: String, waitingFor reason: String, now: Date) throws
  /// Runs of this dispatcher that somebody has asked to end, maybe through another server.
  func cancelled(of dispatcher: String) throws -> [String]
  /// Ends what dispatchers had claimed that were silent for `silence` seconds: their server is gone. What settings say is
  /// tried again.
  /// - Returns: how many runs.
  func endInterrupted(silence: TimeInterval, now: Date) throws -> Int
  /// The same for one run whose server is about to end.
  func interrupt(_ id: String, now: Date) throws
}

extension RunQueue {
  /// Of those that run on the server's own machine.
  public func waiting(limit: Int) throws -> [String] { try waiting(limit: limit, in: nil) }
}

/// What a run that goes on leaves behind.
public protocol RunRecorder: Sendable {
  func noteFile(_ id: String, _ source: SourceObject) throws
  /// A machine was started for the run; it is paid for until the run ends.
  func noteMachine(_ id: String, _ machine: String, dollarsPerHour: Double, now: Date) throws
  /// Adds lines to the log; what is over the limit is left out.
  func log(_ id: String, _ texts: [String], at: Date) throws
  /// Ends a running run with its report. Safe twice: the first counts.
  /// - Parameter baseline: what it measured; kept when it passed, and its restore test is still about the same backups.
  func end(_ id: String, _ report: RunReport, baseline: Baseline?, now: Date) throws
  /// Ends one that has no report, `inconclusive`.
  func end(_ id: String, because finding: Finding, now: Date) throws
}

extension RunRecorder {
  /// Ends one that measured nothing.
  public func end(_ id: String, _ report: RunReport, now: Date) throws {
    try end(id, report, baseline: nil, now: now)
  }
}

/// Runs of the past and of now.
public protocol RunHistory: Sendable {
  func run(_ id: String) throws -> RunRecord?
  func definition(_ id: String) throws -> RestoreTestDefinition?
  func report(_ id: String) throws -> RunReport?
  /// - Parameter after: the number of the last line that is known.
  func lines(_ id: String, after: Int64, limit: Int) throws -> [LogLine]
  /// Runs that a filter lets through, by the time of their request. No page and no run comes twice or is left out when
  /// runs are added meanwhile.
  func page(_ filter: RunFilter, _ position: RunPosition, limit: Int) throws -> RunPage
  /// How many runs a filter lets through, counted up to `most`.
  func count(_ filter: RunFilter, most: Int) throws -> Int
  /// Of one restore test, the newest first.
  func newest(of restoreTest: String, limit: Int) throws -> [RunRecord]
  /// The last run of the same restore test before this one that passed and still has its report.
  func proof(before id: String) throws -> (run: RunRecord, report: RunReport)?
  /// Runs that go on, and then those that wait, the oldest first.
  func unfinished(limit: Int) throws -> [RunRecord]
}

/// How backups stand. None of these reads the runs of the past.
public protocol StandingRepository: Sendable {
  /// - Parameters:
  ///   - provenSince: what was proven before this time counts as proven longer ago.
  ///   - byHandSince: what was tested by hand counts when its last run ended since.
  func tally(provenSince: Date, byHandSince: Date) throws -> StandingTally
  /// The newest run of each backup that is bad or of which we could not tell, the newest first.
  func needing(byHandSince: Date, limit: Int) throws -> [RunRecord]
  /// Whether a run is one of these and was asked for by hand: a restore test's stands until another run of it passes.
  func canDismiss(_ run: String, byHandSince: Date) throws -> Bool
  /// Takes a run by hand out of what needs somebody, and its backup out of the tally, until it is tested again. The run
  /// itself stays as it is. Safe twice.
  /// - Returns: false when it can't be dismissed.
  /// - Throws: `StoreError.notThere`.
  func dismiss(_ run: String, byHandSince: Date, by actor: Actor) throws -> Bool
  /// Schedules, the worst first: bad, could not tell, never tested, and then by how long ago they were proven.
  func schedules(skipping: Int, limit: Int) throws -> [ScheduleStanding]
  /// Schedules, the oldest first.
  /// - Parameter after: the id of the last one that is known, deleted or not; nil: from the first.
  /// - Throws: `StoreError.notThere` when there is no such schedule.
  func schedules(after: String?, limit: Int) throws -> [ScheduleStanding]
  /// Nil when there is no such restore test.
  func standing(of restoreTest: String) throws -> Standing?
}

/// Makes room. Runs that have not ended, the newest of each restore test and its newest proof are never touched.
public protocol RunPruning: Sendable {
  /// Takes the logs and reports of some runs that were asked for before `date`.
  /// - Returns: whether there may be more.
  func pruneDetails(before date: Date, batch: Int) throws -> Bool
  /// Takes some runs that were asked for before `date`, with all that they left.
  /// - Returns: whether there may be more.
  func pruneRuns(before date: Date, batch: Int) throws -> Bool
}

/// Schedules and their next times. A time fires once, however many servers look.
public protocol ScheduleRepository: Sendable {
  /// Saves a restore test and when it runs, in one go.
  /// - Throws: `StoreError.alreadyThere` when the name is taken.
  func add(
    name: String, _ definition: RestoreTestDefinition, _ rule: ScheduleRule, _ repetition: Repetition, by actor: Actor
  ) throws -> Schedule
  /// Changes what is tested and when. Past runs stay as they were.
  func change(
    _ id: String, name: String, _ definition: RestoreTestDefinition, _ rule: ScheduleRule, _ repetition: Repetition,
    by actor: Actor
  ) throws
  func pause(_ id: String, by actor: Actor) throws
  /// Goes on at the next time from now: what was missed meanwhile was not wanted.
  func resume(_ id: String, by actor: Actor) throws
  /// It runs no more, and what waits or goes on of it is cancelled. Results stay, or all go with their logs, those of a run
  /// that goes on at its end.
  func delete(_ id: String, keepingResults: Bool, by actor: Actor) throws
  /// Makes one waiting run of each schedule whose time has come, up to `limit`, the longest due first, and moves it on to
  /// its next time from now: times that were missed run once. A run of the same restore test that still waits is replaced.
  /// - Returns: how many were due, be it that this or another server made their runs.
  func fireDue(now: Date, limit: Int) throws -> Int
  func schedule(_ id: String) throws -> Schedule?
  /// Nil when the restore test has none any more.
  func schedule(ofRestoreTest id: String) throws -> Schedule?
}

extension ScheduleRepository {
  /// It runs no more; the results of the past stay.
  public func delete(_ id: String, by actor: Actor) throws { try delete(id, keepingResults: true, by: actor) }
}
