public import Foundation
public import ProofbackCore

/// What all parts of the server share: the repositories and what the executable provides.
public struct ServerState: Sendable {
  /// Where everything is kept.
  public struct Repositories: Sendable {
    public var people: any PeopleRepository & AccountCare
    public var sessions: any SessionRepository
    public var tokens: any APITokenRepository
    public var credentials: any CredentialRepository
    public var servers: any BackupServerRepository
    public var workplaces: any WorkplaceRepository
    public var settings: any SettingsRepository
    public var audit: any AuditRepository
    public var secondFactors: any SecondFactorRepository
    public var queue: any RunQueue
    public var recorder: any RunRecorder
    public var history: any RunHistory
    public var standings: any StandingRepository
    public var pruning: any RunPruning
    public var schedules: any ScheduleRepository
    public var baselines: any BaselineRepository
    public var drills: any DrillRepository
    public var drillQueue: any DrillQueue
    public var statistics: any StatisticsRepository
    public var channels: any ChannelRepository
    public var outbox: any Outbox
    public var alerts: any AlertRepository
    /// Throws when the state does not answer.
    public var check: @Sendable () throws -> Void

    public init(
      people: any PeopleRepository & AccountCare, sessions: any SessionRepository, tokens: any APITokenRepository,
      credentials: any CredentialRepository, servers: any BackupServerRepository,
      workplaces: any WorkplaceRepository,
      audit: any AuditRepository, secondFactors: any SecondFactorRepository,
      settings: any SettingsRepository,
      runs: any RunQueue & RunRecorder & RunHistory & StandingRepository & RunPruning & StatisticsRepository,
      baselines: any BaselineRepository, drills: any DrillRepository & DrillQueue, schedules: any ScheduleRepository,
      channels: any ChannelRepository,
      outbox: any Outbox,
      alerts: any AlertRepository, check: @escaping @Sendable () throws -> Void
    ) {
      self.people = people
      self.sessions = sessions
      self.tokens = tokens
      self.credentials = credentials
      self.servers = servers
      self.workplaces = workplaces
      self.settings = settings
      self.audit = audit
      self.secondFactors = secondFactors
      queue = runs
      recorder = runs
      history = runs
      statistics = runs
      standings = runs
      pruning = runs
      self.baselines = baselines
      self.drills = drills
      drillQueue = drills
      self.schedules = schedules
      self.channels = channels
      self.outbox = outbox
      self.alerts = alerts
      self.check = check
    }
  }

  public let kept: Repositories
  public let facilities: Facilities
  /// On this machine.
  public let launcher: any Launcher
  /// For workplaces.
  public let launchers: Launchers
  public let couriers: Couriers
  /// Where people reach the server, without a slash at its end; messages lead there.
  public let publicAddress: String
  /// Folder for templates and run folders.
  public let folder: String
  public let watch = RunWatch()
  public let threads = StateThreads()
  public let now: @Sendable () -> Date

  public init(
    _ kept: Repositories, facilities: Facilities, launcher: any Launcher, folder: String,
    launchers: Launchers = .none, couriers: Couriers = .none, publicAddress: String = "",
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.kept = kept
    self.facilities = facilities
    self.launcher = launcher
    self.launchers = launchers
    self.folder = folder
    self.couriers = couriers
    self.publicAddress = publicAddress
    self.now = now
  }
}
